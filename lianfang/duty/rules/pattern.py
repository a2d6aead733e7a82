"""From a pattern to shifts: hours of the day, weekdays, and groups that take turns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lianfang.duty.rules import LONGEST

_DAY = timedelta(days=1)
MOST_DAYS = 92

Away = Callable[[int, date], bool]


@dataclass(frozen=True)
class Hours:
    """``end`` not after ``start`` is on the next day; both the same are a whole day."""

    start: time
    end: time

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        begins = datetime.combine(day, self.start, zone)
        last = day if self.end > self.start else day + _DAY
        return begins, datetime.combine(last, self.end, zone)


@dataclass(frozen=True)
class Turns:
    """``weekdays`` as ISO numbers (1 Monday). ``groups``: who takes turns, users by id. ``days_each`` 0: each shift is
    the next group's; else a group keeps the post so many duty days. Within a group the members change with the shift,
    and begin one further with every round. ``leaders`` change by the day (with ``days_each``, by so many days)."""

    hours: tuple[Hours, ...]
    weekdays: frozenset[int]
    groups: tuple[tuple[int, ...], ...]
    leaders: tuple[int, ...]
    days_each: int
    since: date


@dataclass(frozen=True)
class Planned:
    """``instead_of``: whose turn it was, who is on leave. ``user`` None: nobody was free."""

    start: datetime
    end: datetime
    user: int | None
    leader: int | None
    instead_of: int | None = None


def planned(turns: Turns, since: date, until: date, zone: ZoneInfo, away: Away) -> Iterator[Planned]:
    """The shifts that begin on the days from ``since`` to ``until``. Whose turn it is depends on the pattern and the
    day alone, so a month planned twice, or in two parts, is the same."""
    for number, day in _duty_days(turns, until):
        if day < since:
            continue
        leader = _leader(turns, number, day, away)
        for at, hours in enumerate(turns.hours):
            start, end = hours.on(day, zone)
            user, instead_of = _free(_order(turns, number, at), day, away)
            yield Planned(start, end, user, leader, instead_of)


def unbroken(shifts: Sequence[Planned]) -> list[tuple[int, datetime, datetime]]:
    """Who would be on duty for more than a day without a break: user, from, to. Somebody alone on a pattern is."""
    running: dict[int, tuple[datetime, datetime]] = {}
    found: dict[tuple[int, datetime], datetime] = {}
    for one in sorted(shifts, key=lambda one: one.start):
        if one.user is None:
            continue
        begun, reached = running.get(one.user, (one.start, one.start))
        begun = begun if one.start <= reached else one.start
        running[one.user] = (begun, one.end)
        if one.end - begun > LONGEST:
            found[one.user, begun] = one.end
    return [(user, begun, end) for (user, begun), end in found.items()]


def _duty_days(turns: Turns, until: date) -> Iterator[tuple[int, date]]:
    number, day = 0, turns.since
    while day <= until:
        if day.isoweekday() in turns.weekdays:
            yield number, day
            number += 1
        day += _DAY


def _order(turns: Turns, number: int, at: int) -> list[int]:
    """Whose turn it is first, then who comes next."""
    groups = turns.groups
    turn = number // turns.days_each if turns.days_each else number * len(turns.hours) + at
    round_, place = divmod(turn, len(groups))
    own = groups[place]
    first = (round_ + (at if turns.days_each else 0)) % len(own)
    others = [user for step in range(1, len(groups)) for user in groups[(place + step) % len(groups)]]
    return [*own[first:], *own[:first], *others]


def _leader(turns: Turns, number: int, day: date, away: Away) -> int | None:
    if not turns.leaders:
        return None
    first = number // max(turns.days_each, 1) % len(turns.leaders)
    return _free([*turns.leaders[first:], *turns.leaders[:first]], day, away)[0]


def _free(order: Sequence[int], day: date, away: Away) -> tuple[int | None, int | None]:
    """Who takes it, and whom they replace."""
    found = next((user for user in order if not away(user, day)), None)
    return found, None if found == order[0] else order[0]
