"""The official spreadsheets of return forms, both ways. Nothing here asks the database or writes to it.

Writing: `table` puts a sheet together (the print page shows it), `export`, `single` and `blank` give the file's bytes,
`download` adds the name. Reading: `read` says what stands in an uploaded file, `annotated` marks what is wrong in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from lianfang.returns.sheets import dates, layouts, writing
from lianfang.returns.sheets.marking import annotated
from lianfang.returns.sheets.reading import Reading, Row, SheetProblem, read
from lianfang.returns.sheets.table import Area, Entry, School, Table, filename, totals
from lianfang.returns.spec import Form

__all__ = [
    "Area", "Entry", "Reading", "Row", "School", "SheetProblem", "Table", "annotated", "blank", "download", "export",
    "filename", "read", "single", "table", "totals",
]  # fmt: skip

Totals = Mapping[str, Sequence[int]]


def table(
    form: Form,
    unit: Area,
    on: date,
    rows: Sequence[Entry],
    sums: Totals | None = None,
    sender: str = "",
    layout: str = "",
) -> Table:
    """The sheet of a unit and day. ``sums`` is {cell: [sum, schools to be verified]} as a gathered version holds it (or
    `rollup.Sums.as_cells`); without it the rows are added up, so that the total always agrees with them. ``layout`` is
    another one than the form's ("plain")."""
    foot = [f"报送单位：{unit.name}", f"报告日期：{dates.text(on)}", *([f"报送人：{sender}"] if sender else [])]
    sums = totals(form, rows) if sums is None else sums
    return Table(form, layouts.columns(form, layout), rows, sums, "\u3000\u3000".join(foot))


def export(
    form: Form,
    unit: Area,
    on: date,
    rows: Sequence[Entry],
    sums: Totals | None = None,
    sender: str = "",
    layout: str = "",
) -> bytes:
    """The .xlsx file of a unit and day; parameters as `table`."""
    return writing.workbook(table(form, unit, on, rows, sums, sender, layout), sender)


def download(
    form: Form,
    unit: Area,
    on: date,
    rows: Sequence[Entry],
    sums: Totals | None = None,
    sender: str = "",
    layout: str = "",
) -> tuple[bytes, str]:
    """The file and the name to download it under, such as …报告表-2020-02-10-长沙市.xlsx."""
    return export(form, unit, on, rows, sums, sender, layout), filename(form, on, unit.name)


def single(form: Form, on: date, entry: Entry, sender: str = "") -> bytes:
    """One school's sheet."""
    return export(form, entry, on, [entry], sender=sender)


def blank(form: Form, schools: Iterable[School], provinces: Mapping[int, str] | None = None, layout: str = "") -> bytes:
    """The empty sheet to fill in, with the schools' names; ``provinces`` maps unit ids to the province's name."""
    known = provinces or {}
    rows = [Entry(school.id, school.name, school.code, known.get(school.id, ""), cells={}) for school in schools]
    return writing.workbook(Table(form, layouts.columns(form, layout), rows, {}, blank=True))
