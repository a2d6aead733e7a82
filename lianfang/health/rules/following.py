"""What key people are asked, when, and when it may end. Moments are on the clock of the school, as they come in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

DAY = timedelta(days=1)
OBLIGATION = "key_person"  # `obligations/catalog`


@dataclass(frozen=True)
class Asked:
    """``id`` is the sender's own: the same again is the same step. ``symptoms`` () is "none"."""

    id: UUID
    reached: bool
    temperature: float | None = None
    symptoms: tuple[str, ...] = ()
    place: str = ""
    note: str = ""


def owed(key_person: UUID) -> str:
    """The occasion of asking somebody, from the listing to the end."""
    return f"{OBLIGATION} {key_person}"


def release_due(until: date | None, on: date) -> bool:
    """Whether the days are over; that somebody is no longer followed is still somebody's word."""
    return until is not None and on > until


def slot(times: tuple[str, ...], at: datetime) -> int:
    """Which of the moments of the day something done at that time stands for: the nearest one."""
    minutes = at.hour * 60 + at.minute
    return min(range(len(times)), key=lambda number: abs(_minutes(times[number]) - minutes))


def next_due(times: tuple[str, ...], done_at: datetime) -> datetime:
    """When to ask again, on the clock of ``done_at``."""
    number = slot(times, done_at) + 1
    day = done_at.date() if number < len(times) else done_at.date() + DAY
    return datetime.combine(day, time.fromisoformat(times[number % len(times)]), done_at.tzinfo)


def first_due(times: tuple[str, ...], listed_at: datetime) -> datetime:
    """The next moment after somebody was listed."""
    moments = [datetime.combine(listed_at.date(), time.fromisoformat(one), listed_at.tzinfo) for one in times]
    return next((one for one in moments if one > listed_at), moments[0] + DAY)


def _minutes(moment: str) -> int:
    at = time.fromisoformat(moment)
    return at.hour * 60 + at.minute
