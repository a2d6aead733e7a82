"""When somebody's data are over, how long they may be held back, and how a purge run stands."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

# Evidence is kept back for a year at most; longer needs a new assessment (control G02).
LONGEST_HOLD = 366
SHORTEST_ASSESSMENT = 20
# People in one run: a list two people can still answer for. Larger units are purged school by school.
MOST_PEOPLE = 50_000
# Different people who agree to a run; none of them prepared it (control G01).
APPROVERS = 2

WHY = ("response", "retention", "request")


def over_before(day: date, days: int) -> date:
    """Who left before this day, and has come back nowhere, has been gone for ``days`` days."""
    return day - timedelta(days=days)


def hold_lasts(from_on: date, to_on: date) -> bool:
    return from_on <= to_on <= from_on + timedelta(days=LONGEST_HOLD)


def run_state(*, request: str, begun_at: datetime | None, done_at: datetime | None) -> str:
    """ "prepared", "waiting", "agreed", "running" or "done". ``request`` is the state of the request for agreement, ""
    when nobody asked; a refused or expired one leaves the run prepared, and it can be asked for again."""
    if done_at is not None:
        return "done"
    if begun_at is not None:
        return "running"
    return request if request in ("waiting", "agreed") else "prepared"


def may_go(person: object, held: Collection[object], returned: Collection[object]) -> bool:
    """Nobody goes who is held back or belongs to a school again by the time the run comes to them."""
    return person not in held and person not in returned
