"""Detectors: figures of reports that are hardly what was seen. Each looks at the figures of one class (or one hand:
an account, a telephone, a device) and answers with a `Found` or None. What is taken for ordinary, and how rare a figure
has to be, is data: ``catalog/hints.yaml``.

Methods. *Exact binomial tails* (`rules.chances`; no normal approximation), against the largest probability that is
still honest rather than a fitted one, so that the tail bounds the rate of false hints; where the largest of several
counts is tested, the bound is multiplied by how many there are (Bonferroni). *Moments*: a scan statistic (Naus 1965),
bounded over the moments the window can stand at. *No finding for weeks*: classes share the findings of a school by a
Dirichlet-multinomial (Mosimann 1962), a binomial whose probability differs from class to class: illness comes in
clusters, and the plain binomial would be too sure of itself. *Speed*: the touches that are needed, by the
keystroke-level model (Card, Moran & Newell 1980).

How many hints an honest school is to expect, and what is found: docs/hints.md, counted by ``tests/test_hint_rates.py``.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import log10
from pathlib import Path

import msgspec

from lianfang.health.rules import chances, located
from lianfang.health.rules.plan import Reliability

_FILE = Path(__file__).parents[1] / "catalog" / "hints.yaml"
_VALUES = 3  # readings that can each be as common as the most common of an ordinary thermometer
Bars = Sequence[tuple[int, int]]


class Kind(StrEnum):
    """Stored: never renamed."""

    COPIED = "copied"
    UNSEEN = "unseen"
    TEMPERATURES = "temperatures"
    HASTE = "haste"
    CLOCKWORK = "clockwork"
    ONE_DEVICE = "one_device"
    BURST = "burst"
    SILENT = "silent"


class _Sourced(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: str
    reliability: Reliability


class Rest(_Sourced, frozen=True, kw_only=True):
    days: int


class Shared(_Sourced, frozen=True, kw_only=True):
    least: int
    part: float


class Copied(_Sourced, frozen=True, kw_only=True):
    chance: float
    days: int
    people: int
    same_temperature: float
    same_symptoms: float
    same_absence: float
    counted_days: int


class Unseen(_Sourced, frozen=True, kw_only=True):
    chance: float
    days: int
    overlooked: float


class Temperatures(_Sourced, frozen=True, kw_only=True):
    chance: float
    least: int
    most_common: float
    halves: float


class Haste(_Sourced, frozen=True, kw_only=True):
    people: int
    touch: float
    for_person: int
    for_temperature: int


class Clockwork(_Sourced, frozen=True, kw_only=True):
    chance: float
    days: int
    rolls: int
    least: int
    within: int
    same_second: float


class OneDevice(_Sourced, frozen=True, kw_only=True):
    least: int


class Burst(_Sourced, frozen=True, kw_only=True):
    cards: int
    each: int
    rolls: int
    every: int


class Silent(_Sourced, frozen=True, kw_only=True):
    chance: float
    days: int
    least: int
    neighbours: int
    alike: float


class Hints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rest: Rest
    shared: Shared
    copied: Copied
    unseen: Unseen
    temperatures: Temperatures
    haste: Haste
    clockwork: Clockwork
    one_device: OneDevice
    burst: Burst
    silent: Silent


@dataclass(frozen=True)
class Found:
    """``figures`` by name, for the sentence of the page; ``bars``: pairs to draw, in order."""

    kind: Kind
    figures: Mapping[str, int | float]
    bars: Bars

    def basis(self) -> dict[str, object]:
        """As it is stored: numbers only."""
        return {**self.figures, "bars": [list(bar) for bar in self.bars]}


@cache
def catalog() -> Hints:
    """Raises `ValueError` with file and line."""
    return located.decode(_FILE.read_text(encoding="utf-8"), _FILE.name, Hints)


def is_shared(count: int, of: int) -> bool:
    """Whether so many classes of a school have the same on one day that it has one cause."""
    data = catalog().shared
    return count >= max(data.least, data.part * of)


def shared(kind: Kind, count: int, of: int) -> Found:
    """One hint for them all."""
    return Found(kind, {"classes": count, "of": of}, [(0, count), (1, of)])


# ── what was said of people ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Repeated:
    """How the rolls of a class that say exactly the same follow one another up to the day: on ``days`` school days they
    name these people, ``temperatures`` of them with a temperature, ``symptoms`` others with symptoms, ``absent`` others
    who are only absent."""

    days: int
    temperatures: int
    symptoms: int
    absent: int

    @property
    def people(self) -> int:
        return self.temperatures + self.symptoms + self.absent


def copied(said: Repeated) -> Found | None:
    """Each repetition is as likely as everybody named having the same again."""
    data, again = catalog().copied, said.days - 1
    if said.people < data.people or again < 1:
        return None
    slow = min(again, data.counted_days)
    chance = again * said.temperatures * log10(data.same_temperature) + slow * (
        said.symptoms * log10(data.same_symptoms) + said.absent * log10(data.same_absence)
    )
    if chance > data.chance:
        return None
    figures = {"days": said.days, "people": said.people, "temperatures": said.temperatures, "chance": round(chance, 1)}
    return Found(Kind.COPIED, figures, [(back, said.people) for back in range(1 - said.days, 1)])


def unseen(by_day: Mapping[int, tuple[int, int]]) -> Found | None:
    """By day (0 is the day itself, -1 the one before …): pupils whose card told of fever before the check, and how many
    of them the check did not name."""
    data = catalog().unseen
    told, missed = (sum(pair[at] for pair in by_day.values()) for at in (0, 1))
    chance = chances.at_least(missed, told, data.overlooked)
    if chance > data.chance:
        return None
    bars = [(day, missing) for day, (_, missing) in sorted(by_day.items())]
    return Found(Kind.UNSEEN, {"told": told, "missed": missed, "chance": round(chance, 1)}, bars)


def temperatures(counts: Mapping[int, int]) -> Found | None:
    """Readings of one hand in one class on one day: tenths of a degree → how many."""
    data, of = catalog().temperatures, sum(counts.values())
    if of < data.least:
        return None
    value, top = max(counts.items(), key=lambda one: (one[1], one[0]))
    halves = sum(count for tenths, count in counts.items() if tenths % 5 == 0)
    same = chances.times(_VALUES, chances.at_least(top, of, data.most_common))
    round_ones = chances.at_least(halves, of, data.halves)
    chance = chances.times(2, min(same, round_ones))
    if chance > data.chance:
        return None
    figures = {"of": of, "top": top, "value": value, "halves": halves, "rounded": int(round_ones < same)}
    bars = [(tenths, counts.get(tenths, 0)) for tenths in range(min(counts), max(counts) + 1)]
    return Found(Kind.TEMPERATURES, {**figures, "chance": round(chance, 1)}, bars)


@dataclass(frozen=True)
class Week:
    """What a class said in some weeks: days it reported, people who belong to it, how many of them were found ill,
    missing or with symptoms at least once."""

    days: int
    people: int
    found: int


def silent(own: Week, others: Sequence[Week]) -> Found | None:
    """Nobody was found in this class, and what was found in the others of the school cannot well be by chance."""
    data = catalog().silent
    beside = [one for one in others if one.days >= data.least and one.people]
    if own.found or own.days < data.least or not own.people or len(beside) < data.neighbours:
        return None
    found, watched = sum(one.found for one in beside), sum(one.people * one.days for one in beside)
    if not found:
        return None
    share = own.people * own.days / (watched + own.people * own.days)
    chance = chances.none(found, share, data.alike)
    if chance > data.chance:
        return None
    figures = {
        "days": own.days, "people": own.people, "classes": len(beside), "found": found,
        "usual": round(found * own.people * own.days / watched), "chance": round(chance, 1),
    }  # fmt: skip
    classes = Counter([0, *(one.found for one in beside)])
    return Found(Kind.SILENT, figures, [(count, classes[count]) for count in range(max(classes) + 1)])


# ── how it was said ───────────────────────────────────────────────────────────────────────────────────────────────────


def haste(*, people: int, temperatures: int, seconds: int) -> Found | None:
    """A first report, typed on a page that was open for so long."""
    data = catalog().haste
    needed = data.touch * (data.for_person * people + data.for_temperature * temperatures)
    if people < data.people or seconds >= needed:
        return None
    figures = {"people": people, "temperatures": temperatures, "seconds": seconds, "needed": round(needed)}
    return Found(Kind.HASTE, figures, [(0, seconds), (1, round(needed))])


def clockwork(moments: Mapping[int, int]) -> Found | None:
    """By day (0 the day itself, -1 …): the second of the day at which the first report of the morning was filled in."""
    data = catalog().clockwork
    newest = sorted(moments.items())[-data.rolls :]
    if len(newest) < data.least:
        return None
    seconds = sorted(second for _, second in newest)
    fullest, around = max(
        (sum(abs(other - second) <= data.within for other in seconds), second) for second in seconds
    )  # fmt: skip
    chance = chances.times(len(seconds), chances.at_least(fullest - 1, len(seconds) - 1, data.same_second))
    if chance > data.chance:
        return None
    figures = {"rolls": len(seconds), "same": fullest, "second": around, "chance": round(chance, 1)}
    return Found(Kind.CLOCKWORK, figures, [(day, second - around) for day, second in newest])


def one_device(people: int) -> Found | None:
    """So many pupils of a class had their card from one family's telephone on one day."""
    data = catalog().one_device
    if people < data.least:
        return None
    return Found(Kind.ONE_DEVICE, {"people": people, "usual": data.least - 1}, [(0, people), (1, data.least - 1)])


def burst(moments: Sequence[float], *, rolls: bool) -> Found | None:
    """Seconds at which one account sent the cards of different pupils of a class, or the rolls of different classes."""
    data = catalog().burst
    least, each = (data.rolls, data.every) if rolls else (data.cards, data.each)
    in_order = sorted(moments)
    span = least * each
    fullest, start = max(
        ((bisect_right(in_order, first + span) - at, first) for at, first in enumerate(in_order)), default=(0, 0.0)
    )
    if fullest <= least:
        return None
    inside = [moment - start for moment in in_order if start <= moment <= start + span]
    figures = {"records": fullest, "seconds": round(inside[-1]), "rolls": int(rolls)}
    return Found(
        Kind.BURST, figures, [(second, sum(int(one) == second for one in inside)) for second in range(span + 1)]
    )
