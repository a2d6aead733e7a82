"""Counts that leave the school: one or two people are recognised by whoever knows the school (control E03)."""

from collections.abc import Sequence

LEAST = 3


def suppressed(count: int) -> int | str:
    """The count, or "<3" where it stands for one or two people. Nobody is 0."""
    return f"<{LEAST}" if 0 < count < LEAST else count


def row(counts: Sequence[int]) -> list[int | str]:
    """Cells that are shown beside their sum. Where a single one is hidden, or all that are hidden are alike, the sum
    would give them away, so the smallest of the others that counts anybody is hidden with them ("*"). Where there is no
    other, the sum itself tells them: show none."""
    shown: list[int | str] = [suppressed(count) for count in counts]
    hidden = [at for at, cell in enumerate(shown) if isinstance(cell, str)]
    if len({counts[at] for at in hidden}) == 1:
        others = [at for at, count in enumerate(counts) if at not in hidden and count > 0]
        if others:
            shown[min(others, key=lambda at: (counts[at], at))] = "*"
    return shown
