"""Lists: where the roster begins, the people of a unit with search, heads by class."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import looking
from lianfang.people.models import User
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of
from lianfang.web.roster import forms, typed, words
from lianfang.web.roster.views.opening import PAGE, answer, open_unit

_MOST_SCHOOLS = 200
_LAST = 100_000  # pages; more is no page anybody was given
_MANAGING = {
    "may_add": "person.manage", "may_import": "person.import", "may_merge": "person.merge",
    "may_export": "person.export",
}  # fmt: skip


@needs("person.view")
@sensitive_post_parameters("words")
def home(request: HttpRequest) -> HttpResponse:
    """One's own class or school; with several of them the choice, and the search by number in all of them."""
    user, day = user_of(request), clock.today()
    units = list(roster.units_seen(user, day)[:_MOST_SCHOOLS])
    form = forms.FindForm(request.POST or None)
    if request.method != "POST" and "all" not in request.GET and len(units) == 1 and units[0].school_id:
        return redirect("roster:list", units[0].pk)
    found = roster.found_by_number(user, form.cleaned_data["typed"]) if form.is_valid() else None
    inside = [unit for unit in units if unit.school_id]
    above = len(inside) < len(units)
    schools = access.units_for(user, "person.view").on(day).filter(kind__in=["school", "training"])
    context = {"units": inside, "schools": list(schools[:_MOST_SCHOOLS]) if above else [], "found": found}
    return answer(request, "roster/home.html", form, **context)


@needs("person.view")
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a unit and below, 50 a page. Filters stand in the address; the words searched for do not."""
    unit = open_unit(request, pk)
    context = _listed(request, unit, typed.words_for(request, unit.pk))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "roster/_rows.html", context)
    return render(request, "roster/list.html", {**context, **_around(user_of(request), unit)})


@needs("person.view")
@require_POST
@sensitive_post_parameters("words")
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """Search as one types: keep the words and answer with the rows, or go to the list where no script runs."""
    unit = open_unit(request, pk)
    form = forms.WordsForm(request.POST)
    sought = form.cleaned_data["words"] if form.is_valid() else ""
    typed.keep(request, unit.pk, sought)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "roster/_rows.html", _listed(request, unit, sought))
    kept = forms.FilterForm(request.POST).kept()
    return redirect(f"{reverse('roster:list', args=[pk])}{'?' if kept else ''}{kept}")


@needs("person.view")
def counts(request: HttpRequest, pk: int) -> HttpResponse:
    """How many belong to each class and department."""
    unit = open_unit(request, pk)
    rows = roster.counts(user_of(request), unit, clock.today())
    columns = ("students", "workers", "away", "boarders", "staying", "interns")
    total = {name: sum(getattr(row, name) for row in rows) for name in columns}
    return render(request, "roster/counts.html", {"unit": unit, "rows": rows, "total": total})


def _listed(request: HttpRequest, unit: Unit, sought: str) -> dict[str, Any]:
    """The rows of the list, and the event that somebody read it."""
    user, now = user_of(request), clock.now()
    given = request.GET if request.method == "GET" else request.POST
    form = forms.FilterForm(given)
    chosen = form.chosen()
    rows = roster.people_of(user, unit, now.date(), words=sought, **chosen)
    asked = given.get("page", "1")
    number = min(max(int(asked), 1), _LAST) if asked.isdecimal() and len(asked) < 10 else 1
    found, total = roster.page_of(rows, number, PAGE)
    if not found and number > 1:
        found, total = roster.page_of(rows, 1, PAGE)
        number = 1
    page = Paginator(range(total), PAGE).get_page(number)
    lines = roster.lines(found, now.date())
    looking.listed(by=user, unit=unit, now=now)
    return {
        "unit": unit, "page": page, "rows": [words.row(line) for line in lines], "sought": sought, "form": form,
        "words_form": forms.WordsForm(initial={"words": sought}), "chosen": chosen, "kept": form.kept(),
        "filtered": any(chosen.values()), "with_unit": unit.kind != "class",
    }  # fmt: skip


def _around(user: User, unit: Unit) -> dict[str, Any]:
    return {name: access.can(user, verb, unit) for name, verb in _MANAGING.items()}
