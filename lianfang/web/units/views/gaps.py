"""Units in which a duty has nobody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.orgs.models import Kind, UnitQuerySet
from lianfang.people import access
from lianfang.people import queries as people
from lianfang.people.queries.duties import by_area
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import PAGE, main_unit, open_unit, path_to
from lianfang.web.units import sheets
from lianfang.web.units.forms import GapForm
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
        {
            "form": form,
            "page": page,
            "rows": rows,
            "filtered": filtered,
            "appoints": appoints,
            "top": main_unit(request, "gap.view"),
        },
    )


@needs("gap.view")
def gaps_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, as a spreadsheet."""
    _form, units, duties = _found(request)
    return sheets.answer(sheets.gap_list(units, duties), _("unfilled-duties-%(day)s.xlsx") % {"day": clock.today()})


@needs("gap.view")
def gap_areas(request: HttpRequest, pk: int) -> HttpResponse:
    """How many units lack which duty, for each unit right below this one."""
    unit = open_unit(request, pk, "gap.view")
    user = user_of(request)
    seen = access.units_for(user, "gap.view")
    duties = list(DUTIES)
    rows = [
        {"area": found, "numbers": [(DUTIES[duty], found.lacks[duty]) for duty in duties]}
        for found in by_area(seen, unit, clock.today(), duties)
    ]
    context = {"unit": unit, "path": path_to(unit, seen, "units:gap_areas"), "rows": rows, "duties": DUTIES.values()}
    return render(request, "units/gap_areas.html", context)


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
