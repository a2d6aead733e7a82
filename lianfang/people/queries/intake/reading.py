"""A roster file from its first sheet to its last line. Raises `core.problems.Refused` for what is no spreadsheet."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from lianfang.core import spreadsheets
from lianfang.core.markup_tables import Span
from lianfang.people.rules import headings
from lianfang.people.rules.headings import Layout

# What hangs beside a table far to the right (notes, legends) is no column.
WIDEST = 120
_EXAMPLE = re.compile("示例|样例|样表|范例|(?:填写|填表|填报)(?:说明|须知)")
# Fields that a cell joined over several rows says of each of them: one room, one class, brothers' one father.
_OF_SEVERAL = frozenset({
    "class", "department", "grade", "school", "as_a", "title", "building", "entrance", "room", "dormitory", "lodging",
    "boards", "address", "enrolled_on", "guardian1_name", "guardian1_phone", "guardian1_relation", "guardian2_name",
    "guardian2_phone", "guardian2_relation", "father_name", "father_phone", "mother_name", "mother_phone",
})  # fmt: skip


@dataclass
class Part:
    """One worksheet. ``layout`` None: no heading was found. ``rows``: (line number from 1, cells), walked once."""

    at: int
    name: str
    height: int
    layout: Layout | None
    head: list[list[Any]]
    rows: Iterator[tuple[int, list[Any]]]
    hidden: bool = False

    @property
    def is_example(self) -> bool:
        """Of our template and of others: its people are nobody."""
        return bool(_EXAMPLE.search(self.name))

    @property
    def heading_key(self) -> str:
        """The same for every file with these headings, so that a choice of columns is made once. Says nothing of
        people: a sheet without headings has its own shape only."""
        told = (
            "|".join(f"{at}{headings.plain_heading(text)}" for at, text in sorted(self.layout.headings.items()))
            if self.layout
            else str(max(map(len, self.head), default=0))
        )
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def parts(content: bytes, name: str, chosen: Mapping[str, Any]) -> Iterator[Part]:
    """``chosen`` is `RosterFile.choices["columns"]`: heading key → {"start": first row of people from 0, "columns":
    {column: field}}."""
    for at, sheet in enumerate(spreadsheets.sheets(content, name, spreadsheets.roster())):
        rows = (row[:WIDEST] for row in sheet.rows)
        head = list(islice(rows, headings.SEARCHED + 1))
        part = Part(at, sheet.name, sheet.height, headings.find(head), head, iter(()), sheet.hidden)
        choice = chosen.get(part.heading_key)
        if choice:
            part.layout = _as_chosen(part, choice)
        start = part.layout.start if part.layout else 0
        lines = ((line, row) for line, row in enumerate(chain(head, rows), 1) if line > start)
        part.rows = _filled_down(lines, sheet.merged, part.layout.columns if part.layout else {})
        yield part


def _filled_down(
    lines: Iterator[tuple[int, list[Any]]], merged: Sequence[Span], columns: Mapping[int, str]
) -> Iterator[tuple[int, list[Any]]]:
    """Joined cells say their value once; here every line has it."""
    begun: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in merged:
        if bottom > top and columns.get(left) in _OF_SEVERAL:
            begun.setdefault(top, []).append((left, bottom))
    return _told_again(lines, begun) if begun else lines


def _told_again(
    lines: Iterator[tuple[int, list[Any]]], begun: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[tuple[int, list[Any]]]:
    live: dict[int, tuple[Any, int]] = {}
    for line, row in lines:
        for column, last in begun.get(line - 1, ()):
            live[column] = (row[column] if column < len(row) else None, last)
        live = {column: (value, last) for column, (value, last) in live.items() if line - 1 <= last}
        for column, (value, _last) in live.items():
            row.extend([None] * (column + 1 - len(row)))
            row[column] = value
        yield line, row


def _as_chosen(part: Part, choice: Mapping[str, Any]) -> Layout:
    columns = {int(at): field for at, field in choice["columns"].items()}
    found = part.layout or Layout(choice["start"], {}, _guessed(part.head, choice["start"]))
    left = tuple(text for at, text in found.headings.items() if at not in columns)
    return replace(
        found, columns=columns, unknown=left, not_collected=(), doubled={}, side_by_side=False, start=choice["start"]
    )


def _guessed(head: list[list[Any]], start: int) -> dict[int, str]:
    """Without headings columns go by their letters (the page adds them)."""
    return dict.fromkeys(range(max(map(len, head), default=0)), "")


def is_blank(part: Part) -> bool:
    return not any(cell not in (None, "") for row in part.head for cell in row)
