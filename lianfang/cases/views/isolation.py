"""Isolation places for those who keep them: how many beds are free, taken, being disinfected."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.cases.actions import isolation as actions
from lianfang.cases.forms.isolation import BedsForm, PlaceForm, RoomForm
from lianfang.cases.models import IsolationPlace
from lianfang.cases.queries import isolation as queries
from lianfang.cases.views import isolation_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

REJECTED = 422


def opened(request: HttpRequest, pk: UUID, verb: str = queries.VIEW) -> IsolationPlace:
    """404 outside one's school."""
    return get_object_or_404(queries.places(user_of(request), verb), pk=pk)


@needs(queries.VIEW)
def board(request: HttpRequest) -> HttpResponse:
    """How many beds are free, by area and place."""
    return render(request, "cases/isolation.html", pages.board(user_of(request)))


@needs(queries.PLACES)
def place_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A place of the school; rooms and beds come next."""
    user = user_of(request)
    school = get_object_or_404(access.units_for(user, queries.PLACES), pk=pk, kind__in=queries.SCHOOLS)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_place(by=user, school=school, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            return redirect("cases:isolation_place", made.pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/isolation_place_new.html", {"form": form, "school": school}, status=status)


@needs(queries.VIEW)
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its rooms and beds; whoever keeps it adds more."""
    found, user = opened(request, pk), user_of(request)
    form = BedsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = opened(request, pk, queries.PLACES)
        try:
            made = actions.add_beds(by=user, place=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, ngettext("%(n)s bed added.", "%(n)s beds added.", made) % {"n": made})
            return redirect("cases:isolation_place", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/isolation_place.html", pages.place(user, found, form), status=status)


@needs(queries.PLACES)
@require_POST
def room_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody is put into this room any more."""
    found, form = opened(request, pk, queries.PLACES), RoomForm(request.POST)
    if form.is_valid():
        try:
            actions.close_room(by=user_of(request), place=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            messages.error(request, " ".join(texts(refused.problems)))
        else:
            messages.success(request, _("The room is closed."))
    return redirect("cases:isolation_place", pk)


@needs(queries.PLACES)
@require_POST
def place_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is no longer used."""
    found = opened(request, pk, queries.PLACES)
    try:
        actions.close_place(by=user_of(request), place=found, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("cases:isolation_place", pk)
    messages.success(request, _("The place is closed. Its records stay."))
    return redirect("cases:isolation")
