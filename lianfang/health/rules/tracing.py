"""Following up absences: until when, how one ends, what it cost. Data in ``catalog/tracing.yaml``; whom one climbs to
that nobody follows up stands with everything that is owed (``obligations/catalog/absence.yaml``).

All moments are on the clock of the school: their zone is taken from the moment that is handed in.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from lianfang.health.rules.plan import Reliability
from lianfang.health.rules.sent import Round
from lianfang.health.rules.status import MISSED, Status

_FILE = Path(__file__).parents[1] / "catalog" / "tracing.yaml"
OBLIGATION = "absence"  # `obligations/catalog`
# The day itself, or the next one on which somebody is at the school (`orgs.rules.calendar.next_open`).
Opens = Callable[[date], date]
_EXCUSED = frozenset({Status.LEAVE, Status.AWAY})
_STILL_OUT = MISSED | {Status.ISOLATED}  # isolated, at school or at home, is not back
# What a step is worth, from least to most; a stage never goes back.
_STAGES = ("open", "contacted", "seen")
_REACHED = {"call": "contacted", "visit": "seen", "diagnosis": "seen"}


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: str
    source: str
    reliability: Reliability
    days: int = 0
    minutes: int = 0


class OfCauses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codes: tuple[str, ...]
    clock: Clock | None = None
    closes: bool = False


class Lost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    half: int
    whole: int
    source: str
    reliability: Reliability


class Tracing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    latest: str
    first: Mapping[str, Clock]
    again: Mapping[str, Clock]
    causes: tuple[OfCauses, ...]
    lessons: Mapping[str, int]
    lost: Lost


@dataclass(frozen=True)
class Course:
    """What the days say of an absence. ``ended``: "back", "explained" or "withdrawn" on ``ended_on``; "" while it goes
    on. ``status`` is that of the newest day missed."""

    from_on: date
    last_on: date
    status: Status
    ended: str = ""
    ended_on: date | None = None


@dataclass(frozen=True)
class NewStep:
    """``id`` is the sender's own: the same again is the same step. ``symptoms`` None: not asked."""

    id: UUID
    kind: str
    cause: str = ""
    place: str = ""
    symptoms: tuple[str, ...] | None = None
    onset_on: date | None = None
    seen_on: date | None = None
    hospital: str = ""
    diagnosis: str = ""
    note: str = ""


@cache
def catalog() -> Tracing:
    return msgspec.yaml.decode(_FILE.read_bytes(), type=Tracing)


def owed(absence: UUID) -> str:
    """The occasion of tracing somebody, from the first day missed to the end."""
    return f"{OBLIGATION} {absence}"


def first_due(status: Status, said_at: datetime, opens: Opens) -> datetime:
    """Until when the cause of an absence has to be known that was told at this moment."""
    return due(catalog().first["unknown" if status is Status.UNKNOWN else "ill"], said_at, opens)


def next_due(step: str, cause: str, at: datetime, opens: Opens) -> datetime | None:
    """When to ask again after a step (a `StepKind`) with what is known of the cause by then. None: the return is all
    that is waited for."""
    again = catalog().again
    if step == "unreached":
        return due(again["unreached"], at, opens)
    of_cause = next((one for one in catalog().causes if cause in one.codes), None)
    if of_cause is not None:
        return due(of_cause.clock, at, opens) if of_cause.clock else None
    return due(again["seen" if step in ("visit", "diagnosis") else "unclear"], at, opens)


def closes(cause: str) -> bool:
    """Whether a cause needs no following at all."""
    return any(one.closes for one in catalog().causes if cause in one.codes)


def due(clock: Clock, at: datetime, opens: Opens) -> datetime:
    """The moment a clock that begins now runs out."""
    begins, latest = time.fromisoformat(clock.at), time.fromisoformat(catalog().latest)
    earliest = at + timedelta(days=clock.days, minutes=clock.minutes)
    on_time = datetime.combine(earliest.date(), begins, at.tzinfo)
    moment = on_time if clock.days else max(earliest, on_time)
    if moment.time() > latest:
        moment = datetime.combine(moment.date() + timedelta(days=1), begins, at.tzinfo)
    day = opens(moment.date())
    return moment if day == moment.date() else datetime.combine(day, begins, at.tzinfo)


def stage(before: str, step: str) -> str:
    """How far the tracing is after one step more."""
    return max(before, _REACHED.get(step, before), key=_STAGES.index)


def course(from_on: date, days: Mapping[date, Status], reported: Collection[date]) -> Course | None:
    """The absence that was going on or begins at ``from_on``. ``days`` are the statuses found since then; ``reported``
    the days on which the class was called, so that whoever was not found was there. None: nothing is said of it.

    It ends on the first day on which the person was called and not missed: back at school, or (on leave) explained. If
    no day is left on which the person was missed, it is withdrawn.
    """
    missed = sorted(on for on, status in days.items() if on >= from_on and status in MISSED)
    excused = {on for on, status in days.items() if status in _EXCUSED}
    called = sorted(on for on in {*reported, *excused} if on >= from_on and days.get(on) not in _STILL_OUT)
    end = next((on for on in called if not missed or on > missed[0]), None)
    if not missed:
        if end is None:
            return None
        return Course(from_on, from_on, Status.WELL, "explained" if end in excused else "withdrawn", end)
    last = max(on for on in missed if end is None or on < end)
    ended = "" if end is None else "explained" if end in excused else "back"
    return Course(missed[0], last, days[last], ended, end)


def courses(since: date, days: Mapping[date, Status], reported: Collection[date]) -> Iterator[Course]:
    """All absences since that day, one after the other; only the last may go on."""
    while any(on >= since and status in MISSED for on, status in days.items()):
        found = course(since, days, reported)
        if found is None:
            return
        yield found
        if found.ended_on is None:
            return
        since = found.ended_on


def lost(lessons: int) -> Decimal:
    """Days lost through so many missed lessons of one day."""
    rule = catalog().lost
    if lessons < rule.half:
        return Decimal(0)
    return Decimal("0.5") if lessons < rule.whole else Decimal(1)


def lessons(missed: Iterable[Round]) -> int:
    """Lessons of a day for which the checks stand at which somebody was missed."""
    return sum(catalog().lessons.get(one.name.lower(), 0) for one in {*missed})
