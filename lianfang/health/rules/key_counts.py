"""How many people are in which class: today, against the day before, and what of it leaves a school."""

from collections.abc import Sequence
from dataclasses import dataclass

from lianfang.health.rules import boards

Cell = int | str | None


@dataclass(frozen=True)
class Counted:
    """``now``: None is not known, which is no zero; "<3" and "*" are left out (`core.smallcells`). ``change``: against
    the day before; None where either is not known or not shown."""

    now: Cell
    change: int | None = None


def line(now: Sequence[int | None], before: Sequence[int | None]) -> list[Counted]:
    """Counts of one unit, all in full."""
    return [Counted(today, changed(today, yesterday)) for today, yesterday in zip(now, before, strict=True)]


def together(counts: Sequence[int | None]) -> int | None:
    """The sum, where every count is known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def changed(now: Cell, before: Cell) -> int | None:
    return now - before if isinstance(now, int) and isinstance(before, int) else None


def column(now: Sequence[int | None], before: Sequence[int | None]) -> tuple[list[Counted], Counted]:
    """Counts of one class of several schools, and their sum, as authorities see them: what is left out on one of the
    two days has no change either."""
    today, yesterday = boards.column(now, whole=False), boards.column(before, whole=False)
    cells = [Counted(one, changed(one, other)) for one, other in zip(today.cells, yesterday.cells, strict=True)]
    return cells, Counted(today.total, changed(today.total, yesterday.total))
