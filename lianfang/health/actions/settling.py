"""Deriving the days of people anew, and moving the counts of their classes and schools by what has changed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from lianfang.core import events, prepared
from lianfang.health.queries import said
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.status import FINDINGS, MISSED, Day, Status, derive

Of = tuple[Seat, date, UUID]
_COLUMNS = {
    Status.SYMPTOMATIC: "symptomatic", Status.ILL: "ill", Status.LEAVE: "leave", Status.UNKNOWN: "unknown",
    Status.ISOLATED: "isolated",
}  # fmt: skip
_TURN = "SELECT pg_advisory_xact_lock(s.school, s.day) FROM unnest(%s::int[], %s::int[]) AS s (school, day)"
_BEFORE = """
SELECT w.school_id, w."on", w.person_id, s.status, s.fever, s.unit_id
FROM json_to_recordset(%s::json) AS w (school_id int, "on" date, person_id uuid) CROSS JOIN LATERAL (
    SELECT s.status, s.fever, s.unit_id FROM health_daystatus s
    WHERE s.school_id = w.school_id AND s."on" = w."on" AND s.person_id = w.person_id OFFSET 0) AS s
"""
_PUT = """
INSERT INTO health_daystatus (at, school_id, "on", person_id, unit_id, status, symptoms, fever, since)
SELECT %s, school_id, "on", person_id, unit_id, status, symptoms, fever, since
FROM json_to_recordset(%s::json) AS s (
    school_id int, "on" date, person_id uuid, unit_id int, status smallint, symptoms int, fever boolean,
    since timestamptz)
ON CONFLICT (school_id, "on", person_id) DO UPDATE
SET at = excluded.at, unit_id = excluded.unit_id, status = excluded.status, symptoms = excluded.symptoms,
    fever = excluded.fever, since = excluded.since
"""
_MOVE = """
INSERT INTO health_tally AS t (school_id, "on", unit_id, symptomatic, ill, leave, unknown, isolated, fever,
                               morning, noon, evening, cards)
SELECT school_id, "on", unit_id, symptomatic, ill, leave, unknown, isolated, fever, 0, 0, 0, 0
FROM json_to_recordset(%s::json) AS s (
    school_id int, "on" date, unit_id int, symptomatic int, ill int, leave int, unknown int, isolated int, fever int)
ON CONFLICT (school_id, "on", unit_id) DO UPDATE
SET symptomatic = t.symptomatic + excluded.symptomatic, ill = t.ill + excluded.ill, leave = t.leave + excluded.leave,
    unknown = t.unknown + excluded.unknown, isolated = t.isolated + excluded.isolated, fever = t.fever + excluded.fever
"""
_Before = Mapping[said.Whom, tuple[Status, bool, int]]


class _Whom(msgspec.Struct):
    school_id: int
    on: date
    person_id: UUID


class _DayRow(msgspec.Struct):
    school_id: int
    on: date
    person_id: UUID
    unit_id: int
    status: int
    symptoms: int
    fever: bool
    since: datetime | None


class _Moved(msgspec.Struct):
    school_id: int
    on: date
    unit_id: int
    symptomatic: int
    ill: int
    leave: int
    unknown: int
    isolated: int
    fever: int


_ORDER = ("symptomatic", "ill", "leave", "unknown", "isolated", "fever")


def settle(people: Sequence[Of], *, now: datetime, apart: Mapping[UUID, bool] | None = None) -> dict[said.Whom, Day]:
    """The days of these people from everything said about them; counts move by the difference. Runs in the caller's
    transaction; one school and day at a time, so that no two derive the same person at once. ``apart``: who is kept
    apart, and who is not any longer (`actions.apart`); of everybody else that stays as it is."""
    wanted = {(seat.school_id, on, person): seat for seat, on, person in people}
    if not wanted:
        return {}
    _, *answers, was = prepared.ask(
        turn({(school, on) for school, on, _ in wanted}), *said.asked(wanted),
        (_BEFORE, [prepared.rows([_Whom(*whom) for whom in wanted])]),
    )  # fmt: skip
    before = {(row[0], row[1], row[2]): (Status(row[3]), row[4], row[5]) for row in was}
    kept = {whom[2]: status is Status.ISOLATED for whom, (status, _, _) in before.items()} | dict(apart or {})
    days = {
        whom: derive(statements, isolated=kept.get(whom[2], False))
        for whom, statements in said.gathered(wanted, *answers).items()
    }
    written = {whom: day for whom, day in days.items() if day.status in FINDINGS or whom in before}
    if written:
        days_of, moved = _rows(written, wanted), _moved(written, wanted, before)
        prepared.ask((_PUT, [now, prepared.rows(days_of)]), (_MOVE, [prepared.rows(moved)]))
    _announce(written, before, now)
    return days


def turn(places: Collection[tuple[int, date]]) -> prepared.Question:
    """Whoever writes what is said about a school's day takes its turn before the first row, all schools in one order.
    So counts fit, nobody is derived twice at once, and no two transactions wait for each other."""
    wanted = sorted((school, on.toordinal()) for school, on in places)
    return _TURN, [prepared.listed(school for school, _ in wanted), prepared.listed(day for _, day in wanted)]


def _rows(days: Mapping[said.Whom, Day], seats: Mapping[said.Whom, Seat]) -> list[_DayRow]:
    return [
        _DayRow(*whom, seats[whom].unit_id, int(day.status), day.symptoms, day.fever, day.since)
        for whom, day in sorted(days.items(), key=lambda one: one[0])
    ]


def _moved(days: Mapping[said.Whom, Day], seats: Mapping[said.Whom, Seat], before: _Before) -> list[_Moved]:
    """By how much the counts of classes and schools change."""
    moved: Counter[tuple[int, date, int, str]] = Counter()
    for whom, day in days.items():
        school, on, _ = whom
        for unit in {seats[whom].unit_id, school}:
            moved.update(_marks(school, on, unit, day.status, day.fever))
        if whom in before:
            status, fever, was_in = before[whom]
            for unit in {was_in, school}:
                moved.subtract(_marks(school, on, unit, status, fever))
    places = sorted({place[:3] for place, change in moved.items() if change})
    return [_Moved(*place, *(moved[*place, name] for name in _ORDER)) for place in places]


def _announce(days: Mapping[said.Whom, Day], before: _Before, now: datetime) -> None:
    """Once for all of them: where somebody is newly missed, or no longer. The event names schools and days; who it is
    is read from the days when the absences follow (`actions.absences`)."""
    places = set()
    for whom, day in days.items():
        was = before[whom][0] if whom in before else None
        if {was, day.status} & MISSED and was is not day.status:
            places.add((whom[0], whom[1].isoformat()))
    if places:
        events.record("finding.new", by=None, unit=None, detail={"places": sorted(places)}, now=now)


def _marks(school: int, on: date, unit: int, status: Status, fever: bool) -> list[tuple[int, date, int, str]]:
    names = [name for one, name in _COLUMNS.items() if one is status]
    return [(school, on, unit, name) for name in (*names, *(["fever"] if fever else []))]
