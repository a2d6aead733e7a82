"""Nobody is recognised by a count (control E03)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.core.smallcells import row, suppressed


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, "<3"), (2, "<3"), (3, 3), (4000, 4000)])
def test_one_and_two_are_not_shown(count: int, shown: int | str) -> None:
    assert suppressed(count) == shown


def test_a_hidden_cell_cannot_be_had_from_the_sum() -> None:
    assert row([1, 7, 5, 0]) == ["<3", 7, "*", 0]
    assert row([1, 2, 5]) == ["<3", "<3", 5]
    assert row([8, 3, 0]) == [8, 3, 0]


def test_cells_that_are_hidden_together_and_alike_cannot_be_had_either() -> None:
    """1 + 1 is the only way to 2, and 2 + 2 the only way to 4."""
    assert row([1, 1, 5, 9]) == ["<3", "<3", "*", 9]
    assert row([6, 2, 2, 0]) == ["*", "<3", "<3", 0]


@given(st.lists(st.integers(min_value=0, max_value=50), max_size=8))
def test_no_row_lets_a_single_small_cell_be_reckoned(counts: list[int]) -> None:
    shown = row(counts)
    small = [count for count in counts if 0 < count < 3]
    hidden = [cell for cell in shown if isinstance(cell, str)]
    assert len(set(small)) != 1 or "*" in shown or sum(counts) == sum(small)
    assert len(hidden) != 1 or sum(count > 0 for count in counts) == 1
    assert all(count not in shown for count in small)
