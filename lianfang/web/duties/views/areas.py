"""Assigned units: what I answer for, the ledger of visits, and where nobody answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import areas as actions
from lianfang.people.models import AreaAssignment
from lianfang.people.queries import areas as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.duties import forms
from lianfang.web.opening import PAGE, answer, main_unit, open_unit, rejected


@needs("area.visit")
def mine(request: HttpRequest) -> HttpResponse:
    """The units I answer for, with the last visit and what is still to be put right."""
    user = user_of(request)
    rows = list(queries.assigned_to(user, clock.today()))
    return render(request, "duties/areas.html", {"rows": rows, "unit": main_unit(request, "area.view")})


@needs("area.view")
def overview(request: HttpRequest, unit: int) -> HttpResponse:
    """Who answers for which unit below, 50 a page; with ?without=1 only where nobody does."""
    place, without = open_unit(request, unit, "area.view"), request.GET.get("without") == "1"
    below = Unit.objects.under(place).exclude(pk=place.pk)
    page = Paginator(queries.overview(below, clock.today(), without=without), PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": _("All units"), "url": request.path, "current": not without},
        {"label": _("Nobody answers"), "url": f"{request.path}?without=1", "current": without},
    ]
    context = {"unit": place, "page": page, "tabs": tabs, "without": without}
    context["may"] = access.can(user_of(request), "area.manage", place)
    return render(request, "duties/area_overview.html", context)


@needs("area.manage")
def assign(request: HttpRequest, unit: int) -> HttpResponse:
    place = open_unit(request, unit, "area.manage")
    form = forms.AssignForm(place, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign(by=user_of(request), unit=place, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/area_assign.html", form, refused, unit=place)
        said = _("%(name)s now answers for %(unit)s.")
        messages.success(request, said % {"name": made.user.name, "unit": place.name})
        return redirect("duties:ledger", made.pk)
    return answer(request, "duties/area_assign.html", form, unit=place)


@needs("area.view", "area.visit")
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """The visits of one assignment."""
    found, user, day = _visible(request, pk), user_of(request), clock.today()
    context = {
        "assignment": found,
        "visits": list(queries.ledger(found)),
        "today": day,
        "own": found.user_id == user.pk and found.to_on is None,
        "may_end": found.to_on is None and access.can(user, "area.manage", found.unit),
    }
    return render(request, "duties/ledger.html", context)


@needs("area.visit")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = forms.VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.visit(by=user_of(request), assignment=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/visit.html", form, refused, assignment=found)
        messages.success(request, _("The visit stands in the ledger."))
        return redirect("duties:ledger", pk)
    return answer(request, "duties/visit.html", form, assignment=found)


@needs("area.visit")
def settle(request: HttpRequest, pk: int, visit: int) -> HttpResponse:
    found = _own(request, pk)
    line = get_object_or_404(queries.ledger(found), pk=visit)
    context: dict[str, Any] = {"assignment": found, "visit": line}
    form = forms.SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle(by=user_of(request), visit=line, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/settle.html", form, refused, **context)
        messages.success(request, _("Recorded as put right."))
        return redirect("duties:ledger", pk)
    return answer(request, "duties/settle.html", form, **context)


@needs("area.manage")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The assignment ends today; its ledger stays."""
    rows = AreaAssignment.objects.filter(access.scope(user_of(request), "area.manage", "unit__"))
    actions.end(by=user_of(request), assignment=get_object_or_404(rows, pk=pk), to_on=clock.today(), now=clock.now())
    messages.success(request, _("The assignment ends today. The ledger stays."))
    return redirect("duties:ledger", pk)


def _visible(request: HttpRequest, pk: int) -> AreaAssignment:
    user = user_of(request)
    seen = Q(user=user) | access.scope(user, "area.view", "unit__")
    return get_object_or_404(AreaAssignment.objects.filter(seen).select_related("unit", "user"), pk=pk)


def _own(request: HttpRequest, pk: int) -> AreaAssignment:
    mine = AreaAssignment.objects.filter(user=user_of(request), to_on=None).select_related("unit", "user")
    return get_object_or_404(mine, pk=pk)
