"""Who answers a unit's telephone now: the chain from whoever keeps the post up to the authority above."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lianfang.duty.rules import check_in_state


@dataclass(frozen=True)
class Kept:
    """A shift that runs now."""

    user: int | None
    leader: int | None
    start: datetime
    end: datetime
    checked_at: datetime | None


@dataclass(frozen=True)
class Link:
    """``why``: "on_duty", "leader", "missed" (should be there and has not checked in), "first" (first responsible
    person of the unit), "above" (so does the unit above). ``unit``: where the person holds it."""

    user: int
    why: str
    unit: int


def chain(
    units: Iterable[int], kept: Callable[[int], Kept | None], first: Callable[[int], Iterable[int]],
    there: Callable[[int], bool], now: datetime,
) -> list[Link]:  # fmt: skip
    """In the order in which they are called, each person once. ``units``: the unit itself, then what is above it;
    ``first``: the responsible persons of a unit; ``there``: whether somebody can be called at all (not on leave,
    account open). Empty only where nobody up to the root holds any duty."""
    found: dict[int, Link] = {}
    for depth, unit in enumerate(units):
        for user, why in _of(kept(unit), first(unit), now):
            if there(user):
                found.setdefault(user, Link(user, "above" if depth else why, unit))
    return list(found.values())


def _of(kept: Kept | None, first: Iterable[int], now: datetime) -> Iterator[tuple[int, str]]:
    if kept is not None:
        missed = check_in_state(kept.start, kept.end, kept.checked_at, now) == "missed"
        holder = [(kept.user, "missed" if missed else "on_duty")] if kept.user else []
        leader = [(kept.leader, "leader")] if kept.leader else []
        yield from [*leader, *holder] if missed else [*holder, *leader]
    for user in first:
        yield user, "first"
