"""Versions of a roll: which one counts, what it says, whom the one before named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec

from lianfang.core import prepared
from lianfang.health.models import Check, DayStatus, Roll
from lianfang.health.queries import seats
from lianfang.health.rules.parcels import RollIn
from lianfang.health.rules.sent import ROUNDS, Source
from lianfang.health.rules.status import Status


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


def stored(rolls: Sequence[RollIn]) -> set[tuple[int, date, int]]:
    """School, day and key of those that are there already."""
    if not rolls:
        return set()
    (found,) = prepared.ask((_STORED, [prepared.rows([_Wanted.of(roll, roll.key) for roll in rolls])]))
    return {(school, on, one) for school, on, one in found}


def named_before(rolls: Sequence[RollIn]) -> prepared.Question:
    """Whom the versions that were corrected named: their days are derived anew too."""
    corrected = [_Wanted.of(roll, roll.after) for roll in rolls if roll.after is not None]
    return _BEFORE, [prepared.rows(corrected)]


def loose_ends(rolls: Sequence[RollIn]) -> prepared.Question:
    """Those of the units who were on leave or missing by what was said before: a roll that does not name them says that
    they came."""
    return _LOOSE, [prepared.rows([_Wanted.of(roll, 0) for roll in rolls])]


def loose_in_groups(rolls: Sequence[RollIn]) -> list[tuple[int, date, int, UUID]]:
    """The same of the people of groups: school, day, unit, person. No query where no roll is a group's."""
    groups = {(roll.seat.school_id, roll.on) for roll in rolls if roll.sent.group}
    if not groups:
        return []
    on_leave = DayStatus.objects.filter(
        school_id__in={school for school, _ in groups}, on__in={on for _, on in groups},
        status__in=(Status.LEAVE, Status.UNKNOWN),
    )  # fmt: skip
    rows = list(on_leave.values_list("school_id", "on", "unit_id", "person_id"))
    reported = {(roll.sent.group, roll.on) for roll in rolls if roll.sent.group}
    inside = seats.in_groups([(school, on, person) for school, on, _, person in rows], {one for one, _ in reported})
    members = {(on, person) for group, on, person in inside if (group, on) in reported}
    return [row for row in rows if (row[1], row[3]) in members]


class _Wanted(msgspec.Struct):
    school_id: int
    on: date
    unit_id: int
    group_id: int
    round: int
    key: int

    @classmethod
    def of(cls, roll: RollIn, wanted: int) -> Self:
        return cls(
            roll.seat.school_id, roll.on, roll.seat.unit_id, roll.sent.group, int(ROUNDS[roll.sent.round]), wanted
        )


_FROM = """
json_to_recordset(%s::json) AS w (school_id int, "on" date, unit_id int, group_id int, round smallint, key bigint)
"""
# Each row is looked up by its key, in this order and no other (``OFFSET 0`` keeps the planner from turning it round):
# how many rows a partition has is not known in the first minutes of its month.
_STORED = f"""
SELECT w.school_id, w."on", w.key FROM {_FROM} CROSS JOIN LATERAL (
    SELECT FROM health_roll r WHERE r.school_id = w.school_id AND r."on" = w."on" AND r.unit_id = w.unit_id
    AND r.group_id = w.group_id AND r.round = w.round AND r.key = w.key OFFSET 0) AS r
"""  # noqa: S608  (a part of our own)
_BEFORE = f"""
SELECT w.school_id, w."on", c.unit_id, c.person_id FROM {_FROM} CROSS JOIN LATERAL (
    SELECT c.unit_id, c.person_id FROM health_check c
    WHERE c.school_id = w.school_id AND c."on" = w."on" AND c.key = w.key AND c.source = 2 OFFSET 0) AS c
"""  # noqa: S608
_LOOSE = f"""
SELECT DISTINCT w.school_id, w."on", w.unit_id, s.person_id FROM {_FROM} CROSS JOIN LATERAL (
    SELECT s.person_id FROM health_daystatus s
    WHERE s.school_id = w.school_id AND s."on" = w."on" AND s.unit_id = w.unit_id AND s.status IN (4, 5) OFFSET 0) AS s
WHERE w.group_id = 0
"""  # noqa: S608
