"""Day status for the figures that a school reports: who was found so, and of how many classes it is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lianfang.health.models import DayStatus
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


# A class of which it is not known how many belong to it owes a report; the first one of a day sets its moment.
_HEARD = """
SELECT count(*) FILTER (WHERE t.first_at IS NOT NULL), count(*)
FROM orgs_unit u LEFT JOIN health_tally t ON t.school_id = %(school)s AND t."on" = %(on)s AND t.unit_id = u.id
WHERE u.school_id = %(school)s AND u.kind = 'class' AND coalesce(t.expected, 1) > 0
  AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
"""


@dataclass(frozen=True)
class Heard:
    """Of how many classes that owe a report anything was said."""

    reported: int
    of: int


def heard(school: Unit, on: date) -> Heard:
    """As `classes.Row` says it of each class, counted in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, {"school": school.pk, "on": on})
        return Heard(*cursor.fetchone())


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
