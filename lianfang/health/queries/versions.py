"""Versions of a roll: which one counts, what it says, whom the one before named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from lianfang.health.models import Check, Roll
from lianfang.health.rules.parcels import RollIn, Seat
from lianfang.health.rules.sent import ROUNDS, Source, key


@dataclass(frozen=True)
class Version:
    """``says``: person → symptoms, temperatures, absence, seen by a doctor, onset."""

    key: int
    at: datetime
    by_id: int | None
    says: Mapping[UUID, tuple[object, ...]]


_SAYS = ("symptoms", "temperature", "temperature_again", "absence", "seen_by_doctor", "onset_on")


def rolls_of(roll: RollIn) -> "list[Roll]":
    """All versions of the same round of the same group, oldest first."""
    rows = Roll.objects.filter(
        school_id=roll.seat.school_id, on=roll.on, unit_id=roll.seat.unit_id, group_id=roll.sent.group,
        round=int(ROUNDS[roll.sent.round]),
    )  # fmt: skip
    return list(rows.order_by("at", "key"))


def keys(roll: RollIn) -> set[int]:
    return {row.key for row in rolls_of(roll)}


def current(roll: RollIn) -> Version | None:
    """The version of this round that no other one came after."""
    rows = rolls_of(roll)
    followed = {row.after for row in rows}
    last = next((row for row in rows if row.key not in followed), None)
    if last is None:
        return None
    checks = Check.objects.filter(school_id=last.school_id, on=last.on, key=last.key, source=Source.ROLL)
    says = {row[0]: tuple(row[1:]) for row in checks.values_list("person_id", *_SAYS)}
    return Version(last.key, last.at, last.by_id, says)


_BEFORE = """
SELECT c.school_id, c."on", c.unit_id, c.person_id
FROM unnest(%s::int[], %s::date[], %s::bigint[]) AS w (school_id, "on", key)
JOIN health_check c ON c.school_id = w.school_id AND c."on" = w."on" AND c.key = w.key AND c.source = 2
"""


def named_before(rolls: Sequence[RollIn]) -> list[tuple[Seat, date, UUID]]:
    """Whom the versions that were corrected named: their days are derived anew too."""
    wanted = [(roll.seat.school_id, roll.on, key(roll.sent.after)) for roll in rolls if roll.sent.after is not None]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [list(column) for column in zip(*wanted, strict=True)])
        return [(Seat(school, unit), on, person) for school, on, unit, person in cursor.fetchall()]


_LOOSE = """
SELECT DISTINCT s.school_id, s."on", s.unit_id, s.person_id
FROM unnest(%s::int[], %s::date[], %s::int[]) AS w (school_id, "on", unit_id)
JOIN health_daystatus s USING (school_id, "on", unit_id)
WHERE s.status IN (4, 5)
"""


def loose_ends(rolls: Sequence[RollIn]) -> list[tuple[Seat, date, UUID]]:
    """Those of the units who were on leave or missing by what was said before: a roll that does not name them says that
    they came."""
    if not rolls:
        return []
    wanted = sorted({(roll.seat.school_id, roll.on, roll.seat.unit_id) for roll in rolls})
    with connection.cursor() as cursor:
        cursor.execute(_LOOSE, [list(column) for column in zip(*wanted, strict=True)])
        return [(Seat(school, unit), on, person) for school, on, unit, person in cursor.fetchall()]
