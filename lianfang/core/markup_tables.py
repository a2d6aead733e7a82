"""Tables that old systems write as HTML or as XML of 2003 and call ``.xls``: their cells as they stand.

Read with the parser for HTML for both: it knows no entities of a document's own, so nothing in the file can make it
grow or fetch.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Span = tuple[tuple[int, int], tuple[int, int]]
_ROWS, _CELLS = {"tr", "row"}, {"td", "th", "cell"}
_SILENT = {"script", "style", "title", "comment", "ss:comment"}


class TooLarge(Exception):
    """More rows or columns than asked for; ``row`` and ``column`` count from 1."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(row, column)
        self.row, self.column = row, column


@dataclass
class Table:
    """``merged``: (row, column) of the first and the last cell, from 0."""

    name: str = ""
    rows: list[list[str]] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)


def looks_like_one(text: str) -> bool:
    head = text[:20_000].lower().lstrip("\ufeff \r\n\t")
    return head.startswith("<") and any(mark in head for mark in ("<table", "<tr", "<worksheet"))


def read(text: str, *, rows: int, columns: int) -> list[Table]:
    """The worksheets of an XML workbook, or all tables of a page one below the other. Raises `TooLarge`."""
    parser = _Reader(rows, columns)
    parser.feed(text)
    parser.close()
    parser.end_row()
    return [table for table in parser.tables if table.rows] or [Table()]


class _Reader(HTMLParser):
    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(convert_charrefs=True)
        self.most_rows, self.most_columns = rows, columns
        self.tables = [Table()]
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.across = 1
        self.below: dict[int, int] = {}  # column → rows still covered by a cell from above
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag, said = tag.removeprefix("ss:"), {name.removeprefix("ss:"): value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent += 1
        elif tag == "worksheet":
            self.end_row()
            self.below = {}
            self.tables.append(Table(said.get("name", "")))
        elif tag in _ROWS:
            self.end_row()
            self._begin_row(_number(said.get("index", "")))
        elif tag in _CELLS:
            self._begin_cell(said)
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.removeprefix("ss:") not in _SILENT:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        tag = tag.removeprefix("ss:")
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS or tag == "table":
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self._covered()
            self.tables[-1].rows.append(self.row)
            self.row = None
            self.below = {column: left - 1 for column, left in self.below.items() if left > 1}

    def _begin_row(self, index: int) -> list[str]:
        rows = self.tables[-1].rows
        if max(len(rows) + 1, index) > self.most_rows:
            raise TooLarge(max(len(rows) + 1, index), 1)
        rows.extend([] for _row in range(index - 1 - len(rows)))
        self.row = []
        return self.row

    def _begin_cell(self, said: dict[str, str]) -> None:
        self._end_cell()
        row = self.row if self.row is not None else self._begin_row(0)
        self._covered()
        row.extend("" for _column in range(_number(said.get("index", "")) - 1 - len(row)))
        self.across = max(_number(said.get("colspan", "")), _number(said.get("mergeacross", "")) + 1)
        down = max(_number(said.get("rowspan", "")), _number(said.get("mergedown", "")) + 1)
        if len(row) + self.across > self.most_columns:
            raise TooLarge(len(self.tables[-1].rows) + 1, len(row) + self.across)
        if down > 1:
            at, first = len(self.tables[-1].rows), len(row)
            self.tables[-1].merged.append(((at, first), (at + down - 1, first + self.across - 1)))
            self.below.update(dict.fromkeys(range(first, first + self.across), down))
        self.cell = []

    def _end_cell(self) -> None:
        if self.cell is not None and self.row is not None:
            self.row.append("".join(self.cell).replace("\xa0", " ").strip())
            self.row.extend([""] * (self.across - 1))
        self.cell = None

    def _covered(self) -> None:
        """Places that a cell of a row above reaches into."""
        row = self.row if self.row is not None else []
        while self.below.get(len(row), 0) > 0:
            row.append("")


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() else 0
