"""What was said about people on a day, as far as it is in force: the newest version of each roll, every card that none
corrects."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from lianfang.core import prepared
from lianfang.health.queries import limits, seats
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Absence, Statement, has_fever

Whom = tuple[int, date, UUID]  # school, day, person

_WANTED = 'json_to_recordset(%s::json) AS w (school_id int, "on" date, person_id uuid, unit_id int)'
# Each row is looked up by its key, in this order and no other (``OFFSET 0``): see `versions`.
# What a roll says of somebody counts as long as no version came after that roll; a card, as long as none corrects it.
_CHECKS = f"""
SELECT c.school_id, c."on", c.person_id, c.key, c.at, c.source, c.symptoms, c.temperature, c.temperature_again,
       c.absence, c.after,
       c.source = {int(Source.ROLL)} AND EXISTS (
           SELECT FROM health_roll n WHERE n.school_id = c.school_id AND n."on" = c."on" AND n.unit_id = c.unit_id
           AND n.round = c.round AND n.after = c.key)
FROM {_WANTED} CROSS JOIN LATERAL (
    SELECT c.* FROM health_check c
    WHERE c.school_id = w.school_id AND c."on" = w."on" AND c.person_id = w.person_id OFFSET 0) AS c
"""  # noqa: S608  (parts of our own)
# People are expected in the rolls of their own unit, and of the groups they are in.
_ROLLS = f"""
WITH wanted AS (SELECT DISTINCT school_id, "on", unit_id FROM {_WANTED}), rolls AS (
    SELECT r.* FROM wanted AS w CROSS JOIN LATERAL (
        SELECT r.* FROM health_roll r
        WHERE r.school_id = w.school_id AND r."on" = w."on" AND r.unit_id = w.unit_id AND r.group_id = 0 OFFSET 0) AS r
    UNION ALL
    SELECT r.* FROM (SELECT DISTINCT school_id, "on" FROM wanted) AS w CROSS JOIN LATERAL (
        SELECT r.* FROM health_roll r
        WHERE r.school_id = w.school_id AND r."on" = w."on" AND r.group_id <> 0 OFFSET 0) AS r
)
SELECT r.school_id, r."on", r.unit_id, r.group_id, r.key, r.at FROM rolls r
WHERE NOT EXISTS (
    SELECT FROM health_roll n
    WHERE n.school_id = r.school_id AND n."on" = r."on" AND n.unit_id = r.unit_id AND n.group_id = r.group_id
      AND n.round = r.round AND n.after = r.key
)
"""  # noqa: S608


class _Row(msgspec.Struct):
    school_id: int
    on: date
    person_id: UUID
    unit_id: int


def about(people: Iterable[tuple[Seat, date, UUID]]) -> dict[Whom, list[Statement]]:
    """What was said about each of them on that day, who belongs to that seat."""
    wanted = {(seat.school_id, on, person): seat for seat, on, person in people}
    return gathered(wanted, *prepared.ask(*asked(wanted))) if wanted else {}


def asked(wanted: Mapping[Whom, Seat]) -> tuple[prepared.Question, prepared.Question, prepared.Question]:
    """What `about` asks: three questions, whatever the number of people."""
    rows = prepared.rows([_Row(school, on, person, seat.unit_id) for (school, on, person), seat in wanted.items()])
    return (_ROLLS, [rows]), (_CHECKS, [rows]), seats.intern_groups({school for school, _, _ in wanted})


def gathered(
    wanted: Mapping[Whom, Seat],
    rolls: Iterable[tuple[Any, ...]],
    checks: Collection[tuple[Any, ...]],
    interns: Iterable[seats.Running],
) -> dict[Whom, list[Statement]]:
    """What `asked` asks, answered. Someone nothing was said about has an empty list."""
    found: dict[Whom, list[Statement]] = {whom: [] for whom in wanted}
    named: set[tuple[Whom, int]] = set()
    corrected = {(row[0], row[1], row[2], row[5], row[10]) for row in checks}
    for school, on, person, key, at, source, symptoms, first, again, absence, _, is_old in checks:
        whom = (school, on, person)
        if is_old or (*whom, source, key) in corrected:
            continue
        named.add((whom, key))
        fever = has_fever(first, again, limits.fever(school, on)) if first is not None or again is not None else False
        found[whom].append(Statement(at, None if absence is None else Absence(absence), symptoms, fever))
    _unnamed(wanted, rolls, interns, named, found)
    return found


def _unnamed(
    wanted: Mapping[Whom, Seat], rolls: Iterable[tuple[Any, ...]], interns: Iterable[seats.Running],
    named: set[tuple[Whom, int]], found: dict[Whom, list[Statement]],
) -> None:  # fmt: skip
    """Whom a roll of their own class, or of a group they are in, does not name was there and well; a class says nothing
    about its interns, whom a group of their own reports."""
    of_unit: dict[tuple[int, date, int], list[tuple[int, datetime]]] = defaultdict(list)
    of_group: dict[tuple[int, date], list[tuple[int, int, datetime]]] = defaultdict(list)
    for school, on, unit, group, key, at in rolls:
        if group == 0:
            of_unit[school, on, unit].append((key, at))
        else:
            of_group[school, on].append((group, key, at))
    elsewhere = seats.interns(wanted, interns) if of_unit else set()
    told = [
        (whom, *one)
        for whom, seat in wanted.items()
        if whom[1:] not in elsewhere
        for one in of_unit[whom[0], whom[1], seat.unit_id]
    ]
    members = seats.in_groups(wanted, {group for rows in of_group.values() for group, _, _ in rows})
    for whom in wanted if members else ():
        rows = of_group.get(whom[:2], ())
        told += [(whom, key, at) for group, key, at in rows if (group, whom[1], whom[2]) in members]
    for whom, key, at in told:
        if (whom, key) not in named:
            found[whom].append(Statement(at, Absence.NONE, 0))
