"""Day status for the figures that a school reports: who was found so, and of how many classes it is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from lianfang.health.models import DayStatus
from lianfang.health.queries import classes
from lianfang.health.rules.status import Status
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment
from lianfang.people.models.roster import Belonging

# What can be asked for, and which rows of the day say so.
ASKED = {
    "ill": Q(status=int(Status.ILL)),
    "leave": Q(status=int(Status.LEAVE)),
    "untraced": Q(status=int(Status.UNKNOWN)),
    "symptomatic": Q(status=int(Status.SYMPTOMATIC)),
    "fever": Q(fever=True),
}


@dataclass(frozen=True)
class Heard:
    """Of how many classes that owe a report anything was said."""

    reported: int
    of: int


def heard(school: Unit, on: date) -> Heard:
    owing = [row for row in classes.day(school, on).classes if row.owes]
    return Heard(sum(row.heard for row in owing), len(owing))


def apart(schools: Collection[int], on: date) -> dict[int, set[UUID]]:
    """Whose day stands as isolated, by school."""
    rows = DayStatus.objects.filter(school_id__in=schools, on=on, status=int(Status.ISOLATED))
    people: dict[int, set[UUID]] = {}
    for school, person in rows.values_list("school_id", "person_id"):
        people.setdefault(school, set()).add(person)
    return people


def found(school: Unit, on: date, what: str) -> dict[UUID, bool]:
    """Person → whether they belonged to the school as a student that day. No row is not "nobody": see `heard`."""
    people = list(DayStatus.objects.filter(ASKED[what], school_id=school.pk, on=on).values_list("person_id", flat=True))
    if not people:
        return {}
    rows = Enrolment.objects.on(on).filter(school=school, person_id__in=people).order_by("from_on")
    as_what = {person: as_a == Belonging.STUDENT for person, as_a in rows.values_list("person_id", "as_a")}
    return {person: as_what.get(person, True) for person in people}
