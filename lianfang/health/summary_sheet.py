"""The summary of checks (附表2) as a workbook: A4 landscape, headings repeated on each page."""

import io
from collections.abc import Mapping
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from lianfang.core.exports import safe_cell
from lianfang.health.rules.summary import Line

A4 = 9
_FIRST = 3  # rows of the heading
_OWN = 5  # columns before the symptoms


def workbook(context: Mapping[str, Any]) -> IO[bytes]:
    """``context``: as the page has it (`views.summaries`)."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        looks = _looks(book)
        sheet = book.add_worksheet(_("Summary"))
        _page(sheet, context)
        _heading(sheet, context, looks)
        at = _FIRST + 2
        for row in context["lines"]:
            _line(sheet, at, [row["grade"].label, row["unit"].label], row["line"], looks["cell"])
            at += 1
        _line(sheet, at, [_("Total"), ""], context["sums"], looks["total"])
        _notes(sheet, at + 1, context, looks["note"])
    out.seek(0)
    return out


def _width(context: Mapping[str, Any]) -> int:
    return _OWN + 2 * len(context["columns"])


def _looks(book: Workbook) -> dict[str, Format]:
    cell = {
        "font_name": "宋体",
        "font_size": 10.5,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    }
    title = {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"}
    note = {"font_name": "宋体", "font_size": 10.5, "align": "left", "valign": "top", "text_wrap": True}
    looks: dict[str, dict[str, Any]] = {"title": title, "cell": cell, "total": {**cell, "bold": True}, "note": note}
    return {name: book.add_format(look) for name, look in looks.items()}


def _page(sheet: Worksheet, context: Mapping[str, Any]) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST, _FIRST + 1)
    sheet.freeze_panes(_FIRST + 2, 2)
    sheet.set_footer("&C&P / &N")
    sheet.set_column(0, 1, 13)
    sheet.set_column(2, _width(context) - 1, 6.5)


def _heading(sheet: Worksheet, context: Mapping[str, Any], looks: dict[str, Format]) -> None:
    last, names = _width(context) - 1, context["columns"]
    sheet.write_string(0, 0, _("Annex 2"), looks["note"])
    sheet.merge_range(1, 0, 1, last, safe_cell(context["title"]), looks["title"])
    sheet.set_row(1, 30)
    said = _("School: %(school)s    Date of the summary: %(on)s") % {
        "school": context["school"].name, "on": context["on"].isoformat(),
    }  # fmt: skip
    sheet.merge_range(2, 0, 2, last, safe_cell(said), looks["note"])
    for at, name in enumerate(own_columns()):
        sheet.merge_range(_FIRST, at, _FIRST + 1, at, name, looks["total"])
    for number, heading in enumerate(group_headings(context)):
        at = _OWN + number * len(names)
        sheet.merge_range(_FIRST, at, _FIRST, at + len(names) - 1, heading, looks["total"])
        for offset, name in enumerate(names):
            sheet.write_string(_FIRST + 1, at + offset, name, looks["total"])
    sheet.set_row(_FIRST + 1, 46)


def own_columns() -> list[str]:
    return [_("Grade"), _("Class"), _("People in the class"), _("People present"), _("People absent, ill")]


def group_headings(context: Mapping[str, Any]) -> list[str]:
    """Over the symptoms of the day, and of the three days."""
    return [
        _("People with these symptoms today"),
        _("People with these symptoms in three days (%(since)s to %(on)s)")
        % {"since": context["since"].isoformat(), "on": context["on"].isoformat()},
    ]


def _line(sheet: Worksheet, at: int, names: list[str], line: Line, look: Format) -> None:
    """What is not known stays empty: no report is not a zero."""
    nothing = (None,) * len(line.today or line.days or ())
    values = [line.expected, line.present, line.ill, *(line.today or nothing), *(line.days or nothing)]
    for column, name in enumerate(names):
        sheet.write_string(at, column, safe_cell(name), look)
    for column, value in enumerate(values, len(names)):
        if value is None:
            sheet.write_blank(at, column, None, look)
        else:
            sheet.write_number(at, column, value, look)


def _notes(sheet: Worksheet, at: int, context: Mapping[str, Any], look: Format) -> None:
    for number, said in enumerate(statements(context)):
        sheet.merge_range(at + number, 0, at + number, _width(context) - 1, safe_cell(said), look)
        sheet.set_row(at + number, 15 * (1 + len(said) // 60))


def statements(context: Mapping[str, Any]) -> list[str]:
    """Which classes had nothing to report, and which have not reported at all."""
    comma = _(", ")
    said = []
    if context["off"]:
        words = _("No check was owed on this day (%(why)s): a class without a report is neither zero nor missing.")
        said.append(words % {"why": context["off"]})
    if context["zero"]:
        words = _("Zero report, everybody present and without symptoms (%(count)s): %(classes)s.")
        said.append(words % {"count": len(context["zero"]), "classes": comma.join(context["zero"])})
    if context["silent"]:
        words = _("Not reported, which is not a zero (%(count)s): %(classes)s.")
        said.append(words % {"count": len(context["silent"]), "classes": comma.join(context["silent"])})
    return said
