"""Deriving the days of people anew, and moving the counts of their classes and schools by what has changed."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

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
SELECT s.school_id, s."on", s.person_id, s.status, s.fever, s.unit_id
FROM unnest(%s::int[], %s::date[], %s::uuid[]) AS w (school_id, "on", person_id)
JOIN health_daystatus s USING (school_id, "on", person_id)
"""
_PUT = """
INSERT INTO health_daystatus (at, school_id, "on", person_id, unit_id, status, symptoms, fever, since)
SELECT %s, s.* FROM unnest(%s::int[], %s::date[], %s::uuid[], %s::int[], %s::smallint[], %s::int[], %s::boolean[],
                           %s::timestamptz[]) AS s
ON CONFLICT (school_id, "on", person_id) DO UPDATE
SET at = excluded.at, unit_id = excluded.unit_id, status = excluded.status, symptoms = excluded.symptoms,
    fever = excluded.fever, since = excluded.since
"""
_MOVE = """
INSERT INTO health_tally AS t (school_id, "on", unit_id, symptomatic, ill, leave, unknown, isolated, fever,
                               morning, noon, evening, cards)
SELECT s.*, 0, 0, 0, 0 FROM unnest(%s::int[], %s::date[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                                   %s::int[], %s::int[]) AS s
ON CONFLICT (school_id, "on", unit_id) DO UPDATE
SET symptomatic = t.symptomatic + excluded.symptomatic, ill = t.ill + excluded.ill, leave = t.leave + excluded.leave,
    unknown = t.unknown + excluded.unknown, isolated = t.isolated + excluded.isolated, fever = t.fever + excluded.fever
"""
_ORDER = ("symptomatic", "ill", "leave", "unknown", "isolated", "fever")


def settle(people: Sequence[Of], *, now: datetime) -> dict[said.Whom, Day]:
    """The days of these people from everything said about them; counts move by the difference. Runs in the caller's
    transaction; one school and day at a time, so that no two derive the same person at once."""
    wanted = {(seat.school_id, on, person): seat for seat, on, person in people}
    if not wanted:
        return {}
    prepared.ask(turn({(school, on) for school, on, _ in wanted}))
    days = {whom: derive(statements) for whom, statements in said.about(people).items()}
    before = _before(list(wanted))
    written = {
        whom: day for whom, day in days.items() if day.status in FINDINGS or whom in before
    }  # fmt: skip
    _put(written, wanted, now)
    _move(written, wanted, before)
    _announce(written, before, now)
    return days


def turn(places: Collection[tuple[int, date]]) -> prepared.Question:
    """Whoever writes what is said about a school's day takes its turn before the first row, all schools in one order.
    So counts fit, nobody is derived twice at once, and no two transactions wait for each other."""
    wanted = sorted((school, on.toordinal()) for school, on in places)
    return _TURN, [prepared.listed(school for school, _ in wanted), prepared.listed(day for _, day in wanted)]


def _before(whom: list[said.Whom]) -> dict[said.Whom, tuple[Status, bool, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [list(column) for column in zip(*whom, strict=True)])
        return {(row[0], row[1], row[2]): (Status(row[3]), row[4], row[5]) for row in cursor.fetchall()}


def _put(days: dict[said.Whom, Day], seats: dict[said.Whom, Seat], now: datetime) -> None:
    rows = [
        (*whom, seats[whom].unit_id, int(day.status), day.symptoms, day.fever, day.since)
        for whom, day in sorted(days.items(), key=lambda one: one[0])
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_PUT, [now, *(list(column) for column in zip(*rows, strict=True))])


def _move(
    days: dict[said.Whom, Day], seats: dict[said.Whom, Seat], before: dict[said.Whom, tuple[Status, bool, int]]
) -> None:
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
    rows = [(*place, *(moved[*place, name] for name in _ORDER)) for place in places]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(column) for column in zip(*rows, strict=True)])


def _announce(days: dict[said.Whom, Day], before: dict[said.Whom, tuple[Status, bool, int]], now: datetime) -> None:
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
