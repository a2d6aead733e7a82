"""Emergency reports: by when they are told, to whom, and how they stand.

The law asks that it be *told* in time; that it *arrived* is the other half, and chased. Both are kept apart.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_FOLDER = Path(__file__).parents[1] / "catalog"

Reliability = Literal["official", "copy", "unverified", "computed"]
At = Literal["school", "above", "sponsor", "outside"]
# Two reports of one kind at one school within so long may be the same thing.
ALIKE_WITHIN = timedelta(hours=2)
# What was discovered earlier than this is told by another way: the day was mistyped.
LONGEST_AGO = timedelta(days=60)


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    minutes: int
    zh: str
    en: str
    source: str
    reliability: Reliability

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Timing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which clocks hold for a kind: the one aimed at, and the one that binds."""

    target: str
    limit: str
    source: str
    reliability: Reliability


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    within: int
    at_least: int


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is told. ``only``: for these kinds (empty: for all)."""

    id: str
    at: At
    source: str
    reliability: Reliability
    roles: tuple[str, ...] = ()
    kind: str = ""
    only: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str
    source: str
    only: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clocks: dict[str, Clock]
    kinds: dict[str, Timing]
    answer: Answer
    recipients: tuple[Part, ...]


@cache
def catalog() -> Catalog:
    """Raises `ValueError` where the file contradicts itself."""
    found = msgspec.yaml.decode((_FOLDER / "emergency.yaml").read_bytes(), type=Catalog)
    named = [part.id for part in found.recipients]
    clocks = {clock for timing in found.kinds.values() for clock in (timing.target, timing.limit)}
    only = {kind for part in found.recipients for kind in part.only}
    if len({*named}) < len(named) or clocks - found.clocks.keys() or only - found.kinds.keys():
        raise ValueError("emergency.yaml: a recipient stands twice, or a clock or kind is not described")
    if any((part.at == "outside") == bool(part.roles and part.kind) for part in found.recipients):
        raise ValueError("emergency.yaml: whoever has an account has roles and an obligation, an outside body neither")
    return found


@cache
def steps(kind: str) -> tuple[Step, ...]:
    """What to do now, in order."""
    found = msgspec.yaml.decode((_FOLDER / "steps.yaml").read_bytes(), type=tuple[Step, ...])
    return tuple(step for step in found if not step.only or kind in step.only)


def parts(kind: str) -> list[Part]:
    """Who is told of an emergency of this kind, in order."""
    return [part for part in catalog().recipients if not part.only or kind in part.only]


def part(name: str) -> Part:
    return next(one for one in catalog().recipients if one.id == name)


BODIES = ("disease_control", "community", "medical")


@dataclass(frozen=True)
class Due:
    """The two moments by which it has to be told."""

    target: datetime
    limit: datetime


def due(kind: str, discovered_at: datetime) -> Due:
    """Both clocks run from the discovery, whenever it is reported."""
    timing = catalog().kinds[kind]
    target, limit = (timedelta(minutes=catalog().clocks[name].minutes) for name in (timing.target, timing.limit))
    return Due(discovered_at + target, discovered_at + limit)


def answer_by(discovered_at: datetime, told_at: datetime) -> datetime:
    """When an account should have confirmed: within the hour, or a little after being told where the hour is over."""
    rule = catalog().answer
    return max(discovered_at + timedelta(minutes=rule.within), told_at + timedelta(minutes=rule.at_least))


@dataclass(frozen=True)
class Told:
    """How one recipient stands. ``gap``: nobody held the duty, the next above was told instead; it counts for
    nothing."""

    told_at: datetime | None
    acknowledged_at: datetime | None
    gap: bool = False


@dataclass(frozen=True)
class Standing:
    """``all_told_at`` and ``all_answered_at`` are the moments of the last one; None while somebody is missing."""

    owed: int
    told: int
    answered: int
    all_told_at: datetime | None
    all_answered_at: datetime | None


def standing(rows: Iterable[Told]) -> Standing:
    counted = [row for row in rows if not row.gap]
    told = [row.told_at for row in counted if row.told_at]
    answered = [row.acknowledged_at for row in counted if row.acknowledged_at]
    return Standing(
        len(counted), len(told), len(answered),
        max(told) if counted and len(told) == len(counted) else None,
        max(answered) if counted and len(answered) == len(counted) else None,
    )  # fmt: skip


Kept = Literal["running", "kept", "late"]


def kept(by: datetime, at: datetime | None, now: datetime) -> Kept:
    """Whether a clock was met: to the second, the last second included."""
    if at is not None:
        return "kept" if at <= by else "late"
    return "running" if now <= by else "late"


def next_above(ladder: Sequence[int], held: Collection[int]) -> tuple[int | None, list[int]]:
    """Of the authorities above (the next first) the first in which somebody holds the duty, and those that were passed
    over because nobody does."""
    at = next((place for place, unit in enumerate(ladder) if unit in held), len(ladder))
    return (ladder[at] if at < len(ladder) else None), list(ladder[:at])


@dataclass(frozen=True)
class Facts:
    """What is seen. ``count`` None: not known. ``symptoms`` are codes of `health.rules.symptoms`, ``since`` when the
    first one fell ill. ``place`` and ``words`` name nobody."""

    count: int | None = None
    since: datetime | None = None
    symptoms: tuple[str, ...] = ()
    shared: str = ""
    stage: str = ""
    place: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Facts()


def without(words: str, name: str) -> str:
    """Words that go to authorities do not name the person; they are not refused for it either: a report is never held
    up."""
    tidy = " ".join(words.split())
    return tidy.replace(name, "×××") if name else tidy
