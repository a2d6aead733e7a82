"""Where people belong on a day, and how many a group has: what a record is held against before it is taken."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from lianfang.health.models import Group, GroupKind
from lianfang.health.rules.parcels import Seat
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Lodging
from lianfang.people.models.roster import EnrolmentQuerySet, Marking

Place = tuple[int, int, date]  # unit, group (0: the unit's own people), day
_MARKS = {GroupKind.STAYING: "staying", GroupKind.INTERN: "intern"}


def of_people(people: Collection[UUID], on: date, school_id: int | None = None) -> dict[UUID, Seat]:
    """Of somebody in two schools: the seat at ``school_id``, else the one that began last."""
    rows = Enrolment.objects.on(on).filter(person_id__in=people, person__purged_at__isnull=True)
    if school_id is not None:
        rows = rows.filter(school_id=school_id)
    found = rows.order_by("from_on").values_list("person_id", "school_id", "unit_id")
    return {person: Seat(school, unit) for person, school, unit in found}


def of_units(units: Collection[int], on: date) -> dict[int, Seat]:
    """Units of schools that exist on that day."""
    rows = Unit.objects.on(on).filter(pk__in=units, school__isnull=False).values_list("pk", "school_id")
    return {pk: Seat(school, pk) for pk, school in rows if school is not None}


def expected(units: Collection[int], on: date) -> dict[int, int]:
    """How many belong to each unit and are not on leave of absence. A unit without anybody is missing."""
    rows = _there(on).filter(unit_id__in=units).order_by().values("unit_id").annotate(n=Count("person", distinct=True))
    return {row["unit_id"]: row["n"] for row in rows}


def belonging(unit_id: int, on: date, people: Collection[UUID]) -> set[UUID]:
    """Those of ``people`` who belong to the unit."""
    return set(_there(on).filter(unit_id=unit_id, person_id__in=people).values_list("person_id", flat=True))


def of_group(group: Group, on: date) -> set[UUID]:
    """Everybody of a group that is no class: boarders of a building, those who stay, interns, workers of an office."""
    there = _there(on).filter(school_id=group.unit.school_id or group.unit_id)
    if group.kind == GroupKind.WORKERS:
        return set(there.filter(unit=group.unit).values_list("person_id", flat=True))
    current = Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
    school = group.unit.school_id or group.unit_id
    if group.kind == GroupKind.DORMITORY:
        inside = Lodging.objects.filter(current, school_id=school, kind="boarder", building=group.building)
        members = inside.values("person_id")
    else:
        members = Marking.objects.filter(current, school_id=school, mark=_MARKS[GroupKind(group.kind)]).values(
            "person_id"
        )
    return set(there.filter(person_id__in=members).values_list("person_id", flat=True))


def _there(on: date) -> EnrolmentQuerySet:
    away = Q(away_from__lte=on) & (Q(away_to__isnull=True) | Q(away_to__gte=on))
    return Enrolment.objects.on(on).exclude(away)
