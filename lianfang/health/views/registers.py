"""The register of absences through illness (因病缺课、追踪记录表): on the page, on paper, as a table."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.health.actions import registers as actions
from lianfang.health.forms.absences import RegisterForm
from lianfang.health.queries import absences as queries
from lianfang.health.views import register_pages as pages
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

_TAKES_OUT = "absence.watch"


def _form(request: HttpRequest, verb: str) -> RegisterForm:
    units = access.units_for(user_of(request), verb).filter(school__isnull=False, kind__in=("class", "school"))
    return RegisterForm(units.order_by("path"), request.GET, clock.today())


@needs(queries.VERB)
def register(request: HttpRequest) -> HttpResponse:
    """Who was missed between two days, and of what."""
    form = _form(request, queries.VERB)
    context = pages.found(form, user_of(request))
    return render(request, "health/register.html", context)


@needs(queries.VERB)
def sheet(request: HttpRequest) -> HttpResponse:
    """The same on A4, telephones and addresses masked. Printing goes on record."""
    context: dict[str, Any] = pages.found(_form(request, queries.VERB), user_of(request))
    if context["unit"] is not None:
        actions.taken_out(
            by=user_of(request), unit=context["unit"], form="print", lines=len(context["rows"]), now=clock.now()
        )
    return render(request, "health/register_sheet.html", context)


@needs(_TAKES_OUT)
def table(request: HttpRequest) -> HttpResponseBase:
    """The same as a workbook, as long as it is no more than a second person would have to agree to."""
    user, now = user_of(request), clock.now()
    context = pages.found(_form(request, _TAKES_OUT), user)
    if context["unit"] is None or context["too_many"]:
        return render(request, "health/register.html", context, status=422)
    mark = actions.taken_out(by=user, unit=context["unit"], form="xlsx", lines=len(context["rows"]), now=now)
    book = pages.workbook(context, mark)
    return FileResponse(book, as_attachment=True, filename=_("Register of absences") + ".xlsx", content_type=pages.XLSX)
