"""Hints are raised at night for the day that is over, and settled by the doctor of the school."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.health.models import Hint, HintState
from lianfang.health.queries import evidence, seats
from lianfang.health.queries.evidence import Of
from lianfang.health.queries.hints import WAITING
from lianfang.health.rules import hints as rules
from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import Guardianship, User

log = logging.getLogger(__name__)
_AT_ONCE = 50  # schools in one transaction
_LONGEST = 500


def raise_hints(on: date, *, now: datetime) -> int:
    """Look through the reports of a finished day and of the weeks before it, all schools. How many hints are new; a day
    that is looked through again adds none."""
    schools, new = evidence.schools(on), 0
    for at in range(0, len(schools), _AT_ONCE):
        try:
            new += _raise(schools[at : at + _AT_ONCE], on, now)
        except Exception:
            log.exception(
                "the reports of %s of %s schools from %s on were not looked through", on, _AT_ONCE, schools[at]
            )
    return new


@transaction.atomic
def _raise(schools: Sequence[int], on: date, now: datetime) -> int:
    resting = _resting(schools, on)
    found = {(school, unit, one.kind): one for school, unit, one in evidence.found(schools, on)}
    fresh: list[Of] = [
        (school, unit, one)
        for (school, unit, kind), one in found.items()
        if (unit, kind) not in resting and (school, kind) not in resting
    ]
    told = list(_gathered(fresh, evidence.classes(schools, on)))
    units = seats.by_key({unit for _, unit, _ in told} | {school for school, _, _ in told})
    made = Hint.objects.bulk_create(
        Hint(school_id=school, unit_id=unit, on=on, kind=one.kind, basis=one.basis(), at=now)
        for school, unit, one in told
        if school in units and unit in units
    )
    _record(made, units, on, now)
    return len(made)


def _resting(schools: Sequence[int], on: date) -> set[tuple[int, str]]:
    """Unit and kind of what still waits, or was asked about lately."""
    rows = Hint.objects.filter(school_id__in=schools)
    lately = rows.filter(on__gt=on - timedelta(days=rules.catalog().rest.days))
    waiting = rows.filter(state__in=WAITING)
    return {*lately.values_list("unit_id", "kind"), *waiting.values_list("unit_id", "kind")}


def _gathered(found: Sequence[Of], classes: dict[int, int]) -> Iterator[Of]:
    """What many classes of a school share has one cause, and is one hint of the school."""
    many = Counter((school, one.kind) for school, unit, one in found if unit != school)
    for school, unit, one in found:
        if unit == school or not rules.is_shared(many[school, one.kind], classes.get(school, 0)):
            yield school, unit, one
    for (school, kind), count in many.items():
        if rules.is_shared(count, classes.get(school, 0)):
            yield school, school, rules.shared(kind, count, classes[school])


def _record(made: Sequence[Hint], units: dict[int, Unit], on: date, now: datetime) -> None:
    of_school: dict[int, Counter[str]] = defaultdict(Counter)
    for hint in made:
        of_school[hint.school_id][hint.kind] += 1
    for school, kinds in of_school.items():
        detail = {"on": on.isoformat(), "counts": dict(sorted(kinds.items()))}
        events.record("hint.raised", by=None, unit=units[school], detail=detail, now=now)


@transaction.atomic
def look_at(*, by: User, hint: Hint, state: str, outcome: str, now: datetime) -> Hint:
    """What calling families, or asking the class teacher, has shown. Raises `Refused` without words, and once the hint
    is settled."""
    row = Hint.objects.select_for_update(of=("self",)).select_related("unit").get(pk=hint.pk)
    if row.is_settled:
        raise refuse("health.hint_settled")
    if state not in HintState.values or state == HintState.OPEN:
        raise refuse("health.hint_outcome", "state")
    words = outcome.strip()[:_LONGEST]
    if not words:
        raise refuse("health.hint_words", "outcome")
    row.state, row.outcome, row.looked_at = state, words, now
    row.by_id, row.by_name = by.pk, by.name
    row.save(update_fields=["state", "outcome", "looked_at", "by_id", "by_name"])
    detail = {"kind": row.kind, "on": row.on.isoformat(), "state": state}
    events.record("hint.looked_at", by=by, unit=row.unit, subject=row, detail=detail, now=now)
    return row


@transaction.atomic
def opened(*, by: User, hint: Hint, now: datetime) -> None:
    """The page names the families that were drawn."""
    looking.listed(by=by, unit=hint.unit, now=now)


@transaction.atomic
def number(*, by: User, hint: Hint, held: Guardianship, now: datetime) -> str:
    """The telephone of a guardian in full. Raises `Refused` where there is none."""
    return looking.reveal(
        by=by, person=held.person, unit=hint.unit, what="guardian", row_id=str(held.pk), reason="contact", words="",
        now=now,
    )  # fmt: skip
