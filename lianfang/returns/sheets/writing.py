"""A table as an .xlsx file: A4 landscape, headings repeated on each page, thin borders, frozen panes."""

import io
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from lianfang.returns.sheets import phrases
from lianfang.returns.sheets.table import NOTES, Table

A4 = 9
SHEET_NAME = "报告表"


def workbook(table: Table, author: str = "") -> bytes:
    """The file. Rows are written in order and let go at once (constant_memory): 10,000 schools take little memory."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": table.title, "author": author})
    formats = _formats(book)
    sheet = book.add_worksheet(SHEET_NAME)
    first = 1 + len(table.headings)
    _page(sheet, table, first)
    _heading(sheet, table, formats)
    row = first
    for values in table.lines():
        _line(sheet, row, values, table, formats)
        row += 1
    _line(sheet, row, table.total, table, formats, bold=True)
    _notes(sheet, row + 1, table, formats)
    book.close()
    return out.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    cell = {"font_name": "宋体", "font_size": 10.5, "border": 1, "text_wrap": True, "valign": "vcenter"}
    centred = {**cell, "align": "center"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
        "heading": {**centred, "bold": True},
        "figure": centred,
        "words": {**cell, "align": "left"},
        "total": {**centred, "bold": True},
        "note": {"font_name": "宋体", "font_size": 10.5, "align": "left", "valign": "vcenter", "text_wrap": True},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _page(sheet: Worksheet, table: Table, first: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1, first - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    named = next((at for at, column in enumerate(table.columns) if column.kind == "unit"), 0)
    sheet.freeze_panes(first, named + 1)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)


def _merge(sheet: Worksheet, first_row: int, first: int, last_row: int, last: int) -> None:
    """Only the span: `merge_range` would write cells of a later row first, which constant_memory cannot take back."""
    sheet.merge.append([first_row, first, last_row, last])


def _heading(sheet: Worksheet, table: Table, formats: dict[str, Format]) -> None:
    last = len(table.columns) - 1
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, table.title, formats["title"])
    _merge(sheet, 0, 0, 0, last)
    for number, line in enumerate(table.headings, 1):
        sheet.set_row(number, 22)
        texts = {heading.column: heading.text for heading in line}
        for at in range(last + 1):
            _write(sheet, number, at, texts.get(at), formats["heading"])
    for heading in (heading for line in table.headings for heading in line):
        if heading.rows > 1 or heading.columns > 1:
            top = 1 + heading.row
            _merge(sheet, top, heading.column, top + heading.rows - 1, heading.column + heading.columns - 1)


def _line(
    sheet: Worksheet, row: int, values: list[Any], table: Table, formats: dict[str, Format], *, bold: bool = False
) -> None:
    for at, (value, column) in enumerate(zip(values, table.columns, strict=True)):
        look = "total" if bold else "words" if column.is_words else "figure"
        _write(sheet, row, at, value, formats[look])


def _write(sheet: Worksheet, row: int, at: int, value: Any, look: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, at, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, at, phrases.guarded(value), look)
    else:
        sheet.write_number(row, at, value, look)


def _notes(sheet: Worksheet, row: int, table: Table, formats: dict[str, Format]) -> None:
    last = len(table.columns) - 1
    lines = [NOTES, *table.notes] if table.notes else []
    for number, line in enumerate([*lines, *([table.foot] if table.foot else [])], row):
        sheet.set_row(number, 18)
        sheet.write_string(number, 0, phrases.guarded(line), formats["note"])
        _merge(sheet, number, 0, number, last)
