"""How long two people were near each other, from records of short intervals: a badge, a bluetooth gateway, a gate.

A record (t, one, other) says that the two met during the ``seconds`` that end at t, counted from midnight of the first
day. Records come in the order of t and are read once; what is kept in memory is a counter for each pair of the day (or
the records of the window), never the file. The same record twice, in whichever order the two are named, counts once.
"""

from collections import deque
from collections.abc import Container, Hashable, Iterable, Iterator
from typing import NamedTuple, TypeVar

DAY = 86_400
Who = TypeVar("Who", bound=Hashable)
Record = tuple[int, Who, Who]


class Met(NamedTuple):
    """Two people on one day (0 is the first). ``first`` and ``last`` are the ends of their intervals."""

    day: int
    one: Hashable
    other: Hashable
    intervals: int
    seconds: int
    first: int
    last: int


def by_day(records: Iterable[Record[Who]], *, seconds: int = 20, least: int = 0) -> Iterator[Met]:
    """Every pair that met for at least ``least`` seconds in all on a day, in the order of days. An interval that ends
    at midnight belongs to the day before. Raises `ValueError` for records out of order and for somebody who met
    themselves."""
    day, pairs = 0, dict[tuple[Who, Who], list[int]]()
    for t, one, other in _tidy(records):
        of = (t - 1) // DAY
        if of != day:
            yield from _lasting(day, pairs, seconds, least)
            day, pairs = of, {}
        pair = _pair(pairs, one, other)
        known = pairs.get(pair)
        if known is None:
            pairs[pair] = [1, t, t]
        elif known[2] != t:
            known[0] += 1
            known[2] = t
    yield from _lasting(day, pairs, seconds, least)


def _lasting(day: int, pairs: dict[tuple[Who, Who], list[int]], seconds: int, least: int) -> Iterator[Met]:
    for (one, other), (number, first, last) in pairs.items():
        if number * seconds >= least:
            yield Met(day, one, other, number, number * seconds, first, last)


def within(
    records: Iterable[Record[Who]], *, window: int, least: int, seconds: int = 20
) -> Iterator[tuple[Who, Who, int]]:
    """Every pair that met for at least ``least`` seconds within any ``window`` seconds, once, with the t at which it
    had. As `by_day`, but midnight is no border. An interval counts where it lies wholly inside."""
    running, found = dict[tuple[Who, Who], deque[int]](), set[tuple[Who, Who]]()
    wanted = max(1, -(-least // seconds))
    for t, one, other in _tidy(records):
        if (one, other) in found or (other, one) in found:
            continue
        pair = _pair(running, one, other)
        times = running.setdefault(pair, deque())
        if times and times[-1] == t:
            continue
        times.append(t)
        while times[0] - seconds < t - window:
            times.popleft()
        if len(times) >= wanted:
            found.add(pair)
            del running[pair]
            yield (*pair, t)


def _tidy(records: Iterable[Record[Who]]) -> Iterator[Record[Who]]:
    before = None
    for t, one, other in records:
        if before is not None and t < before:
            raise ValueError(f"records are out of order: {t} after {before}")
        if one == other:
            raise ValueError(f"{one!r} cannot meet themselves")
        before = t
        yield t, one, other


def _pair(known: Container[tuple[Who, Who]], one: Who, other: Who) -> tuple[Who, Who]:
    """As the two were named first."""
    return (other, one) if (other, one) in known else (one, other)
