"""Who is asked for a card today, and with which edition."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from lianfang.health.models import Absence, DayStatus
from lianfang.health.queries import key_people
from lianfang.health.rules import asking as rules
from lianfang.health.rules.asking import Asking
from lianfang.health.rules.status import Status
from lianfang.orgs.models import Unit
from lianfang.people.models import Marking
from lianfang.policies import queries as policies

_AILING = [int(one) for one in (Status.SYMPTOMATIC, Status.ILL, Status.ISOLATED)]


def policy(unit: Unit, on: date) -> Asking:
    """By the gravest response that asks for cards. Two queries; one more where a response names its disease."""
    running = [one for one in policies.running(unit, on) if one.stage is None or one.stage.card]
    decided = policies.in_force(unit, on, "card.")
    if not running:
        return rules.policy(decided, None)
    gravest = running[0]
    return rules.policy(decided, gravest.response.level, gravest.stage.card if gravest.stage else None)


def marks(school_id: int, on: date, people: Collection[UUID]) -> dict[UUID, set[str]]:
    """Which of `rules.asking.WHOM` each is, and "kept" for key people who stay away from school; who is none of them is
    missing. Four queries."""
    found: dict[UUID, set[str]] = {}
    lasting = Q(to_on__isnull=True) | Q(to_on__gte=on)
    staying = Marking.objects.filter(lasting, school_id=school_id, mark="staying", from_on__lte=on)
    yesterday = DayStatus.objects.filter(school_id=school_id, on=on - timedelta(days=1), status__in=_AILING)
    open_ones = Absence.objects.filter(school_id=school_id, closed_at__isnull=True)
    for mark, rows in (("staying", staying), ("ailing", yesterday), ("ailing", open_ones)):
        for person in rows.filter(person_id__in=people).values_list("person_id", flat=True):
            found.setdefault(UUID(str(person)), set()).add(mark)
    for person, keeps in key_people.followed(school_id, people, on).items():
        found.setdefault(person, set()).update({"key_person", "kept"} if keeps else {"key_person"})
    return found
