"""分类管理: how many people are in which class, on the page, on paper, as a table. Names stand behind a number for
those who look after them."""

from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.health.actions import registers
from lianfang.health.queries import key_counts as queries
from lianfang.health.views import board_opening
from lianfang.health.views import key_count_pages as pages
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

VERBS = queries.VERBS


def _opened(request: HttpRequest, pk: int, on: date | None) -> pages.Opened:
    """Raises `Http404` outside the user's reach, for days that have not come and those long gone."""
    user, now = user_of(request), clock.now()
    on = on or now.date()
    unit = queries.seen(user, pk)
    if unit is None or not now.date() - board_opening.OLDEST <= on <= now.date():
        raise Http404
    return pages.Opened(user, unit, on, now)


@needs(*VERBS)
def mine(request: HttpRequest) -> HttpResponse:
    """The counts of the highest unit one answers for."""
    unit = access.highest(user_of(request), *VERBS)
    if unit is None:
        raise Http404
    return redirect("health:key_counts_today", unit.pk)


@needs(*VERBS)
def counts(request: HttpRequest, pk: int, on: date | None = None) -> HttpResponse:
    """Each class and unit, with the difference against the day before."""
    found = _opened(request, pk, on)
    return render(request, "health/key_counts.html", pages.page(found, request.GET.get("page")))


@needs(*VERBS)
def sheet(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """The same on A4. Printing goes on record."""
    found = _opened(request, pk, on)
    context = pages.whole(found)
    registers.key_counts_taken_out(
        by=found.user, unit=found.unit, form="print", lines=len(context["lines"]), now=found.now
    )
    return render(request, "health/key_counts_sheet.html", context)


@needs(*VERBS)
def table(request: HttpRequest, pk: int, on: date) -> HttpResponseBase:
    """The same as a workbook."""
    found = _opened(request, pk, on)
    context = pages.whole(found)
    mark = registers.key_counts_taken_out(
        by=found.user, unit=found.unit, form="xlsx", lines=len(context["lines"]), now=found.now
    )
    name = f"{_('Key people by class')}-{found.unit.label}-{found.on:%Y%m%d}.xlsx"
    return FileResponse(pages.workbook(context, mark), as_attachment=True, filename=name, content_type=pages.XLSX)
