"""Many days without anything, told in one line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lianfang.health.rules.status import FINDINGS, Status


@dataclass(frozen=True)
class Run:
    """Days between two findings. ``silent``: days of the run about which nobody said anything; they are not well, they
    are not known. Days off on which nothing was owed are not among them."""

    first: date
    last: date
    well: int
    silent: int


def runs(days: Iterable[tuple[date, Status]], off: Collection[date] = ()) -> list[Run]:
    """Stretches of well days, from the first well one to the last; a day with a finding or a leave of absence ends a
    stretch. Days are given in order, each once."""
    found: list[Run] = []
    stretch: list[tuple[date, Status]] = []
    for day in days:
        if day[1] in FINDINGS or day[1] is Status.AWAY:
            found += _run(stretch, off)
            stretch = []
        else:
            stretch.append(day)
    return found + _run(stretch, off)


def _run(stretch: list[tuple[date, Status]], off: Collection[date]) -> list[Run]:
    well = [on for on, status in stretch if status is Status.WELL]
    if not well:
        return []
    free = sum(well[0] < on < well[-1] and status is Status.NO_REPORT and on in off for on, status in stretch)
    return [Run(well[0], well[-1], len(well), (well[-1] - well[0]).days + 1 - len(well) - free)]
