"""Where people belong on a day, and how many a group has: what a record is held against before it is taken."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Count, Q

from lianfang.core import prepared
from lianfang.health.models import Group, GroupKind
from lianfang.health.rules.parcels import Seat
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Lodging
from lianfang.people.models.roster import EnrolmentQuerySet, Marking

Place = tuple[int, int, date]  # unit, group (0: the unit's own people), day
NO_WORKERS = ("student", "resident")  # everybody else who belongs to a unit works there


def where(wanted: Iterable[tuple[UUID, date]]) -> prepared.Question:
    """Of each person and day: person, day, school, unit, the place that began last at the end."""
    return _WHERE, [prepared.rows([_Wanted(person, on) for person, on in wanted])]


def on_days(wanted: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], list[Seat]]:
    """What `where` asks, answered: somebody in two schools has two seats."""
    return gathered(prepared.ask(where(wanted))[0]) if wanted else {}


def gathered(rows: Iterable[tuple[UUID, date, int, int]]) -> dict[tuple[UUID, date], list[Seat]]:
    found: dict[tuple[UUID, date], list[Seat]] = {}
    for person, on, school, unit in rows:
        found.setdefault((person, on), []).append(Seat(school, unit))
    return found


def of_people(people: Collection[UUID], on: date, school_id: int | None = None) -> dict[UUID, Seat]:
    """Of somebody in two schools: the seat at ``school_id``, else the one that began last."""
    found = {}
    for (person, _), seats in on_days([(person, on) for person in people]).items():
        if there := [seat for seat in seats if school_id in (None, seat.school_id)]:
            found[person] = there[-1]
    return found


def units(wanted: Iterable[tuple[int, date]]) -> prepared.Question:
    """Of each unit and day: unit, day, school, path, whether it exists on that day, how many belong to it and are
    neither on leave of absence nor reported as interns (`out_of_class`)."""
    return _UNITS, [prepared.rows([_WantedUnit(unit, on) for unit, on in wanted])]


@dataclass(frozen=True)
class Reported:
    """A unit that a roll is for."""

    unit_id: int
    school_id: int
    path: str
    exists: bool
    expected: int

    @property
    def unit(self) -> Unit:
        """Knows its path and school only: enough to ask who may report for it."""
        return Unit(pk=self.unit_id, school_id=self.school_id, path=self.path)


def reported(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, date], Reported]:
    """What `units` asks, answered, by unit and day."""
    return {(pk, on): Reported(pk, school, path, exists, expected) for pk, on, school, path, exists, expected in rows}


def members(wanted: Iterable[tuple[int, date, UUID]]) -> prepared.Question:
    """Those of unit, day and person who belong there."""
    return _MEMBERS, [prepared.rows([_WantedMember(unit, on, person) for unit, on, person in wanted])]


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


def unit_of(seat: Seat) -> Unit:
    return Unit.objects.select_related("school").get(pk=seat.unit_id)


def school(pk: int) -> Unit | None:
    """None for one that growth tables name and nobody knows any more."""
    return Unit.objects.filter(pk=pk).first()


def by_key(units: Collection[int]) -> dict[int, Unit]:
    return Unit.objects.in_bulk(units)


def of_group(group: Group, on: date) -> set[UUID]:
    """Everybody of a group that is no class: boarders of a building, those who stay, interns (each as far as they
    belong to the group's unit or below it), those who work in the unit itself."""
    school = group.unit.school_id or group.unit_id
    there = _there(on).filter(school_id=school)
    current = Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
    if group.kind == GroupKind.WORKERS:
        there = there.filter(unit=group.unit).exclude(as_a__in=NO_WORKERS)
    elif group.kind == GroupKind.DORMITORY:
        inside = Lodging.objects.filter(current, school_id=school, kind="boarder", building=group.building)
        there = there.filter(unit__path__startswith=group.unit.path, person_id__in=inside.values("person_id"))
    else:
        marked = Marking.objects.filter(current, school_id=school, mark=group.kind)
        there = there.filter(unit__path__startswith=group.unit.path, person_id__in=marked.values("person_id"))
    return set(there.values_list("person_id", flat=True))


def out_of_class(unit: Unit, on: date) -> set[UUID]:
    """Interns who are reported by a group of their own: they are off the campus, and no class is incomplete for them.
    Those who stay and boarders sit in class as well, and are expected there too. One query where no such group runs."""
    current = Q(to_on__isnull=True) | Q(to_on__gte=on)
    groups = Group.objects.filter(current, kind=GroupKind.INTERN, from_on__lte=on, unit__in=unit.ancestor_ids)
    return set().union(*(of_group(group, on) for group in groups.select_related("unit")))


_INTERNS = """
SELECT g.id, g.from_on, g.to_on FROM health_group g
WHERE g.kind = 'intern' AND g.unit_id IN (SELECT id FROM orgs_unit WHERE id = ANY(%(of)s) OR school_id = ANY(%(of)s))
"""
Running = tuple[int, date, date | None]  # a group, and its first and last day


def intern_groups(schools: Collection[int]) -> prepared.Question:
    """The groups of interns of these schools (`Running`)."""
    return _INTERNS, {"of": prepared.listed(sorted(schools))}


def interns(whom: Iterable[tuple[int, date, UUID]], groups: Iterable[Running]) -> set[tuple[date, UUID]]:
    """Day and person of those of ``whom`` (school, day, person) whom `out_of_class` names; ``groups`` is what
    `intern_groups` was answered. One query where there are any."""
    running = {pk: (since, until) for pk, since, until in groups}
    return {
        (on, person) for pk, on, person in in_groups(whom, running) if running[pk][0] <= on <= (running[pk][1] or on)
    }


def of_groups(wanted: Collection[tuple[int, date]]) -> dict[tuple[int, date], tuple[int, set[UUID]]]:
    """Of groups that stand on that day: their unit, and everybody in them."""
    found = {}
    groups = Group.objects.select_related("unit").in_bulk({pk for pk, _ in wanted}) if wanted else {}
    for pk, on in wanted:
        group = groups.get(pk)
        if group is not None and group.from_on <= on and (group.to_on is None or group.to_on >= on):
            found[pk, on] = (group.unit_id, of_group(group, on))
    return found


def in_groups(whom: Iterable[tuple[int, date, UUID]], groups: Collection[int]) -> set[tuple[int, date, UUID]]:
    """Group, day and person for those of ``whom`` (school, day, person) who are in one of the groups: what `of_group`
    says, asked for a few people and all groups at once. One query."""
    wanted = list(whom)
    if not wanted or not groups:
        return set()
    columns = [list(column) for column in zip(*wanted, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_IN_GROUPS, [*columns, list(groups), list(NO_WORKERS)])
        return set(cursor.fetchall())


def _there(on: date) -> EnrolmentQuerySet:
    away = Q(away_from__lte=on) & (Q(away_to__isnull=True) | Q(away_to__gte=on))
    return Enrolment.objects.on(on).exclude(away)


class _Wanted(msgspec.Struct):
    person_id: UUID
    on: date


class _WantedUnit(msgspec.Struct):
    unit_id: int
    on: date


class _WantedMember(msgspec.Struct):
    unit_id: int
    on: date
    person_id: UUID


_WHERE = """
SELECT w.person_id, w."on", e.school_id, e.unit_id
FROM json_to_recordset(%s::json) AS w (person_id uuid, "on" date)
JOIN people_enrolment e ON e.person_id = w.person_id AND e.from_on <= w."on" AND (e.to_on IS NULL OR e.to_on >= w."on")
JOIN people_person p ON p.id = w.person_id AND p.purged_at IS NULL
ORDER BY e.from_on
"""
_THERE = """
e.from_on <= w."on" AND (e.to_on IS NULL OR e.to_on >= w."on")
AND NOT (e.away_from IS NOT NULL AND e.away_from <= w."on" AND (e.away_to IS NULL OR e.away_to >= w."on"))
"""
_DURING = """x.from_on <= w."on" AND (x.to_on IS NULL OR x.to_on >= w."on")"""
_UNITS = f"""
SELECT w.unit_id, w."on", u.school_id, u.path,
       (u.valid_from IS NULL OR u.valid_from <= w."on") AND (u.valid_to IS NULL OR u.valid_to >= w."on"),
       (SELECT count(DISTINCT e.person_id) FROM people_enrolment e WHERE e.unit_id = w.unit_id AND {_THERE})
       - (SELECT count(DISTINCT e.person_id) FROM health_group g
          JOIN people_marking x ON x.school_id = u.school_id AND x.mark = g.kind AND {_DURING}
          JOIN people_enrolment e ON e.person_id = x.person_id AND e.unit_id = w.unit_id AND {_THERE}
          WHERE g.kind = 'intern' AND g.unit_id = ANY(string_to_array(rtrim(u.path, '.'), '.')::bigint[])
            AND g.from_on <= w."on" AND (g.to_on IS NULL OR g.to_on >= w."on"))
FROM json_to_recordset(%s::json) AS w (unit_id int, "on" date)
JOIN orgs_unit u ON u.id = w.unit_id AND u.school_id IS NOT NULL
"""  # noqa: S608  (parts of our own)
_MEMBERS = f"""
SELECT DISTINCT w.unit_id, w."on", w.person_id
FROM json_to_recordset(%s::json) AS w (unit_id int, "on" date, person_id uuid)
JOIN people_enrolment e ON e.person_id = w.person_id AND e.unit_id = w.unit_id AND {_THERE}
"""  # noqa: S608
# `health.Group.kind` of those who are marked is the mark (`people.Mark`).
_IN_GROUPS = f"""
SELECT DISTINCT g.id, w."on", w.person_id
FROM unnest(%s::int[], %s::date[], %s::uuid[]) AS w (school_id, "on", person_id)
JOIN people_enrolment e ON e.person_id = w.person_id AND e.school_id = w.school_id AND {_THERE}
JOIN orgs_unit eu ON eu.id = e.unit_id
JOIN health_group g ON g.id = ANY(%s)
JOIN orgs_unit gu ON gu.id = g.unit_id AND coalesce(gu.school_id, gu.id) = w.school_id
WHERE CASE g.kind
    WHEN 'workers' THEN e.unit_id = g.unit_id AND NOT e.as_a = ANY(%s)
    WHEN 'dormitory' THEN eu.path LIKE gu.path || '%%' AND EXISTS (
        SELECT FROM people_lodging x WHERE x.person_id = w.person_id AND x.school_id = w.school_id
        AND x.kind = 'boarder' AND x.building = g.building AND {_DURING})
    ELSE eu.path LIKE gu.path || '%%' AND EXISTS (
        SELECT FROM people_marking x WHERE x.person_id = w.person_id AND x.school_id = w.school_id
        AND x.mark = g.kind AND {_DURING}) END
"""  # noqa: S608
