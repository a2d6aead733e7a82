"""School calendars: a year of a unit, its entries, and making or ending one after seeing what it changes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs import rules
from lianfang.orgs.actions import calendar as actions
from lianfang.orgs.models import CalendarEntry, EntryKind, Unit
from lianfang.orgs.queries import calendar as queries
from lianfang.orgs.queries import entering
from lianfang.people import access
from lianfang.ui.needs import needs, user_of
from lianfang.web.calendar import forms, months
from lianfang.web.opening import answer, main_unit, open_unit, path_to, rejected

LOOK, VERB = "unit.view", "calendar.manage"
_BELOW = 50


@needs(LOOK)
def home(request: HttpRequest) -> HttpResponse:
    """The calendar of the highest unit one works for."""
    unit = main_unit(request, VERB) or main_unit(request, LOOK)
    if unit is None:
        raise Http404
    return redirect("calendar:year", unit.pk)


@needs(LOOK)
def year(request: HttpRequest, unit: int) -> HttpResponse:
    """Twelve months, and every entry that has a say in them, with who made it and why."""
    place, today = open_unit(request, unit, LOOK), clock.today()
    shown = forms.year_of(request.GET.get("year", ""), today)
    first, last = date(shown, 1, 1), date(shown, 12, 31)
    days, user = queries.days(place, first, last), user_of(request)
    found = [months.in_words(row, today) for row in queries.entries(place, first, last)]
    context = {
        "unit": place, "year": shown, "today": today, "heads": months.heads(), "legend": months.legend(days),
        "months": months.months(shown, days, today), "taught": sum(day.taught for day in days.values()),
        "official": days[first].official, "may": _may(request, place),
        "own": [row for row in found if row["entry"].unit_id == place.pk],
        "above": [row for row in found if row["entry"].unit_id != place.pk],
        "below": [months.in_words(row, today) for row in queries.below(place, first, last, _BELOW)],
        "most_below": _BELOW, "path": path_to(place, access.units_for(user, LOOK), "calendar:year"),
    }  # fmt: skip
    return render(request, "calendar/year.html", context)


@needs(VERB)
def kinds(request: HttpRequest, unit: int) -> HttpResponse:
    """Which kind of entry it is to be."""
    return render(request, "calendar/kinds.html", {"unit": _kept_by(request, unit)})


@needs(VERB)
def add(request: HttpRequest, unit: int, kind: str) -> HttpResponse:
    """The form, then what the entry would change, then the entry."""
    place = _kept_by(request, unit)
    if kind not in forms.FORMS:
        raise Http404
    form, context = forms.FORMS[kind](request.POST or None), {"unit": place, "kind": EntryKind(kind)}
    if request.method != "POST" or not form.is_valid():
        return answer(request, "calendar/add.html", form, **context)
    if "confirmed" not in request.POST:
        return _preview(request, form, context)
    try:
        actions.enter(by=user_of(request), unit=place, now=clock.now(), **form.facts())
    except Refused as refused:
        return rejected(request, "calendar/add.html", form, refused, **context)
    messages.success(request, _("The entry stands in the calendar."))
    return redirect("calendar:year", unit)


def _preview(request: HttpRequest, form: forms.EntryForm, context: dict[str, Any]) -> HttpResponse:
    facts = form.facts()
    kind, from_on, to_on = (facts.pop(name) for name in ("kind", "from_on", "to_on"))
    wrong = entering.wrong(context["unit"], kind, from_on, to_on, clock.today(), **facts)
    if wrong is not None:
        return rejected(request, "calendar/add.html", form, wrong, **context)
    context |= {"changes": entering.changes(context["unit"], form.as_rule()), "form": form, "today": clock.today()}
    return render(request, "calendar/preview.html", context | {"typed": _typed(form)})


def _typed(form: forms.EntryForm) -> list[tuple[str, str]]:
    """What was typed, to be sent once more."""
    return [(name, value) for name in form.fields for value in form.data.getlist(name)]  # type: ignore[attr-defined]


@needs(VERB)
def end(request: HttpRequest, unit: int, pk: int) -> HttpResponse:
    """An entry holds no longer."""
    place = _kept_by(request, unit)
    entry = get_object_or_404(CalendarEntry.objects.select_related("unit"), pk=pk, unit=place)
    form = forms.EndForm(request.POST or None)
    context = {"unit": place, "row": months.in_words(entry, clock.today())}
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(by=user_of(request), entry=entry, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "calendar/end.html", form, refused, **context)
        messages.success(request, _("The entry has been ended."))
        return redirect("calendar:year", unit)
    return answer(request, "calendar/end.html", form, **context)


def _may(request: HttpRequest, unit: Unit) -> bool:
    return unit.kind in rules.AREAS | rules.SCHOOLS and access.can(user_of(request), VERB, unit)


def _kept_by(request: HttpRequest, pk: int) -> Unit:
    """An area or school whose calendar the user keeps, or 404."""
    unit = open_unit(request, pk, VERB)
    if unit.kind not in rules.AREAS | rules.SCHOOLS:
        raise Http404
    return unit
