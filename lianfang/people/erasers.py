"""What rooms above keep about people: they say here, when the program starts, how it goes. It goes in the same
transaction as everything else, and stands in the same certificate."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

Eraser = Callable[[Sequence[UUID], Any], None]  # the people and `actions.erasing.Counts`
_erasers: list[Eraser] = []


def also(eraser: Eraser) -> None:
    """The eraser gets the people and the rows merged into theirs while their names and belongings still stand, and
    destroys or empties its room's rows through the counts."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def registered() -> list[Eraser]:
    return _erasers
