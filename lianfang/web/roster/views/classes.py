"""A whole class at once: it goes on to the next one, or graduates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import enrolling
from lianfang.people.models import User
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of
from lianfang.ui.words import when as said
from lianfang.web.roster import forms
from lianfang.web.roster.views.opening import answer, check_page, confirmed, open_unit, rejected, wants_check


@needs("person.manage")
def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody is ticked at first; who stays is unticked."""
    unit = open_unit(request, pk, "person.manage")
    by, now = user_of(request), clock.now()
    rows = roster.people_of(by, unit, now.date(), as_a="student", verb="person.manage").filter(unit=unit)
    pupils = [(str(row.pk), row.person.name) for row in rows]
    units = forms.places(access.units_for(by, "person.manage"), unit.school or unit).exclude(pk=unit.pk)
    start = {"chosen": [key for key, _name in pupils]}
    form = forms.ClassForm(pupils, units, request.POST or None, initial=start)
    context: dict[str, Any] = {"unit": unit, "pupils": pupils, "ticked": _ticked(request, start["chosen"])}
    if wants_check(request, form):
        rest = {"title": _title(form), "icon": "school", "label": _title(form), "chosen": form.cleaned_data["chosen"]}
        return check_page(request, form, rows=_rows(unit, form, len(pupils)), **rest, **context)
    if confirmed(request, form):
        try:
            went = _carry_out(by, unit, form)
        except Refused as refused:
            return rejected(request, "roster/promote.html", form, refused, **context)
        done = ngettext("%(count)s pupil: it is on the roster.", "%(count)s pupils: it is on the roster.", went)
        messages.success(request, done % {"count": went})
        return redirect("roster:list", form.cleaned_data["to"].pk if form.cleaned_data["to"] else pk)
    return answer(request, "roster/promote.html", form, **context)


def _carry_out(by: User, unit: Unit, form: forms.ClassForm) -> int:
    data, now = form.cleaned_data, clock.now()
    chosen = [UUID(key) for key in data["chosen"]]
    if data["what"] == "graduate":
        return enrolling.graduate_class(by=by, unit=unit, belongings=chosen, to_on=data["on"], now=now)
    return enrolling.move_class(by=by, unit=unit, to=data["to"], belongings=chosen, from_on=data["on"], now=now)


def _ticked(request: HttpRequest, all_of_them: list[str]) -> set[str]:
    return set(request.POST.getlist("chosen")) if request.method == "POST" else set(all_of_them)


def _title(form: forms.ClassForm) -> str:
    return _("Let the class graduate") if form.cleaned_data["what"] == "graduate" else _("Move the class on")


def _rows(unit: Unit, form: forms.ClassForm, everybody: int) -> list[dict[str, Any]]:
    data, now = form.cleaned_data, clock.now()
    going = len(data["chosen"])
    rows = [
        {"label": _("Class"), "value": unit.name},
        {"label": _("Pupils"), "value": _("%(going)s of %(all)s") % {"going": going, "all": everybody}},
    ]
    if data["what"] == "graduate":
        return [*rows, {"label": _("Last day at school"), "value": said(data["on"], now)}]
    return [
        *rows,
        {"label": _("To class"), "value": data["to"].name},
        {"label": _("First day there"), "value": said(data["on"], now)},
    ]
