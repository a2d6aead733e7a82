"""What was said about people on a day, as far as it is in force: the newest version of each roll, every card that none
corrects."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from lianfang.health.queries import limits
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Absence, Statement, has_fever

Whom = tuple[int, date, UUID]  # school, day, person

_CHECKS = """
SELECT c.school_id, c."on", c.person_id, c.key, c.at, c.source, c.symptoms, c.temperature, c.temperature_again,
       c.absence, c.after
FROM unnest(%s::int[], %s::date[], %s::uuid[]) AS w (school_id, "on", person_id)
JOIN health_check c USING (school_id, "on", person_id)
"""
# A version counts as long as no other one came after it. People are expected in the rolls of their own unit.
_ROLLS = """
SELECT r.school_id, r."on", r.unit_id, r.group_id, r.key, r.at
FROM (SELECT DISTINCT * FROM unnest(%s::int[], %s::date[]) AS d (school_id, "on")) w
JOIN health_roll r USING (school_id, "on")
WHERE NOT EXISTS (
    SELECT FROM health_roll n
    WHERE n.school_id = r.school_id AND n."on" = r."on" AND n.unit_id = r.unit_id AND n.group_id = r.group_id
      AND n.round = r.round AND n.after = r.key
)
"""


def about(people: Iterable[tuple[Seat, date, UUID]]) -> dict[Whom, list[Statement]]:
    """Three arrays in, two queries, whatever the number of people. Someone nothing was said about has an empty list."""
    wanted = {(seat.school_id, on, person): seat for seat, on, person in people}
    found: dict[Whom, list[Statement]] = {whom: [] for whom in wanted}
    if not wanted:
        return found
    schools, days, ids = (list(column) for column in zip(*wanted, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ROLLS, [schools, days])
        rolls = cursor.fetchall()
        cursor.execute(_CHECKS, [schools, days, ids])
        checks = cursor.fetchall()
    counting = {(school, on, key) for school, on, _unit, _group, key, _at in rolls}
    named: set[tuple[Whom, int]] = set()
    corrected = {(row[0], row[1], row[2], row[5], row[10]) for row in checks}
    for school, on, person, key, at, source, symptoms, first, again, absence, _ in checks:
        whom = (school, on, person)
        if (source == Source.ROLL and (school, on, key) not in counting) or (*whom, source, key) in corrected:
            continue
        named.add((whom, key))
        fever = has_fever(first, again, limits.fever(school, on)) if first is not None or again is not None else False
        found[whom].append(Statement(at, None if absence is None else Absence(absence), symptoms, fever))
    _unnamed(wanted, rolls, named, found)
    return found


def _unnamed(
    wanted: dict[Whom, Seat], rolls: list[tuple[int, date, int, int, int, datetime]], named: set[tuple[Whom, int]],
    found: dict[Whom, list[Statement]],
) -> None:  # fmt: skip
    """Whom a roll of their own class does not name was there and well."""
    of_unit: dict[tuple[int, date, int], list[tuple[int, datetime]]] = defaultdict(list)
    for school, on, unit, group, key, at in rolls:
        if group == 0:
            of_unit[school, on, unit].append((key, at))
    for whom, seat in wanted.items():
        for key, at in of_unit[seat.school_id, whom[1], seat.unit_id]:
            if (whom, key) not in named:
                found[whom].append(Statement(at, Absence.NONE, 0))
