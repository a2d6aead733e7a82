"""What a spreadsheet of a form consists of, before it is a file: columns, rows of texts, totals, notes.

The file writer, the print page and the reader use the same columns, so all three agree on every cell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from lianfang.returns import rules
from lianfang.returns.sheets import phrases
from lianfang.returns.spec import ZONE, Form

TOTAL = "总计"
NOT_REPORTED = "未报"
NOTES = "填表说明："
FORBIDDEN_IN_NAMES = '/\\:*?"<>|'


class Area(Protocol):
    """Whose sheet it is; a `Unit` fits."""

    @property
    def name(self) -> str: ...


class School(Protocol):
    """A unit that files; a `Unit` fits. Head counts are None when not known."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """One school on the sheet. ``cells`` is None when it has no signed return for the day; ``signed_at`` is the moment
    of the last signature under the version shown."""

    unit_id: int
    name: str
    code: str
    province: str = ""
    signed_at: datetime | None = None
    cells: Mapping[str, Any] | None = None


Kind = Literal["province", "at", "code", "unit", "people", "here", "text", "number"]


@dataclass(frozen=True)
class Column:
    """One column. ``people`` holds a count field with its groups apart (学生2，职工0), ``here`` the field that says how
    many of them are at school, ``number`` a single cell of the form. ``field`` is the id of the field (of the cell for
    ``number``). ``under`` is the second line of the heading; neighbours with the same ``heading`` share its first line.
    ``also`` are other headings the column is recognised by."""

    kind: Kind
    heading: str
    under: str = ""
    field: str = ""
    width: float = 12
    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.heading}·{self.under}" if self.under else self.heading

    @property
    def is_words(self) -> bool:
        return self.kind in ("text", "unit")


Layout = Callable[[Form], tuple[Column, ...]]


@dataclass(frozen=True)
class Heading:
    """A cell of the heading: its place counted from 0 within the heading, and how far it spans."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Table:
    """A sheet ready to be written or printed. Values are texts, whole numbers or None (an empty cell)."""

    form: Form
    columns: tuple[Column, ...]
    rows: Sequence[Entry]
    totals: Mapping[str, Sequence[int]]
    foot: str = ""
    blank: bool = False

    @property
    def title(self) -> str:
        return self.form.title.zh

    @property
    def notes(self) -> list[str]:
        return [f"{number}. {note}" for number, note in enumerate(self.form.sheet.note, 1)]

    @property
    def headings(self) -> list[list[Heading]]:
        """The heading, one list for each of its lines."""
        return headings(self.columns)

    def lines(self) -> Iterator[list[Any]]:
        """The values of each school's row, in the order of the columns."""
        twice = _names_twice(self.rows)
        for entry in self.rows:
            yield [_value(self.form, column, entry, twice) for column in self.columns]

    @property
    def total(self) -> list[Any]:
        """The values of the total row; texts have no total."""
        values: list[Any] = [None] * len(self.columns)
        if not self.blank:
            values = [total_value(self.form, column, self.totals) for column in self.columns]
        values[0] = TOTAL
        return values

    def cells(self) -> Iterator[list[tuple[Any, bool]]]:
        """For the print page: each row as (value, is it words?)."""
        for line in self.lines():
            yield [
                ("" if value is None else value, column.is_words)
                for value, column in zip(line, self.columns, strict=True)
            ]

    def total_cells(self) -> list[Any]:
        return ["" if value is None else value for value in self.total]


def headings(columns: Sequence[Column]) -> list[list[Heading]]:
    """Heading cells with their spans, line by line."""
    if not any(column.under for column in columns):
        return [[Heading(column.heading, 0, at) for at, column in enumerate(columns)]]
    first: list[Heading] = []
    second: list[Heading] = []
    for at, column in enumerate(columns):
        if not column.under:
            first.append(Heading(column.heading, 0, at, rows=2))
            continue
        second.append(Heading(column.under, 1, at))
        before = columns[at - 1] if at else None
        if before is not None and before.under and before.heading == column.heading:
            last = first.pop()
            first.append(Heading(last.text, 0, last.column, columns=last.columns + 1))
        else:
            first.append(Heading(column.heading, 0, at))
    return [first, second]


def totals(form: Form, rows: Iterable[Entry]) -> dict[str, list[int]]:
    """{cell: [sum, schools to be verified]} of the rows, as a gathered version stores it."""
    found = {cell: [0, 0] for cell in form.count_cells}
    for entry in rows:
        if entry.cells is None:
            continue
        for cell, pair in found.items():
            value = entry.cells.get(cell)
            if value == rules.UNVERIFIED:
                pair[1] += 1
            elif isinstance(value, int):
                pair[0] += value
    return found


def moment_text(moment: datetime) -> str:
    """2020-2-10 14:42 (China time)."""
    local = moment.astimezone(ZONE)
    return f"{local.year}-{local.month}-{local.day} {local:%H:%M}"


def filename(form: Form, on: date, name: str) -> str:
    """The name under which the sheet is downloaded; characters no file system takes are left out."""
    whole = f"{form.title.zh}-{on:%Y-%m-%d}-{name}"
    return "".join(sign for sign in whole if sign.isprintable() and sign not in FORBIDDEN_IN_NAMES) + ".xlsx"


def _names_twice(rows: Sequence[Entry]) -> set[str]:
    return {name for name, times in Counter(entry.name for entry in rows).items() if times > 1}


def _value(form: Form, column: Column, entry: Entry, twice: set[str]) -> Any:
    cells = entry.cells
    match column.kind:
        case "province":
            return entry.province
        case "at":
            return moment_text(entry.signed_at) if entry.signed_at else None
        case "code":
            return entry.code
        case "unit":
            return f"{entry.name}（{entry.code}）" if entry.name in twice else entry.name
    if cells is None:
        # without a signed return nothing is known; it must not look like a zero
        return NOT_REPORTED if column.field == _remark(form) else None
    if column.kind == "people":
        return phrases.people(form, column.field, cells)
    if column.kind == "here":
        return phrases.here(form, column.field, cells)
    value = cells.get(column.field)
    return phrases.UNVERIFIED if column.kind == "number" and value == rules.UNVERIFIED else value


def total_value(form: Form, column: Column, sums: Mapping[str, Sequence[int]]) -> Any:
    """The value of a column in the total row; None where nothing can be added up."""
    if column.kind == "people":
        return phrases.people(form, column.field, sums)
    if column.kind == "here":
        return phrases.here(form, column.field, sums)
    if column.kind == "number":
        total, unverified = sums[column.field]
        return phrases.count([total, unverified]) if unverified else total
    return None


def _remark(form: Form) -> str:
    """The text field in which a school without a return is marked: the one called remark, else the last text."""
    texts = [field.id for field in form.texts]
    return "remark" if "remark" in texts else texts[-1] if texts else ""


def is_not_reported(form: Form, cells: Mapping[str, Any]) -> bool:
    """Does a row say nothing, or only that nothing was reported?"""
    return all(
        value in (None, "") or (cell == _remark(form) and value == NOT_REPORTED) for cell, value in cells.items()
    )
