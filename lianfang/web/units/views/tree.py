"""Looking at units: the tree, the search, one unit."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lianfang.core import clock
from lianfang.duty.queries import answering
from lianfang.orgs import queries
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people import queries as people
from lianfang.people import rules as duties
from lianfang.people.models import User
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import PAGE, main_unit, open_unit, path_to
from lianfang.web.units import activity
from lianfang.web.units.forms import SearchForm
from lianfang.web.units.words import DUTIES


@needs("unit.view")
def tree(request: HttpRequest) -> HttpResponse:
    """Search in everything one may see; without a search the page of one's own unit."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if not words:
        unit = main_unit(request, "unit.view")
        if unit is not None:
            return redirect("units:below", unit.pk)
    units = access.units_for(user_of(request), "unit.view").on(clock.today()).select_related("parent")
    page = Paginator(queries.search(units, words), PAGE).get_page(request.GET.get("page"))
    return render(request, "units/search.html", {"form": form, "page": page, "words": words})


@needs("unit.view")
def below(request: HttpRequest, pk: int) -> HttpResponse:
    """The units right below one, and the schools it sponsors."""
    unit = open_unit(request, pk, "unit.view")
    user, day = user_of(request), clock.today()
    seen = access.units_for(user, "unit.view")
    page = Paginator(queries.below(unit, seen, day), PAGE).get_page(request.GET.get("page"))
    context = {
        "unit": unit,
        "path": path_to(unit, seen, "units:below"),
        "form": SearchForm(),
        "page": page,
        "counts": _counts(unit),
        **_may(user, unit),
    }
    return render(request, "units/below.html", context)


@needs("unit.view")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: facts, head counts, where it reports, who holds which duty, what happened."""
    unit = open_unit(request, pk, "unit.view")
    user, day = user_of(request), clock.today()
    held = people.duty_holders(unit, day)
    missing = duties.missing_duties(unit.kind, frozenset(duty.role for duty in held))
    context = {
        "unit": unit,
        "path": path_to(unit, access.units_for(user, "unit.view")),
        "counts": _counts(unit),
        "duties": held,
        "missing": [DUTIES[duty] for duty in missing],
        "lines": queries.sponsor_lines(unit, day),
        "events": activity.of(unit) if access.can(user, "event.view", unit) else None,
        "open": unit.valid_to is None or unit.valid_to >= day,
        "answers": _answers(unit),
        **_may(user, unit),
    }
    return render(request, "units/unit.html", context)


def _answers(unit: Unit) -> Any:
    """Who answers its 24-hour telephone now; parts of a school have that of the school."""
    whole = unit.school or unit
    return answering([whole], clock.now())[whole.pk]


def _may(user: User, unit: Unit) -> dict[str, bool]:
    """What the page offers: the very question the views behind the buttons ask."""
    verbs = {
        "manage": "unit.manage",
        "bring": "unit.import",
        "appoint": "posting.manage",
        "look_at_areas": "area.view",
        "see_duty": "duty.view",
    }
    return {f"may_{name}": access.can(user, verb, unit) for name, verb in verbs.items()}


def _counts(unit: Unit) -> list[dict[str, Any]]:
    below = queries.kinds_below(unit, clock.today())
    return [{"label": Kind(kind).label, "value": number} for kind, number in below.items()]
