"""What the room knows about people goes with them. Counts of classes and schools stay: they name nobody."""

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import F, Func, Model, Q, Value

from lianfang.core import clock
from lianfang.health.models import Absence, Answer, Check, DayStatus, Held, KeyPerson, Roll
from lianfang.health.queries import erasing
from lianfang.health.rules import following, tracing
from lianfang.health.rules.sent import Source
from lianfang.obligations.actions import bulk, singles
from lianfang.people.actions.erasing import Counts

# Growth tables that say something about one person a row, keyed by school and day.
_SAID: tuple[type[Model], ...] = (Check, DayStatus)


def erase(people: Sequence[UUID], counts: Counts) -> None:
    """What was said about them in every school they belonged to, what was traced and followed, what was held
    back, and their names in the reasons of corrected rolls."""
    schools = erasing.schools(people)
    for model in _SAID:
        counts.delete(model._default_manager.filter(school_id__in=schools, person_id__in=people))
    _traced(people)
    counts.delete(Absence.objects.filter(person__in=people))
    counts.delete(Answer.objects.filter(person__in=people))
    _followed(people)
    counts.delete(KeyPerson.objects.filter(person__in=people))
    counts.delete(Held.objects.filter(person_id__in=people))  # also at a school they never belonged to
    _held_rolls(people, schools, counts)
    _reasons(people, schools, counts)


def _traced(people: Sequence[UUID]) -> None:
    keys = Absence.objects.filter(person__in=people, closed_at__isnull=True).values_list("pk", flat=True)
    bulk.withdraw(keys=[tracing.owed(pk) for pk in keys], now=clock.now())


def _followed(people: Sequence[UUID]) -> None:
    """Nobody is owed a call any more."""
    for pk in KeyPerson.objects.filter(person__in=people, ended_on__isnull=True).values_list("pk", flat=True):
        singles.withdraw(key=following.owed(pk), by=None, reason="", now=clock.now())


def _held_rolls(people: Sequence[UUID], schools: Collection[int], counts: Counts) -> None:
    """A roll that was held back names people inside the seal. It goes as a whole, decided or not: it never counted."""
    gone = {str(one) for one in people}
    rows = Held.objects.filter(school_id__in=schools, kind=int(Source.ROLL)).only("school_id", "on", "key", "sent")
    named = [
        row.pk for row in rows.iterator()
        if row.sent and any(str(one.get("person")) in gone for one in row.sent.get("exceptions", ()))
    ]  # fmt: skip
    for school, on, key in named:
        counts.delete(Held.objects.filter(school_id=school, on=on, key=key))


def _reasons(people: Sequence[UUID], schools: Collection[int], counts: Counts) -> None:
    names = erasing.names(people)
    if not names:
        return
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    without = Func(F("reason"), Value(pattern), Value("…"), Value("g"), function="regexp_replace")
    told = ~Q(reason="") & Q(reason__regex=pattern)
    counts.empty(Roll.objects.filter(told, school_id__in=schools), reason=without)
