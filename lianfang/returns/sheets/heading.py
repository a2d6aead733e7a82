"""Finding the heading of a filled-in sheet by its words, wherever it stands and in whatever order its columns are."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianfang.core.spreadsheets import Grid
from lianfang.returns.sheets import phrases
from lianfang.returns.sheets.layouts import readable
from lianfang.returns.sheets.table import Column
from lianfang.returns.spec import Form

SEARCHED_ROWS = 30
_REMARK = re.compile(r"\([^()]*\)")
_OPTIONAL = ("province", "at", "code")


@dataclass(frozen=True)
class Found:
    """Where the heading ends (row from 0), which column stands where, and what is wrong with it."""

    row: int
    columns: Mapping[int, Column]
    missing: tuple[Column, ...]
    twice: tuple[tuple[int, Column], ...]


def find(form: Form, grid: Grid) -> Found | None:
    """The heading of the layout that fits best; None when no row names the schools."""
    candidates = []
    for columns in readable(form):
        for row, line in enumerate(grid.rows[:SEARCHED_ROWS]):
            below = grid.rows[row + 1] if row + 1 < len(grid.rows) else []
            for last, titles in ((row + 1, _two_lines(line, below)), (row, [_plain(value) for value in line])):
                found = _matched(columns, titles, last)
                if any(column.kind in ("unit", "code") for column in found.columns.values()) and len(found.columns) > 2:
                    candidates.append(found)
    return max(candidates, key=lambda found: len(found.columns), default=None)


def _plain(value: Any) -> str:
    """Without blanks and the signs that people put between words or after them."""
    return re.sub(r"[*:.·。、/_-]", "", phrases.tidy(value))


def _two_lines(upper: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    """Titles of a heading in two lines: the upper text reaches over the columns that have only a lower one."""
    titles, carried = [], ""
    for at in range(max(len(upper), len(lower))):
        top = _plain(upper[at]) if at < len(upper) else ""
        under = _plain(lower[at]) if at < len(lower) else ""
        carried = top or (carried if under else "")
        titles.append(carried + under)
    return titles


def _matched(columns: Sequence[Column], titles: Sequence[str], last: int) -> Found:
    known = {}
    for column in columns:
        for title in (column.heading + column.under, *column.also):
            known[_plain(title)] = column
    places: dict[int, Column] = {}
    for at, title in enumerate(titles):
        # 「报告时间（必填）」 is 报告时间; but a heading may have brackets of its own
        if place := known.get(title) or known.get(_REMARK.sub("", title)):
            places[at] = place
    times = Counter(places.values())
    has_code = any(column.kind == "code" for column in places.values())
    missing = tuple(
        column
        for column in columns
        if column not in times and column.kind not in _OPTIONAL and not (column.kind == "unit" and has_code)
    )
    twice = tuple((at, column) for at, column in places.items() if times[column] > 1)
    return Found(last, places, missing, twice)
