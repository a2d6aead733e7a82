"""Units in which a duty has nobody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.orgs.models import Kind, UnitQuerySet
from lianfang.people import access
from lianfang.people import queries as people
from lianfang.ui.needs import needs, user_of
from lianfang.web.units import sheets
from lianfang.web.units.forms import GapForm
from lianfang.web.units.views.opening import PAGE
from lianfang.web.units.words import DUTIES


@needs("gap.view")
def gaps(request: HttpRequest) -> HttpResponse:
    """50 units a page; the filters stay in the address and go along into the export."""
    form, units, duties = _found(request)
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "unit": unit,
            "kind": Kind(unit.kind).label,
            "missing": [DUTIES[duty] for duty in duties if getattr(unit, f"lacks_{duty}")],
        }
        for unit in page
    ]
    filtered = any(request.GET.get(name) for name in form.fields)
    appoints = access.holds(request.user, "posting.manage")
    return render(
        request,
        "units/gaps.html",
        {"form": form, "page": page, "rows": rows, "filtered": filtered, "appoints": appoints},
    )


@needs("gap.view")
def gaps_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, as a spreadsheet."""
    _form, units, duties = _found(request)
    return sheets.answer(sheets.gap_list(units, duties), _("unfilled-duties-%(day)s.xlsx") % {"day": clock.today()})


def _found(request: HttpRequest) -> tuple[GapForm, UnitQuerySet, list[str]]:
    """The filters, the units they leave, and the duties asked for."""
    units = access.units_for(user_of(request), "gap.view")
    form = GapForm(units, request.GET)
    if not form.is_valid():
        return form, units.none(), []
    asked = form.cleaned_data
    if asked["unit"] is not None:
        units = units.under(asked["unit"])
    if asked["kind"]:
        units = units.filter(kind=asked["kind"])
    duties = sheets.wanted_duties(asked["duty"])
    return form, people.gaps(units, clock.today(), duties), duties
