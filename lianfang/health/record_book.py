"""The health record of a person as a workbook: as far as the page shows it to the same reader."""

import tempfile
from collections.abc import Sequence
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.exports import safe_cell
from lianfang.health.record import Entry

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (18, 28, 60, 16)


def workbook(entries: Sequence[Entry], title: str, mark: str) -> IO[bytes]:
    """In a file without a name, gone when it is closed; who took it out stands above and below."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{mark[:80].replace('&', '＆')}&R&P / &N")
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.write_string(0, 0, safe_cell(title), book.add_format({"bold": True}))
        page.write_string(1, 0, safe_cell(mark), book.add_format({"italic": True}))
        heads = [_("When"), _("What"), _("In detail"), _("Who")]
        page.write_row(2, 0, heads, book.add_format({"bold": True, "bottom": 1}))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, entry in enumerate(entries, 3):
            when = entry.on or entry.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")
            cells = (when, entry.what, "\n".join(entry.parts), entry.who)
            page.write_row(number, 0, [safe_cell(str(cell)) for cell in cells], wrapped)
    out.seek(0)
    return out
