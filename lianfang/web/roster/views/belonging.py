"""Moving, leaving, being away, lodging, groups: one person at a time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import enrolling
from lianfang.people.models import Enrolment, Lodging, Marking
from lianfang.people.models.roster import Ending
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of
from lianfang.ui.words import when as said
from lianfang.web.roster import forms
from lianfang.web.roster.views.opening import (
    answer,
    check_page,
    confirmed,
    open_belonging,
    open_person,
    rejected,
    wants_check,
)


@needs("person.manage")
def move(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Another class: chosen, read over, done."""
    held = open_belonging(request, pk, row)
    by, now = user_of(request), clock.now()
    units = forms.places(access.units_for(by, "person.manage"), held.school)
    form = forms.MoveForm(held, units, request.POST or None)
    context: dict[str, Any] = {"held": held, "person": held.person}
    if wants_check(request, form):
        data = form.cleaned_data
        rows = [
            *_who(held),
            _row(_("Moves to"), data["unit"].name),
            _row(_("First day there"), said(data["from_on"], now)),
        ]
        return check_page(request, form, title=_("Move to another class"), rows=rows, icon="arrows-move",
                          label=_("Move"), **context)  # fmt: skip
    if confirmed(request, form):
        try:
            enrolling.move(by=by, belonging=held, now=now, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "roster/move.html", form, refused, **context)
        messages.success(request, _("The move is on the roster."))
        return redirect("roster:person", pk)
    return answer(request, "roster/move.html", form, **context)


@needs("person.manage")
def end(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Left, graduated, gone to another school, died, entered by mistake."""
    held = open_belonging(request, pk, row)
    now = clock.now()
    endings = [(ending.value, ending.label) for ending in enrolling.ENDINGS]
    form = forms.EndForm(held, endings, request.POST or None)
    context: dict[str, Any] = {"held": held, "person": held.person}
    if wants_check(request, form):
        data = form.cleaned_data
        rows = [*_who(held), _row(_("Why"), Ending(data["ending"]).label),
                _row(_("Last day"), said(data["to_on"], now))]  # fmt: skip
        return check_page(request, form, title=_("Leaves the school"), rows=rows, icon="door-exit", kind="danger",
                          label=_("Take off the roster"), **context)  # fmt: skip
    if confirmed(request, form):
        try:
            enrolling.end(by=user_of(request), belonging=held, now=now, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "roster/end.html", form, refused, **context)
        messages.success(request, _("The person is off the roster from that day on."))
        return redirect("roster:list", held.unit_id)
    return answer(request, "roster/end.html", form, **context)


@needs("person.manage")
def leave(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A leave of absence begins."""
    held = open_belonging(request, pk, row)
    now = clock.now()
    form = forms.AwayForm(held, request.POST or None)
    context: dict[str, Any] = {"held": held, "person": held.person}
    if wants_check(request, form):
        data = form.cleaned_data
        until = said(data["away_to"], now) if data["away_to"] else _("not known yet")
        rows = [*_who(held), _row(_("First day away"), said(data["away_from"], now)), _row(_("Last day away"), until)]
        return check_page(request, form, title=_("Leave of absence"), rows=rows, icon="plane-departure",
                          label=_("Put on leave"), **context)  # fmt: skip
    if confirmed(request, form):
        try:
            enrolling.take_leave(by=user_of(request), belonging=held, now=now, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "roster/leave.html", form, refused, **context)
        messages.success(request, _("The leave is on the roster."))
        return redirect("roster:person", pk)
    return answer(request, "roster/leave.html", form, **context)


@needs("person.manage")
def back(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Back from a leave of absence."""
    held = open_belonging(request, pk, row)
    form = forms.BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolling.back_from_leave(by=user_of(request), belonging=held, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "roster/back.html", form, refused, held=held, person=held.person)
        messages.success(request, _("The person is back."))
        return redirect("roster:person", pk)
    return answer(request, "roster/back.html", form, held=held, person=held.person)


@needs("person.manage")
def lodge(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Where the person sleeps."""
    held = open_belonging(request, pk, row)
    present = Lodging.objects.filter(person=held.person, school=held.school, to_on__isnull=True).first()
    start = {}
    if present is not None:
        start = {"lodging": present.kind, "building": present.building, "room": present.room, "bed": present.bed}
    form = forms.DatedLodgingForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        lodging = enrolling.NewLodging(data["lodging"], data["building"], data["room"], data["bed"])
        try:
            enrolling.lodge(
                by=user_of(request), person=held.person, school=held.school, unit=held.unit, lodging=lodging,
                from_on=data["from_on"], now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            return rejected(request, "roster/lodge.html", form, refused, held=held, person=held.person)
        messages.success(request, _("The lodging is on the roster."))
        return redirect("roster:person", pk)
    return answer(request, "roster/lodge.html", form, held=held, person=held.person)


@needs("person.manage")
def mark(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Into a tracked group."""
    held = open_belonging(request, pk, row)
    form = forms.MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolling.mark(
                by=user_of(request), person=held.person, school=held.school, unit=held.unit, now=clock.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            return rejected(request, "roster/mark.html", form, refused, held=held, person=held.person)
        messages.success(request, _("The person is in the group."))
        return redirect("roster:person", pk)
    return answer(request, "roster/mark.html", form, held=held, person=held.person)


@needs("person.manage")
@require_POST
def unmark(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Out of a tracked group."""
    person, unit = open_person(request, pk, "person.manage")
    by, now = user_of(request), clock.now()
    schools = [held.school_id for held in roster.visible_belongings(by, person, "person.manage")]
    held = get_object_or_404(Marking, pk=row, person=person, school__in=schools)
    enrolling.unmark(by=by, marking=held, unit=unit, on=now.date(), now=now)
    messages.success(request, _("The person is out of the group."))
    return redirect("roster:person", pk)


def _who(held: Enrolment) -> list[dict[str, Any]]:
    now = held.unit.name if held.as_a == "student" else f"{held.unit.name} · {held.get_as_a_display()}"
    return [_row(_("Who"), held.person.name), _row(_("Belongs at present to"), now)]


def _row(label: str, value: Any) -> dict[str, Any]:
    return {"label": label, "value": str(value)}
