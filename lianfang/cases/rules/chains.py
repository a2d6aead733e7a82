"""Who may have infected whom: whether an edge can be true, and where each case stands on the picture.

The picture is layered by time: a column for each day of onset, a lane for each class, and inside a lane the cases of
one day below one another. The same cases give the same picture, whatever order they come in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Strength = Literal["probable", "possible", "contact"]
COLUMN, ROW, LEFT, TOP, HEAD, GAP = 32, 24, 8, 28, 20, 6  # pixels; HEAD holds the name of a lane
WIDE, FEW, NARROWEST = 56, 14, 240  # few days stand further apart; a name of a class always fits
MOST_COLUMNS = 120  # days; longer empty stretches are cut out


@dataclass(frozen=True)
class Node:
    """``id`` is anything that tells cases apart; ``onset_on`` None: not known."""

    id: str
    onset_on: date | None
    lane: str
    number: int = 0


@dataclass(frozen=True)
class Edge:
    """``source`` may have infected ``target``."""

    source: str
    target: str
    strength: Strength


@dataclass(frozen=True)
class Span:
    """Days from infection to onset; somebody is infectious from ``before`` days before their own onset until ``after``
    days after it (None: nobody can say)."""

    least: int
    most: int
    before: int = 0
    after: int | None = None


def doubt(source: date | None, target: date | None, span: Span | None) -> Literal["", "early", "late"]:
    """Why the edge hardly fits the days of onset; empty where it fits or nothing is known. A doubt is shown, never a
    refusal: onsets are told badly, and ranges are those of most people."""
    if source is None or target is None or span is None:
        return ""
    between = (target - source).days
    if between < span.least - span.before:
        return "early"
    return "late" if span.after is not None and between > span.most + span.after else ""


def closes_a_circle(edges: Iterable[tuple[str, str]], source: str, target: str) -> bool:
    """Whether source → target would make somebody infect themselves by way of others."""
    onward = defaultdict[str, list[str]](list)
    for one, other in edges:
        onward[one].append(other)
    waiting, seen = [target], {target}
    while waiting:
        here = waiting.pop()
        if here == source:
            return True
        for after in onward[here]:
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


@dataclass(frozen=True)
class Placed:
    node: Node
    x: int
    y: int


@dataclass(frozen=True)
class Drawn:
    """An edge as a curve: ``path`` is that of an SVG path."""

    edge: Edge
    path: str


@dataclass(frozen=True)
class Lane:
    name: str
    y: int
    height: int

    @property
    def line(self) -> int:
        """Where its name is written."""
        return self.y + HEAD - 5


@dataclass(frozen=True)
class Tick:
    """The middle of a column. ``on`` None: onsets that are not known. ``cut``: days before it are left out. ``first``:
    of its month on the picture."""

    on: date | None
    x: int
    cut: bool = False
    first: bool = False


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    nodes: tuple[Placed, ...]
    edges: tuple[Drawn, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


def picture(nodes: Sequence[Node], edges: Iterable[Edge]) -> Picture:
    """Edges to cases that are not there are left out."""
    cells = defaultdict[tuple[str, date | None], list[Node]](list)
    for node in sorted(nodes, key=lambda one: (one.number, one.id)):
        cells[node.lane, node.onset_on].append(node)
    ticks = _ticks({node.onset_on for node in nodes})
    columns = {tick.on: tick.x for tick in ticks}
    lanes, placed, y = [], dict[str, Placed](), TOP
    for name in _lanes(nodes):
        most = max(len(rows) for (lane, _on), rows in cells.items() if lane == name)
        lanes.append(Lane(name, y, HEAD + most * ROW + GAP))
        for (lane, on), rows in cells.items():
            if lane == name:
                for at, node in enumerate(rows):
                    placed[node.id] = Placed(node, columns[on], y + HEAD + at * ROW + ROW // 2)
        y += HEAD + most * ROW + GAP
    drawn = [
        Drawn(edge, _curve(placed[edge.source], placed[edge.target]))
        for edge in sorted(edges, key=lambda one: (one.source, one.target, one.strength))
        if edge.source in placed and edge.target in placed
    ]
    width = max(max((tick.x for tick in ticks), default=0) + COLUMN // 2 + LEFT, NARROWEST)
    ordered = sorted(placed.values(), key=lambda one: (one.y, one.x, one.node.id))
    return Picture(width, y, tuple(ordered), tuple(drawn), tuple(lanes), tuple(ticks))


def _lanes(nodes: Iterable[Node]) -> list[str]:
    """The class in which it began stands on top."""
    first: dict[str, date] = {}
    for node in nodes:
        first[node.lane] = min(first.get(node.lane, date.max), node.onset_on or date.max)
    return sorted(first, key=lambda lane: (first[lane], lane))


def _ticks(onsets: set[date | None]) -> list[Tick]:
    """A column each day from the first onset to the last. Where that would be too wide only days with onsets stand."""
    days = sorted(on for on in onsets if on is not None)
    found = [Tick(None, LEFT + COLUMN // 2)] if None in onsets else []
    if not days:
        return found
    span = [days[0] + timedelta(days=at) for at in range((days[-1] - days[0]).days + 1)]
    shown, before = (span if len(span) <= MOST_COLUMNS else days), days[0]
    column = WIDE if len(shown) <= FEW else COLUMN
    for on in shown:
        x = LEFT + COLUMN // 2 + len(found) * column
        new = on == days[0] or (on.year, on.month) != (before.year, before.month)
        found.append(Tick(on, x, on - before > timedelta(days=1), new))
        before = on
    return found


def _curve(source: Placed, target: Placed) -> str:
    """From the right of one to the left of the other; of the same day around the side."""
    if source.x == target.x:
        side = source.x + COLUMN // 2
        return f"M{source.x} {source.y}C{side} {source.y} {side} {target.y} {target.x} {target.y}"
    middle = (source.x + target.x) // 2
    return f"M{source.x} {source.y}C{middle} {source.y} {middle} {target.y} {target.x} {target.y}"


def curve(
    onsets: Iterable[tuple[date | None, str]], groups: Sequence[str]
) -> tuple[list[date], Mapping[str, list[int]], int]:
    """The epidemic curve: every day from the first onset to the last, how many of each group fell ill on it, and of how
    many the day is not known."""
    rows = list(onsets)
    known = [(on, group) for on, group in rows if on is not None]
    if not known:
        return [], {group: [] for group in groups}, len(rows)
    first, last = min(on for on, _ in known), max(on for on, _ in known)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    counts = {group: [0] * len(days) for group in groups}
    for on, group in known:
        counts[group][(on - first).days] += 1
    return days, counts, len(rows) - len(known)
