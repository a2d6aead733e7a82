"""Reading a filled-in sheet: which school says what, and what is wrong where. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from lianfang.core import spreadsheets
from lianfang.core.problems import Refused, text
from lianfang.returns import rules
from lianfang.returns.sheets import dates, heading, phrases
from lianfang.returns.sheets.schools import Schools
from lianfang.returns.sheets.table import NOTES, TOTAL, Column, School, is_not_reported, total_value, totals
from lianfang.returns.sheets.table import Entry as TotalEntry
from lianfang.returns.spec import Form

_TOTAL_WORDS = (TOTAL, "合计", "总计:", "合计:", "总数", "total")
_FIGURES = ("people", "here", "number")


@dataclass(frozen=True)
class SheetProblem:
    """What is wrong at a cell. ``row`` as the spreadsheet counts, 0 = the file as a whole; ``column`` its letter, "" =
    the whole row; ``title`` names the column or the figure in it. A ``warning`` keeps no row from being taken."""

    row: int
    column: str
    title: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    warning: bool = False

    @property
    def text(self) -> str:
        """The words in the active language."""
        return text(self.code, **self.params)

    @property
    def place(self) -> str:
        return f"{self.column}{self.row}" if self.row else ""


class Row(NamedTuple):
    """A school's row: its number in the file and the form's cells."""

    number: int
    unit: School
    cells: dict[str, Any]


@dataclass
class Reading:
    """What a file says. ``rows`` are all rows of known schools, ``ready`` those that can be submitted; ``unfilled`` are
    schools whose row was left empty (they are not touched)."""

    rows: list[Row] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)
    unfilled: list[School] = field(default_factory=list)
    sheet: str = ""

    @property
    def errors(self) -> list[SheetProblem]:
        return [problem for problem in self.problems if not problem.warning]

    @property
    def warnings(self) -> list[SheetProblem]:
        return [problem for problem in self.problems if problem.warning]

    @property
    def ready(self) -> list[Row]:
        wrong = {problem.row for problem in self.errors}
        return [] if 0 in wrong else [row for row in self.rows if row.number not in wrong]


def read(form: Form, content: bytes, name: str, on: date, schools: Mapping[str, School]) -> Reading:
    """What an uploaded .xlsx, .xls or .csv says for a day. ``schools`` are those the reader may report for, by any key:
    they are found by name or code; any other school is unknown. Never raises for what is in the file: one that
    cannot be read at all gives a single problem in row 0."""
    try:
        grids = spreadsheets.grids(content, name)
    except Refused as refused:
        return Reading(problems=[SheetProblem(0, "", "", one.code, one.params) for one in refused.problems])
    for grid in grids:
        if (found := heading.find(form, grid)) is not None:
            return _Reader(form, on, grid, found, Schools(schools.values())).read()
    filled = any(value not in (None, "") for grid in grids for row in grid.rows for value in row)
    return Reading(problems=[SheetProblem(0, "", "", "returns.sheet_heading" if filled else "returns.sheet_empty")])


class _Reader:
    def __init__(self, form: Form, on: date, grid: spreadsheets.Grid, found: heading.Found, schools: Schools) -> None:
        self.form, self.on, self.grid, self.found, self.schools = form, on, grid, found, schools
        self.reading = Reading(sheet=grid.name)
        self.letters = {column: xl_col_to_name(at) for at, column in found.columns.items()}

    def read(self) -> Reading:
        head = self.found.row + 1
        for column in self.found.missing:
            self.problem(head, None, "returns.sheet_column", {"column": column.title})
        for at, column in self.found.twice:
            letter, params = xl_col_to_name(at), {"column": column.title}
            self.reading.problems.append(SheetProblem(head, letter, column.title, "returns.sheet_column_twice", params))
        if self.reading.problems:
            return self.reading
        total = self._rows()
        self._duplicates()
        if total is not None and not self.reading.problems:
            self._compare(*total)
        if not self.reading.rows and not self.reading.unfilled and not self.reading.problems:
            self.problem(0, None, "returns.sheet_empty")
        self.reading.problems.sort(key=lambda problem: (problem.row, len(problem.column), problem.column))
        return self.reading

    def problem(
        self,
        row: int,
        column: Column | None,
        code: str,
        params: Mapping[str, Any] | None = None,
        *,
        title: str = "",
        warning: bool = False,
    ) -> None:
        letter = self.letters.get(column, "") if column else ""
        shown = title or (column.title if column else "")
        self.reading.problems.append(SheetProblem(row, letter, shown, code, params or {}, warning))

    def _rows(self) -> tuple[int, dict[Column, Any]] | None:
        """Read all rows of schools; gives back the total row. Below the notes nothing counts any more."""
        total = None
        for at in range(self.found.row + 1, len(self.grid.rows)):
            line = self.grid.rows[at]
            first = next((said for value in line if (said := phrases.tidy(value))), "")
            if first.startswith(phrases.tidy(NOTES).rstrip(":")):
                break
            values = {
                column: line[place] if place < len(line) else None for place, column in self.found.columns.items()
            }
            if first in _TOTAL_WORDS:
                total = (at + 1, values)
            elif first:
                self._row(at, values)
        return total

    def _row(self, at: int, values: Mapping[Column, Any]) -> None:
        number = at + 1
        named = [column for column in values if column.kind in ("code", "unit") and phrases.text(values[column])]
        if not named:
            if any(phrases.text(value) for column, value in values.items() if column.kind not in ("province", "at")):
                unit = next(column for column in values if column.kind in ("unit", "code"))
                self.problem(number, unit, "returns.sheet_unit_missing", {"column": unit.title})
            return
        formulas = {column for place, column in self.found.columns.items() if (at, place) in self.grid.formulas}
        cells, wrong = self._cells(number, values, formulas)
        unit_found = self._unit(number, {column: values[column] for column in named})
        self._formulas(number, formulas)
        if unit_found is None:
            return
        if not wrong and not formulas and is_not_reported(self.form, cells):
            self.reading.unfilled.append(unit_found)
            return
        self._day(number, values)
        self._findings(number, unit_found, cells, wrong)
        self.reading.rows.append(Row(number, unit_found, cells))

    def _unit(self, number: int, named: Mapping[Column, Any]) -> School | None:
        """By the code where there is one, else by the name."""
        column = next((one for one in named if one.kind == "code"), next(iter(named)))
        value = phrases.text(named[column])
        try:
            unit = self.schools.find(value)
        except LookupError:
            self.problem(number, column, "returns.sheet_unit_ambiguous", {"value": value[:40]})
            return None
        if unit is None:
            self.problem(number, column, "returns.sheet_unknown_unit", {"value": value[:40]})
        return unit

    def _cells(
        self, number: int, values: Mapping[Column, Any], formulas: set[Column]
    ) -> tuple[dict[str, Any], set[str]]:
        """The form's cells as the row says them, and those that could not be read."""
        cells: dict[str, Any] = dict.fromkeys(self.form.cells)
        wrong: set[str] = set()
        for column, value in sorted(values.items(), key=lambda pair: pair[0].kind == "here"):
            if not column.field:
                continue
            try:
                if column not in formulas:
                    cells.update(self._read(column, value, cells))
                    continue
            except phrases.Unreadable as problem:
                # what depends on an unreadable count is not reported a second time
                if not (column.kind == "here" and self._wholes(column) & wrong):
                    self.problem(number, column, problem.code, problem.params)
            wrong.update(self._own_cells(column))
        return cells, wrong

    def _read(self, column: Column, value: Any, cells: Mapping[str, Any]) -> dict[str, Any]:
        if column.kind == "people":
            return phrases.read_people(self.form, column.field, value)
        if column.kind == "here":
            return phrases.read_here(self.form, column.field, value, cells)
        return {column.field: phrases.read_number(value) if column.kind == "number" else phrases.text(value)}

    def _own_cells(self, column: Column) -> set[str]:
        return {column.field} if "." in column.field else set(self.form.cells_of(self.form.field(column.field)))

    def _wholes(self, column: Column) -> set[str]:
        return set(self.form.cells_of(self.form.field(self.form.field(column.field).within)))

    def _formulas(self, number: int, formulas: Iterable[Column]) -> None:
        for column in formulas:
            if column.kind not in ("province", "at"):
                self.problem(number, column, "returns.sheet_formula")

    def _day(self, number: int, values: Mapping[Column, Any]) -> None:
        column = next((one for one in values if one.kind == "at"), None)
        if column is None or not phrases.text(values[column]):
            return
        day = dates.day_of(values[column], self.on)
        shown = values[column].date() if isinstance(values[column], datetime) else values[column]
        if day is None:
            params = {"value": str(shown)[:30], "example": dates.text(self.on)}
            self.problem(number, column, "returns.sheet_day_unreadable", params)
        elif day != self.on:
            params = {"value": str(shown)[:30], "day": dates.text(self.on)}
            self.problem(number, column, "returns.sheet_day", params)

    def _findings(self, number: int, unit: School, cells: Mapping[str, Any], wrong: set[str]) -> None:
        """What the rules find in the cells, at the columns they came from."""
        heads: dict[str, int | None] = {
            group.head_count: getattr(unit, group.head_count, None) for group in self.form.groups
        }
        blank: set[Column | None] = set()
        for finding in rules.findings(self.form, cells, heads):
            column = self._column_of(finding.cell)
            if finding.cell in wrong or (finding.code == "returns.blank" and column in blank):
                continue
            if finding.code == "returns.blank" and column is not None:
                if column.kind == "here" and self._wholes(column) & wrong:
                    continue
                blank.add(column)
                self._blank(number, column, finding.cell)
            else:
                self.problem(number, column, finding.code, finding.params, title=self._title(finding.cell))

    def _blank(self, number: int, column: Column, cell: str) -> None:
        words = {"example": phrases.example(self.form, column.kind), "unverified": phrases.UNVERIFIED}
        self.problem(number, column, "returns.sheet_blank", words, title=self._title(cell))

    def _title(self, cell: str) -> str:
        return self.form.label_of(cell).zh

    def _column_of(self, cell: str) -> Column | None:
        return next((one for one in self.letters if one.field in (cell, cell.partition(".")[0])), None)

    def _duplicates(self) -> None:
        """Neither of two rows for one school is taken: nobody can tell which is right."""
        first: dict[int, Row] = {}
        column = next(one for one in self.letters if one.kind in ("unit", "code"))
        for row in self.reading.rows:
            if (before := first.setdefault(row.unit.id, row)) is not row:
                self.problem(row.number, column, "returns.sheet_duplicate", {"row": before.number})
                self.problem(before.number, column, "returns.sheet_duplicate", {"row": row.number})

    def _compare(self, number: int, values: Mapping[Column, Any]) -> None:
        """The total row is not imported, but a difference says that a row is wrong or missing. Asked only when all rows
        are right, since any wrong row would make a difference."""
        sums = totals(self.form, [TotalEntry(row.unit.id, "", "", cells=row.cells) for row in self.reading.rows])
        plain = {cell: pair[0] for cell, pair in sums.items()}
        for column, value in values.items():
            said = phrases.without_remark(value)
            if column.kind not in _FIGURES or not said:
                continue
            try:
                same = self._agrees(column, said, plain)
            except phrases.Unreadable:
                same = False
            if not same:
                params = {"value": phrases.text(value)[:40], "sum": total_value(self.form, column, sums)}
                self.problem(number, column, "returns.sheet_total", params, warning=True)

    def _agrees(self, column: Column, said: str, plain: Mapping[str, int]) -> bool:
        own = self._own_cells(column)
        if said.strip().isdecimal():
            return int(said) == sum(plain[cell] for cell in own)
        found = self._read(column, said, plain)
        return all(value == plain[cell] for cell, value in found.items() if value is not None)
