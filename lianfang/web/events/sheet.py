"""The events as a spreadsheet: who took it out and when stands on top, and no cell turns into a formula."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.core.clock import ZONE
from lianfang.core.exports import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def name(at: datetime) -> str:
    return _("Events-%(at)s.xlsx") % {"at": at.astimezone(ZONE).strftime("%Y%m%d-%H%M")}


def written(rows: Iterable[dict[str, Any]], *, by: str, at: datetime, cut: bool) -> bytes:
    """``cut`` says on the sheet that there were more events than it holds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(_("Events"))
        bold = book.add_format({"bold": True})
        for column, width in enumerate((20, 14, 16, 34, 16, 38, 24, 12, 30, 40, 38)):
            page.set_column(column, column, width)
        taken = _("Exported by %(by)s on %(at)s") % {"by": by, "at": at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")}
        note = _("There are more events than this sheet holds; choose fewer days for the rest.") if cut else ""
        page.write_row(0, 0, [safe_cell(taken), "", "", note])
        page.write_row(1, 0, _heads(), bold)
        page.freeze_panes(2, 0)
        for number, row in enumerate(rows, 2):
            page.write_row(number, 0, [safe_cell(str(value)) for value in _cells(row)])
    return out.getvalue()


def _heads() -> list[str]:
    return [
        _("When"), _("Who"), _("Address"), _("What"), _("Kind of object"), _("Number of the object"), _("Unit"),
        _("Outcome"), _("Reason"), pgettext("of an event", "Details"), _("Number of the event"),
    ]  # fmt: skip


def _cells(row: dict[str, Any]) -> list[Any]:
    event = row["event"]
    return [
        event.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), row["who"], event.ip or "", row["what"], row["kind"],
        event.subject_id, row["unit"].name if row["unit"] else "", row["outcome"], event.reason, row["detail"],
        event.pk,
    ]  # fmt: skip
