"""The line list as a file, with the columns of the national report card (传染病报告卡, 2019 revision) and the class."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.cases import case_words
from lianfang.cases.queries.line_lists import Line
from lianfang.core.clock import ZONE
from lianfang.core.exports import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def columns() -> list[str]:
    return [
        _("Card number"), _("First or corrected"), pgettext("person", "Name"), _("Parent’s name"), _("Document number"),
        _("Sex"), _("Date of birth"), _("Workplace (school)"), _("Class"), _("Telephone"), _("Patient belongs to"),
        _("Present address"), _("Group of people"), _("Classification of the case"), _("Date of onset"),
        _("Date and hour of diagnosis"), _("Date of death"), _("Disease"), _("Corrected disease"),
        _("Reason of return of the card"), _("Reporting unit"), _("Reported by"), _("Date of the report"), _("Remark"),
    ]  # fmt: skip


def cells(number: int, line: Line, *, whole: bool) -> list[str]:
    """What is not known is empty, and what disease control fills in itself: the card's number is a running one of this
    list. ``whole``: sealed values in full, else masked."""
    case, course, person = line.case, line.course, line.case.person
    if person is None:
        return [str(number), *[""] * 12, *_of_case(line), ""]
    guardian = line.guardian.guardian if line.guardian else None
    phone = person.phone or (guardian.phone if guardian else None)
    return [
        str(number), _("corrected") if line.corrected else _("first"), person.name,
        guardian.name if guardian and line.needs_parent else "",
        _sealed(line.document.number if line.document else None, whole),
        str(person.get_sex_display()) if person.sex in (1, 2) else "", _day(person.born_on), case.school.name,
        case.unit.label if case.unit_id != case.school_id else "", _sealed(phone, whole), "",
        _sealed(person.address, whole), str(line.enrolment.get_as_a_display()) if line.enrolment else "",
        *_of_case(line), "" if course.onset_on else _("day of onset not known"),
    ]  # fmt: skip


def _of_case(line: Line) -> list[str]:
    case, course = line.case, line.course
    at = course.diagnosed_at
    return [
        str(case.get_certainty_display()), _day(course.onset_on), f"{at.astimezone(ZONE):%Y-%m-%d %H}" if at else "",
        _day(course.died_on), case_words.disease(case.disease), "", "", case.school.name,
        case.by.name if case.by else "", _day(case.opened_at.astimezone(ZONE).date()),
    ]  # fmt: skip


def _sealed(value: Any, whole: bool) -> str:
    if value is None:
        return ""
    return value.open() if whole else str(value)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def workbook(title: str, rows: Iterable[Sequence[str]], mark: str) -> IO[bytes]:
    """In a file without a name, gone when it is closed; who took it out stands above and on every page."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.set_column(0, len(columns()) - 1, 14)
        page.repeat_rows(2)
        page.set_footer(f"&L{mark[:80].replace('&', '＆')}&R&P / &N")
        page.write_string(0, 0, safe_cell(title), book.add_format({"bold": True}))
        page.write_string(1, 0, safe_cell(mark), book.add_format({"italic": True}))
        page.write_row(2, 0, columns(), book.add_format({"bold": True, "bottom": 1, "text_wrap": True}))
        for at, line in enumerate(rows, 3):
            for column, value in enumerate(line):
                page.write_string(at, column, safe_cell(value))
    out.seek(0)
    return out


def csv_lines(title: str, rows: Iterable[Sequence[str]], mark: str) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, for spreadsheet programs."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield "\ufeff".encode()
    for line in ([title], [mark], columns(), *rows):
        writer.writerow([safe_cell(cell) for cell in line])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
