"""附表2, the summary of the checks of a school: on the page, on paper, as a workbook."""

from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.health import summary_sheet
from lianfang.health.actions import listing
from lianfang.health.queries import summary as queries
from lianfang.health.rules import summary as rules
from lianfang.health.rules import symptoms
from lianfang.health.views.board_opening import VERB, Opened, opened
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.ui.needs import needs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(VERB)
def summary(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """The sheet on the page, and which classes were without findings."""
    found = _inside(request, pk, on)
    return render(request, "health/summary.html", _context(found) | found.day_links("health:summary"))


@needs(VERB)
def printed(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """The same for paper, A4 landscape."""
    return render(request, "health/summary_sheet.html", _context(_inside(request, pk, on)))


@needs(VERB)
def exported(request: HttpRequest, pk: int, on: date) -> HttpResponseBase:
    """The same as a workbook."""
    found = _inside(request, pk, on)
    context = _context(found)
    listing.summary_exported(by=found.user, unit=found.unit, on=found.on, lines=len(context["lines"]), now=found.now)
    name = f"{context['title']}-{found.unit.label}-{found.on:%Y%m%d}.xlsx"
    return FileResponse(summary_sheet.workbook(context), as_attachment=True, filename=name, content_type=XLSX)


def _inside(request: HttpRequest, pk: int, on: date) -> Opened:
    """Counts of a class are for people of the school. Raises `Http404` for others and for areas."""
    found = opened(request, pk, on)
    if found.is_area or not found.whole:
        raise Http404
    return found


def _context(found: Opened) -> dict[str, Any]:
    day, lines = queries.lines(found.unit, found.on)
    units = {row.unit.pk: row.unit for row in day.classes}
    rows = [{"unit": units[line.unit_id], "grade": units[line.unit_id].parent, "line": line} for line in lines]
    context = found.context(
        title=_title(found.unit), school=found.unit.school or found.unit, since=queries.first_day(found.on),
        columns=_names(), lines=rows,
        sums=rules.sums(lines), zero=[units[line.unit_id].label for line in lines if line.zero],
        silent=[] if day.off else [units[one.unit_id].label for one in lines if not one.reported and one.expected != 0],
        off=found.off if day.off else "",
        own_columns=summary_sheet.own_columns(),
    )  # fmt: skip
    return context | {
        "group_headings": summary_sheet.group_headings(context),
        "statements": summary_sheet.statements(context),
    }


def _title(unit: Unit) -> str:
    """The official heading begins with the province: 湖南省学校晨午检汇总表."""
    province = next((one for one in ancestors(unit) if one.kind == "province"), None)
    return _("%(province)s summary of the morning and noon checks of schools") % {
        "province": province.name if province else ""
    }  # fmt: skip


def _names() -> list[str]:
    """Symptoms of the sheet in words, the last column is all others."""
    language = get_language() or "zh"
    of_code = {one.code: one.label(language) for one in symptoms.catalog()}
    return [*(of_code[code] for code in rules.layout().symptoms), _("Others")]
