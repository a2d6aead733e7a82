"""What several views share: the unit or person one may deal with, and the page again with what was wrong."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person
from lianfang.people.queries import roster
from lianfang.ui.needs import user_of

PAGE = 50
REJECTED = 422


def open_unit(request: HttpRequest, pk: int, verb: str = "person.view") -> Unit:
    """A school or a part of one within the person's reach; 404 otherwise."""
    units = access.units_for(user_of(request), verb).filter(school__isnull=False)
    return get_object_or_404(units.select_related("parent", "school"), pk=pk)


def open_person(request: HttpRequest, pk: UUID, verb: str = "person.view") -> tuple[Person, Unit]:
    """Somebody within the person's reach, and the unit in whose name they are dealt with; 404 otherwise."""
    user = user_of(request)
    person = get_object_or_404(roster.visible(user, verb), pk=pk)
    unit = roster.home_of(user, person, verb)
    if unit is None:
        raise Http404
    return person, unit


def open_belonging(request: HttpRequest, pk: UUID, belonging: UUID, verb: str = "person.manage") -> Enrolment:
    """A present belonging of that very person within the user's reach; 404 otherwise."""
    mine = access.scope(user_of(request), verb, "unit__")
    rows = Enrolment.objects.filter(mine, to_on__isnull=True, person__merged_into__isnull=True)
    return get_object_or_404(rows.select_related("person", "unit", "school"), pk=belonging, person=pk)


def rejected(request: HttpRequest, template: str, form: forms.Form, refused: Refused, **context: Any) -> HttpResponse:
    """The page again with what was typed; each problem at its field (a document's number has its own name in the form
    that asks for more)."""
    for problem in refused.problems:
        cells = (problem.cell, f"document_{problem.cell}", problem.cell.removeprefix("document_"))
        form.add_error(next((cell for cell in cells if cell in form.fields), None), problem.text)
    return answer(request, template, form, **context)


def answer(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page; 422 when the form on it has errors."""
    status = REJECTED if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def wants_check(request: HttpRequest, form: forms.Form) -> bool:
    """A form that can be carried out, before somebody has read what it will do."""
    return (
        request.method == "POST"
        and "confirmed" not in request.POST
        and "again" not in request.POST
        and (form.is_valid())
    )


def confirmed(request: HttpRequest, form: forms.Form) -> bool:
    return request.method == "POST" and "confirmed" in request.POST and form.is_valid()


def check_page(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """What will happen, in words, with the typed values hidden in the form. Context: title, rows, label, icon, back."""
    for field in form.fields.values():
        field.widget = field.hidden_widget() if not field.widget.is_hidden else field.widget
    return render(request, "roster/check.html", {"form": form, **context})
