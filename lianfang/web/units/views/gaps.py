"""Units in which a duty has nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.obligations import spec
from lianfang.obligations.queries.gaps import Answering, answering
from lianfang.orgs.models import Kind, Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people import queries as people
from lianfang.people.queries.duties import by_area
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import PAGE, main_unit, open_unit, path_to
from lianfang.web.units import sheets
from lianfang.web.units.forms import OWED, GapForm
from lianfang.web.units.words import DUTIES


@needs("gap.view")
def gaps(request: HttpRequest) -> HttpResponse:
    """50 units a page; the filters stay in the address and go along into the export."""
    found = _found(request)
    page = Paginator(found.units, PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "unit": unit, "kind": Kind(unit.kind).label, "missing": found.missing(unit),
            "unanswered": found.unanswered(unit),
        }
        for unit in page
    ]  # fmt: skip
    filtered = any(request.GET.get(name) for name in found.form.fields)
    appoints = access.holds(request.user, "posting.manage")
    return render(
        request,
        "units/gaps.html",
        {
            "form": found.form,
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
    found = _found(request)
    sheet = sheets.gap_list(found.units, found.duties, found.unanswered)
    return sheets.answer(sheet, _("unfilled-duties-%(day)s.xlsx") % {"day": clock.today()})


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


@dataclass(frozen=True)
class _Found:
    """The filters, the units they leave, the duties asked for, and who has to answer for what is owed."""

    form: GapForm
    units: UnitQuerySet
    duties: list[str]
    answering: Mapping[str, Answering]

    def missing(self, unit: Unit) -> list[str | Promise]:
        return [DUTIES[duty] for duty in self.duties if getattr(unit, f"lacks_{duty}")]

    def unanswered(self, unit: Unit) -> list[str]:
        """Kinds of obligation for which a step finds nobody at the unit."""
        kinds = {kind for name, one in self.answering.items() if getattr(unit, f"lacks_{name}") for kind in one.kinds}
        return [kind.label(get_language() or "zh") for kind in spec.catalog().values() if kind.id in kinds]


def _found(request: HttpRequest) -> _Found:
    units = access.units_for(user_of(request), "gap.view")
    form = GapForm(units, request.GET)
    if not form.is_valid():
        return _Found(form, units.none(), [], {})
    asked = form.cleaned_data
    if asked["unit"] is not None:
        units = units.under(asked["unit"])
    if asked["kind"]:
        units = units.filter(kind=asked["kind"])
    owed, duty = asked["duty"].startswith(OWED), asked["duty"]
    duties = [] if owed else [duty] if duty else list(DUTIES)
    answer = answering(duty.removeprefix(OWED) if owed else "") if owed or not duty else {}
    rows = people.gaps(units, clock.today(), duties, {name: one.duty for name, one in answer.items()})
    return _Found(form, rows, duties, answer)
