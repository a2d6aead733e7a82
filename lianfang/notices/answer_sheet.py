"""The answers to a notice line by line: on the page, and as a spreadsheet with who took it out and what for on top and
on every page."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.core.clock import ZONE
from lianfang.core.exports import safe_cell
from lianfang.notices import asking
from lianfang.notices.models import Answer, Delivery, Notice
from lianfang.notices.queries import answers as reads
from lianfang.notices.rules.questions import NUMBER, Question
from lianfang.orgs.models import Unit
from lianfang.people.actions.exporting import Watermark
from lianfang.ui.watermark import mark, plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 1000
_WIDTHS = (18, 28, 40, 14, 18, 10)


@dataclass(frozen=True)
class Line:
    """A recipient. ``by`` says of a pupil's answer who gave it; ``said`` is blank without one."""

    delivery: Delivery
    name: str
    place: Unit | None
    answer: Answer | None
    said: str
    by: str
    is_late: bool


def lines(question: Question, deliveries: Sequence[Delivery], day: date) -> list[Line]:
    """Three queries for all of them. ``deliveries`` come with user and person."""
    given, places = reads.newest(deliveries), reads.places(deliveries, day)
    return [_line(question, each, given.get(each.pk), places.get(each.pk)) for each in deliveries]


def written(notice: Notice, question: Question, rows: QuerySet[Delivery], watermark: Watermark, day: date) -> IO[bytes]:
    """A workbook in a file without a name, gone when it is closed."""
    said, title = mark(watermark), notice.heading
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(pgettext("notices", "Answers"))
        page.set_header(f"&L{plain(title)}&R{plain(said)}")
        page.set_footer(f"&L{plain(said)}&R&P / &N")
        page.repeat_rows(0, 2)
        page.set_landscape()
        page.set_paper(9)
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.write_string(0, 0, safe_cell(said), book.add_format({"italic": True}))
        page.write_string(1, 0, safe_cell(f"{title} · {question.text}"))
        page.write_row(2, 0, _heads(question), book.add_format({"bold": True, "bottom": 1}))
        page.freeze_panes(3, 1)
        for at, line in enumerate(_all(question, rows, day), 3):
            page.write_row(at, 0, [safe_cell(cell) for cell in _cells(question, line)])
    out.seek(0)
    return out


def name(day: date) -> str:
    return _("answers-%(day)s.xlsx") % {"day": day.isoformat()}


def _all(question: Question, rows: QuerySet[Delivery], day: date) -> Iterator[Line]:
    waiting = (reads.chosen(rows, "", question) or rows).iterator(chunk_size=_CHUNK)
    while part := list(islice(waiting, _CHUNK)):
        yield from lines(question, part, day)


def _line(question: Question, delivery: Delivery, answer: Answer | None, place: Unit | None) -> Line:
    recipient = delivery.user or delivery.person
    said = asking.said(question, answer) if answer else ""
    by = ""
    if answer and delivery.person_id:
        by = pgettext("who answered", "Guardian") if answer.as_guardian else pgettext("who answered", "Pupil")
    until = delivery.notice.until
    late = answer is not None and until is not None and answer.at > until
    return Line(delivery, recipient.name if recipient else "", place, answer, said, by, late)


def _heads(question: Question) -> list[str]:
    answer = pgettext("notices", "Answer")
    said = f"{answer} ({question.unit})" if question.kind == NUMBER and question.unit else answer
    return [
        pgettext("person", "Name"),
        _("Unit"),
        safe_cell(said),
        _("Answered by"),
        _("Answered at"),
        pgettext("answers", "Late"),
    ]


def _cells(question: Question, line: Line) -> list[Any]:
    answer = line.answer
    if answer is None:
        return [line.name, line.place.name if line.place else ""]
    number = question.kind == NUMBER and answer.number is not None
    return [
        line.name, line.place.name if line.place else "", float(answer.number or 0) if number else line.said, line.by,
        answer.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), pgettext("answer", "late") if line.is_late else "",
    ]  # fmt: skip
