"""What a pack of the day says, as plain structs: kept as they were at the moment they were gathered.

Counts are those of `returns` and `health`; words come from the form files and the reader's language when it is shown.
Nothing here names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_FILE = Path(__file__).parent / "catalog" / "analysis.yaml"
State = Literal["open", "late", "done", "withdrawn"]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: str
    until: str
    when: Literal["always", "response", "never"]
    source: str
    reliability: Literal["official", "copy", "unverified", "computed"]


class Count(msgspec.Struct, frozen=True):
    """``now`` and ``before`` (the day before) are None where nobody has said it: that is not 0. ``unverified`` units
    are not in ``now``."""

    now: int | None
    before: int | None
    unverified: int = 0


class ReturnPart(msgspec.Struct, frozen=True):
    """A form of the day. ``cells``: "confirmed.students" → count. ``in_time``: units that signed before their cut-off;
    packs of before did not say it."""

    form: str
    expected: int
    reported: int
    late: int
    cells: dict[str, Count]
    in_time: int | None = None


class ChecksPart(msgspec.Struct, frozen=True):
    """The round of class checks that opened last. ``counts`` by the names of `health.models.Tally`."""

    round: str
    due_at: datetime
    owing: int
    reported: int
    counts: dict[str, Count]


class EmergenciesPart(msgspec.Struct, frozen=True):
    """``reported``: first reports after ``since``, the last pack of an earlier day."""

    running: int
    reported: int
    since: datetime


class DutyPart(msgspec.Struct, frozen=True):
    """Shifts that have begun this day: somebody checked in, or the time to do so has passed."""

    begun: int
    checked_in: int
    missed: int


class LateUnit(msgspec.Struct, frozen=True):
    """``what`` is a form, "checks" or "duty"."""

    unit_id: int
    name: str
    what: str


class Problem(msgspec.Struct, frozen=True):
    """Something owed once that is past its time."""

    kind: str
    label: str
    unit: str
    due_at: datetime | None
    url: str


class Facts(msgspec.Struct, frozen=True):
    """``late`` and ``problems`` hold the first ones, the totals all. ``people``: kind of what is owed about one person
    each → how many are past their time; they do not stand among the problems. What packs of before did not say is
    None."""

    at: datetime
    response: str
    returns: tuple[ReturnPart, ...]
    checks: ChecksPart | None
    late: tuple[LateUnit, ...]
    late_total: int
    problems: tuple[Problem, ...]
    problems_total: int
    emergencies: EmergenciesPart | None = None
    duty: DutyPart | None = None
    people: dict[str, int] = {}


@cache
def terms() -> Terms:
    return msgspec.yaml.decode(_FILE.read_bytes(), type=Terms)


def wanted_at(decided: Mapping[str, str], *, response: bool) -> time | None:
    """The minute at which the day's pack is made for a unit, or None: on this day nobody meets. ``decided``: overrides
    in force under "analysis."."""
    when = decided.get("analysis.when", terms().when)
    if when == "never" or (when == "response" and not response):
        return None
    return time.fromisoformat(decided.get("analysis.at", terms().at))


@dataclass(frozen=True)
class Day:
    """A day of the trend: people absent ill, and how many reported in time of how many; None where nobody said it."""

    on: date
    ill: int | None
    in_time: int | None
    owing: int | None


def trend(packs: Mapping[date, Facts], last: date, days: int, *, school: bool) -> list[Day]:
    """The days up to ``last``, oldest first, from the newest pack of each. An area is judged by the schools that signed
    the first form of the day in time, a school by the classes that had reported."""
    return [_of_day(last - timedelta(days=back), packs, school=school) for back in range(days - 1, -1, -1)]


def _of_day(on: date, packs: Mapping[date, Facts], *, school: bool) -> Day:
    facts = packs.get(on)
    checks = facts.checks if facts else None
    ill = checks.counts["ill"].now if checks and "ill" in checks.counts else None
    if school:
        return Day(on, ill, checks.reported if checks else None, checks.owing if checks else None)
    form = next((part for part in facts.returns if part.in_time is not None), None) if facts else None
    return Day(on, ill, form.in_time if form else None, form.expected if form else None)


def changed(count: Count) -> int | None:
    """Against the day before; None where one of the two is not known."""
    return None if count.now is None or count.before is None else count.now - count.before


def state(*, outcome: str, due_at: datetime | None, now: datetime) -> State:
    """Of a decision, from the obligation it became."""
    if outcome:
        return "done" if outcome == "done" else "withdrawn"
    return "late" if due_at is not None and due_at < now else "open"


def is_day(text: str) -> date | None:
    """A day as it stands in an address, else None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
