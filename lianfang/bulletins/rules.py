"""What a pack of the day says, as plain structs: kept as they were at the moment they were gathered.

Counts are those of `returns` and `health`; words come from the form files and the reader's language when it is shown.
Nothing here names a person.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
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
    """A form of the day. ``cells``: "confirmed.students" → count."""

    form: str
    expected: int
    reported: int
    late: int
    cells: dict[str, Count]


class ChecksPart(msgspec.Struct, frozen=True):
    """The round of class checks that opened last. ``counts`` by the names of `health.models.Tally`."""

    round: str
    due_at: datetime
    owing: int
    reported: int
    counts: dict[str, Count]


class LateUnit(msgspec.Struct, frozen=True):
    """``what`` is a form, or "checks"."""

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
    """``late`` and ``problems`` hold the first ones, the totals all."""

    at: datetime
    response: str
    returns: tuple[ReturnPart, ...]
    checks: ChecksPart | None
    late: tuple[LateUnit, ...]
    late_total: int
    problems: tuple[Problem, ...]
    problems_total: int


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
