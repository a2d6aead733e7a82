"""Lists as files: written line by line in constant memory, with a watermark on top, at the bottom and on every page."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet

from lianfang.core.exports import safe_cell
from lianfang.people.actions.exporting import Watermark
from lianfang.people.models import Enrolment
from lianfang.people.queries import roster
from lianfang.ui.watermark import mark, plain
from lianfang.web.roster import words

CSV = "text/csv; charset=utf-8"
_CHUNK = 500


def table(rows: QuerySet[Enrolment], columns: Sequence[str], day: date) -> Iterator[list[str]]:
    """The cells of each line, formulas neutralised; five hundred people at a time."""
    guardians = any(column.startswith("guardian") for column in columns)
    waiting = rows.iterator(chunk_size=_CHUNK)
    while part := list(islice(waiting, _CHUNK)):
        for line in roster.lines(part, day, guardians=guardians):
            yield [safe_cell(words.cell(line, column)) for column in columns]


def heading(columns: Sequence[str]) -> list[str]:
    return [str(words.COLUMNS[column]) for column in columns]


def xlsx(title: str, columns: Sequence[str], lines: Iterable[Sequence[Any]], watermark: Watermark) -> IO[bytes]:
    """A workbook in a file without a name, gone when it is closed."""
    said = mark(watermark)
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet()
        page.set_header(f"&L{plain(title)}&R{plain(said)}")
        page.set_footer(f"&L{plain(said)}&R&P / &N")
        page.repeat_rows(0, 1)
        page.set_paper(9)
        page.set_column(0, max(len(columns) - 1, 0), 20)
        page.write_string(0, 0, safe_cell(said), book.add_format({"italic": True}))
        page.write_row(1, 0, heading(columns), book.add_format({"bold": True, "bottom": 1}))
        at = 1
        for at, line in enumerate(lines, 2):
            for column, value in enumerate(line):
                page.write_string(at, column, value)
        page.write_string(at + 1, 0, safe_cell(said), book.add_format({"italic": True}))
    out.seek(0)
    return out


def csv_lines(columns: Sequence[str], lines: Iterable[Sequence[Any]], watermark: Watermark) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, for spreadsheet programs."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield "\ufeff".encode()
    for line in _framed(columns, lines, mark(watermark)):
        writer.writerow(line)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _framed(columns: Sequence[str], lines: Iterable[Sequence[Any]], said: str) -> Iterator[Sequence[Any]]:
    yield [safe_cell(said)]
    yield heading(columns)
    yield from lines
    yield [safe_cell(said)]
