"""The list of the missing with telephones as a spreadsheet: who took it out, when and what for on top and on every
page."""

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE
from lianfang.core.exports import safe_cell
from lianfang.people.actions.exporting import Watermark
from lianfang.ui.watermark import mark, plain
from lianfang.web.today.missing import Line, Opened

_WIDTHS = (28, 22, 14, 16, 16, 24, 18, 18, 16)


def written(found: Opened, lines: Iterable[Line], watermark: Watermark) -> bytes:
    said, out = mark(watermark), io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(_("Who is missing"))
        page.set_header(f"&L{plain(found.label)}&R{plain(said)}")
        page.set_footer(f"&L{plain(said)}&R&P / &N")
        page.repeat_rows(0, 2)
        page.set_landscape()
        page.set_paper(9)
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.write_string(0, 0, safe_cell(said), book.add_format({"italic": True}))
        page.write_string(1, 0, safe_cell(f"{found.unit.name} · {found.label} · {found.on.isoformat()}"))
        page.write_row(2, 0, _heads(), book.add_format({"bold": True, "bottom": 1}))
        for at, line in enumerate(lines, 3):
            page.write_row(at, 0, [safe_cell(cell) for cell in _cells(line)])
        page.freeze_panes(3, 1)
    return out.getvalue()


def name(found: Opened) -> str:
    return _("Missing-%(unit)s-%(what)s-%(day)s.xlsx") % {
        "unit": found.unit.label, "what": found.label, "day": found.on.isoformat(),
    }  # fmt: skip


def _heads() -> list[str]:
    return [
        _("Unit"), _("Superior unit"), _("Reported"), _("Late since"), _("Responsible"), _("Duty held at"),
        _("Telephone"), _("Unit’s telephone"), _("Last asked"),
    ]  # fmt: skip


def _cells(line: Line) -> list[str]:
    holder, told = line.holder, line.told
    return [
        line.unit.name, line.unit.parent.name if line.unit.parent else "",
        f"{line.stands.done} / {line.stands.owing}",
        line.stands.since.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if line.stands.since else "",
        holder.user.name if holder else _("nobody"), holder.unit.name if holder else "",
        holder.phone if holder else "", line.unit.phone,
        told[0].at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if told else "",
    ]  # fmt: skip
