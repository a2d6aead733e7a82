"""Statutory thresholds: how many distinct persons with onset within how many calendar days in one group.

卫办疾控发〔2006〕65号 and the thresholds of the disease files. Days are calendar days, weekends too; the window ends on
the day that is looked at and contains it. Classes and dormitories are counted separately, each person once in a window,
however often they were reported: who was counted yesterday is no new case today.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lianfang.policies.diseases.spec import Group, Threshold

# A person who is reported again within so many days is still ill, and not ill again: a weekend lies between.
STILL = timedelta(days=3)
_DAY = timedelta(days=1)

Place = tuple[Group, int]  # which kind of group, and which one


@dataclass(frozen=True, slots=True)
class Onset:
    """``what``: the disease, or the symptom that people share. ``places``: every group the person is in."""

    person: Hashable
    on: date
    what: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A group reached a threshold on a day on which it had not the day before. ``persons``: who counts, by onset."""

    threshold: Threshold
    what: str
    place: Place
    on: date
    persons: tuple[Hashable, ...]


def reached(onsets: Iterable[Onset], thresholds: Sequence[Threshold]) -> list[Reached]:
    """Every time one of the thresholds was reached, in the order of the days; the graver one first on one day."""
    together: dict[tuple[str, Place], list[Onset]] = defaultdict(list)
    for onset in onsets:
        for place in onset.places:
            together[onset.what, place].append(onset)
    found = [
        one
        for (what, place), rows in together.items()
        for threshold in thresholds
        if place[0] in threshold.groups
        for one in _of_place(what, place, rows, threshold)
    ]
    return sorted(found, key=lambda one: (one.on, -one.threshold.tier, one.threshold.id, one.what, one.place))


def _of_place(what: str, place: Place, rows: Sequence[Onset], threshold: Threshold) -> Iterator[Reached]:
    window = timedelta(days=threshold.days - 1)
    days = sorted({row.on for row in rows})
    if len({row.person for row in rows}) < threshold.cases:
        return
    by_day: dict[date, list[Onset]] = defaultdict(list)
    for row in rows:
        by_day[row.on].append(row)
    last: date | None = None  # the last day on which it was reached
    for on in days:  # it can only be reached on a day with an onset
        inside = {row.person: row.on for day in days if on - window <= day <= on for row in by_day[day]}
        if len(inside) < threshold.cases:
            continue
        if last is None or not _held(days, by_day, last, on, window, threshold.cases):
            yield Reached(threshold, what, place, on, tuple(sorted(inside, key=lambda one: (inside[one], str(one)))))
        last = on


def _held(
    days: Sequence[date], by_day: Mapping[date, Sequence[Onset]], last: date, on: date, window: timedelta, cases: int
) -> bool:  # fmt: skip
    """Whether it was reached on every day from ``last`` to the day before ``on``."""
    day = last
    while (day := day + _DAY) < on:
        if len({row.person for one in days if day - window <= one <= day for row in by_day[one]}) < cases:
            return False
    return True


def episodes(days: Iterable[date]) -> list[date]:
    """The onsets of one person out of the days on which they were reported ill: whoever is reported again within three
    days is still ill. Days in any order."""
    found: list[date] = []
    last: date | None = None
    for day in sorted(set(days)):
        if last is None or day - last > STILL:
            found.append(day)
        last = day
    return found
