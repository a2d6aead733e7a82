"""What a board says of numbers that are not there, and of few people."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lianfang.core import smallcells

FINDINGS = ("symptomatic", "fever", "ill", "unknown", "leave", "isolated")


class Standing(StrEnum):
    """How a class, school or area stands in one round. ``NONE``: nobody is expected there; ``UNKNOWN``: who is has not
    been counted."""

    DONE = "done"
    PART = "part"
    WAITING = "waiting"
    MISSING = "missing"
    NONE = "none"
    UNKNOWN = "unknown"


def standing(classes: int | None, reported: int, *, past_due: bool) -> Standing:
    """``classes`` owe the round and ``reported`` of them have; None: not counted yet."""
    if classes is None:
        return Standing.UNKNOWN
    if classes == 0:
        return Standing.NONE
    if reported >= classes:
        return Standing.DONE
    if past_due:
        return Standing.MISSING
    return Standing.PART if reported else Standing.WAITING


def known(count: int, heard: bool) -> int | None:
    """*No report is not zero*: a count of nobody is 0 only where somebody has reported anything that day."""
    return count if count or heard else None


@dataclass(frozen=True)
class Column:
    """Cells of one count as authorities see them, and their sum."""

    cells: tuple[int | str | None, ...]
    total: int | str | None


def column(counts: Sequence[int | None], *, whole: bool) -> Column:
    """Counts of several units one below the other. ``whole``: shown in full, inside a school; else one or two people
    are not told apart (`core.smallcells`)."""
    numbers = [count for count in counts if count is not None]
    total = sum(numbers) if numbers else None
    if whole or total is None:
        return Column(tuple(counts), total)
    shown = iter(smallcells.row(numbers))
    return Column(tuple(None if count is None else next(shown) for count in counts), smallcells.suppressed(total))
