"""Pure decisions about shifts: how long, when one checks in, what lies open."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
# One checks in from half an hour before until a quarter after the beginning; later stays later.
OPENS, GRACE = timedelta(minutes=30), timedelta(minutes=15)

Span = tuple[datetime, datetime]


def wrong_span(start: datetime, end: datetime) -> str | None:
    """The problem with a shift's hours, None when they can stand."""
    if end <= start:
        return "duty.ends_before"
    return "duty.too_long" if end - start > LONGEST else None


def check_in_state(start: datetime, end: datetime, checked_at: datetime | None, now: datetime) -> str:
    """ "in", "late" (checked in after the grace), "coming" (too early to check in), "open", "missed" or "over" (the
    shift ended without a check-in). A clock that was set back takes no check-in away."""
    if checked_at is not None:
        return "late" if checked_at > start + GRACE else "in"
    if now >= end:
        return "over"
    if now > start + GRACE:
        return "missed"
    return "open" if now >= start - OPENS else "coming"


def gaps(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What between the two moments nobody keeps."""
    found, reached = [], since
    for start, end in sorted(spans):
        if start > reached:
            found.append((reached, min(start, until)))
        reached = max(reached, end)
        if reached >= until:
            return found
    return [*found, (reached, until)] if reached < until else found


def overlaps(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Places of those that are kept twice at once: each with the one before it."""
    order = sorted(range(len(spans)), key=lambda at: spans[at])
    found, last = [], -1
    for at in order:
        if last >= 0 and spans[at][0] < spans[last][1]:
            found.append((last, at))
        if last < 0 or spans[at][1] > spans[last][1]:
            last = at
    return found
