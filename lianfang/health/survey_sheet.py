"""Answers to a survey as a workbook; who took it out stands above and below."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.core.clock import ZONE
from lianfang.core.exports import safe_cell
from lianfang.health import survey_words as words
from lianfang.health.models import Answer, Survey
from lianfang.health.queries import surveys as queries
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(survey: Survey, unit: Unit, lines: Iterable[tuple[Enrolment, Answer]], mark: str) -> IO[bytes]:
    """In a file without a name, gone when it is closed; written row by row, however many there are."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet()
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, len(_columns()) - 1, 14)
        page.set_footer(f"&L{mark[:80].replace('&', '＆')}&R&P / &N")
        title = f"{unit.name} {survey.title} {survey.from_on} – {survey.to_on}"
        page.write_string(0, 0, safe_cell(title), book.add_format({"bold": True}))
        page.write_string(1, 0, safe_cell(mark), book.add_format({"italic": True}))
        page.write_row(2, 0, _columns(), book.add_format({"bold": True, "bottom": 1}))
        home = queries.home(unit)
        for number, (row, answer) in enumerate(lines, 1):
            cells = [str(number), *_cells(row, answer, home)]
            page.write_row(number + 2, 0, [safe_cell(cell) for cell in cells])
    out.seek(0)
    return out


def _columns() -> list[str]:
    return [
        _("No."), _("Class"), _("Number"), pgettext("person", "Name"), _("Was elsewhere"), _("Where"), _("Where now"),
        _("Back since"), _("Journeys"), pgettext("of a survey", "Contact"), _("Health"), _("Said by"), _("At"),
    ]  # fmt: skip


def _cells(row: Enrolment, answer: Answer, home: words.Home) -> Iterator[str]:
    facts, semicolon = queries.facts(answer), _("; ")
    yield from (row.unit.label, row.number, row.person.name, _("no") if facts.stayed_here else _("yes"))
    yield semicolon.join(words.stay(one, home) for one in facts.stays)
    yield words.area(facts.living_area, home)
    yield facts.back_on.isoformat() if facts.back_on else ""
    yield semicolon.join(words.journey(one, home) for one in facts.journeys)
    yield semicolon.join(words.meeting(one, home) for one in facts.meetings)
    yield str(dict(words.HEALTH)[facts.health])
    yield answer.by_name or str(answer.get_source_display())
    yield f"{answer.at.astimezone(ZONE):%Y-%m-%d %H:%M}"
