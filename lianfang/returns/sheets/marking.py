"""The uploaded file again, with the wrong cells coloured and the message as a comment, for correcting it in place."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from lianfang.core import spreadsheets
from lianfang.returns.sheets import phrases
from lianfang.returns.sheets.reading import SheetProblem

WRONG = PatternFill("solid", fgColor="FFF4B8B0")
DOUBTFUL = PatternFill("solid", fgColor="FFFFE699")
AUTHOR = "Lianfang"
MOST_COMMENTS = 2000


def annotated(content: bytes, problems: Sequence[SheetProblem], *, name: str = "", sheet: str = "") -> bytes:
    """An .xlsx copy of the file with the problems at their cells (in the active language) and listed on a second sheet.

    ``sheet`` is `Reading.sheet`. An .xls or text file, or one whose looks cannot be kept, becomes a plain .xlsx of its
    values. Raises `Refused` for a file that cannot be opened at all.
    """
    book = _book(content, name, sheet)
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    places: dict[tuple[int, str], list[SheetProblem]] = {}
    for problem in problems:
        places.setdefault((max(problem.row, 1), problem.column or "A"), []).append(problem)
    for (row, column), found in list(places.items())[:MOST_COMMENTS]:
        _mark(page, f"{column}{row}", found)
    _listed(book, problems)
    book.active = book.worksheets.index(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(content: bytes, name: str, sheet: str) -> Book:
    spreadsheets.checked_size(content)
    if content.startswith(b"PK"):
        spreadsheets.check_package(content)
        try:
            return load_workbook(io.BytesIO(content))
        except Exception:  # noqa: S110
            pass  # the library fails in many ways on files other programs open; their values can still be marked
    return _converted(spreadsheets.grids(content, name), sheet)


def _converted(grids: Iterable[spreadsheets.Grid], sheet: str) -> Book:
    book = Workbook()
    page = book.worksheets[0]
    found = list(grids)
    grid = next((grid for grid in found if grid.name == sheet), found[0])
    page.title = grid.name[:31] or "Sheet1"
    for number, row in enumerate(grid.rows, 1):
        for at, value in enumerate(row, 1):
            if value not in (None, ""):
                page.cell(number, at, _kept(value))
    return book


def _kept(value: Any) -> Any:
    return phrases.guarded(value) if isinstance(value, str) else value


def _mark(page: Worksheet, place: str, problems: Sequence[SheetProblem]) -> None:
    cell: Any = page[place]
    if isinstance(cell, MergedCell):
        whole = next(merged for merged in page.merged_cells.ranges if place in merged)
        cell = page.cell(whole.min_row, whole.min_col)
    cell.fill = DOUBTFUL if all(problem.warning for problem in problems) else WRONG
    comment = Comment("\n".join(problem.text for problem in problems), AUTHOR)
    comment.width, comment.height = 320, 60 + 40 * len(problems)
    cell.comment = comment


def _listed(book: Book, problems: Sequence[SheetProblem]) -> None:
    page = book.create_sheet(_("Problems"))
    page.append([_("Cell"), _("Column"), _("What to correct")])
    for problem in problems:
        page.append([problem.place, phrases.guarded(problem.title), phrases.guarded(problem.text)])
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, width in (("A", 10), ("B", 26), ("C", 80)):
        page.column_dimensions[letter].width = width
