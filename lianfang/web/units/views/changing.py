"""Changing units: facts, new ones, moves, ends, second reporting lines."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs import actions
from lianfang.orgs.models import SponsorLine, Unit
from lianfang.people import access
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import answer, open_unit, rejected
from lianfang.web.units import forms


@needs("unit.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, head counts, telephone, address."""
    unit = open_unit(request, pk, "unit.manage")
    form = forms.FactsForm(unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_unit(by=user_of(request), unit=unit, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "units/edit.html", form, refused, unit=unit)
        messages.success(request, _("The facts of %(unit)s have been saved.") % {"unit": unit.name})
        return redirect("units:unit", pk)
    return answer(request, "units/edit.html", form, unit=unit)


@needs("unit.manage")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new unit below this one."""
    parent = open_unit(request, pk, "unit.manage")
    form = forms.NewUnitForm(parent, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_unit(by=user_of(request), parent=parent, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "units/add.html", form, refused, unit=parent)
        messages.success(request, _("%(unit)s has been set up.") % {"unit": made.name})
        return redirect("units:unit", made.pk)
    return answer(request, "units/add.html", form, unit=parent)


@needs("unit.manage")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the unit with everything below it under another one; both ends must be one's own to manage."""
    unit = open_unit(request, pk, "unit.manage")
    form = forms.MoveForm(access.units_for(user_of(request), "unit.manage"), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_unit(by=user_of(request), unit=unit, to=form.cleaned_data["to"], now=clock.now())
        except Refused as refused:
            return rejected(request, "units/move.html", form, refused, unit=unit)
        messages.success(request, _("%(unit)s has been moved.") % {"unit": unit.name})
        return redirect("units:unit", pk)
    return answer(request, "units/move.html", form, unit=unit)


@needs("unit.manage")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a unit."""
    unit = open_unit(request, pk, "unit.manage")
    form = forms.LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_unit(by=user_of(request), unit=unit, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "units/close.html", form, refused, unit=unit)
        messages.success(request, _("%(unit)s has been closed.") % {"unit": unit.name})
        return redirect("units:unit", pk)
    return answer(request, "units/close.html", form, unit=unit)


@needs("unit.manage")
def sponsor(request: HttpRequest, pk: int) -> HttpResponse:
    """A second reporting line of a school. Any area or authority can be a sponsor, also one outside one's own units."""
    unit = open_unit(request, pk, "unit.manage")
    form = forms.SponsorForm(Unit.objects.all(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sponsor(by=user_of(request), unit=unit, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "units/sponsor.html", form, refused, unit=unit)
        messages.success(request, _("%(unit)s now also reports to this sponsor.") % {"unit": unit.name})
        return redirect("units:unit", pk)
    return answer(request, "units/sponsor.html", form, unit=unit)


@needs("unit.manage")
def end_sponsor(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """The last day of a second reporting line."""
    unit = open_unit(request, pk, "unit.manage")
    row = get_object_or_404(SponsorLine.objects.select_related("sponsor"), pk=line, unit=unit)
    form = forms.LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_sponsorship(by=user_of(request), line=row, to_on=form.cleaned_data["on"], now=clock.now())
        except Refused as refused:
            return rejected(request, "units/end_sponsor.html", form, refused, unit=unit, line=row)
        messages.success(request, _("The reporting line ends with that day."))
        return redirect("units:unit", pk)
    return answer(request, "units/end_sponsor.html", form, unit=unit, line=row)
