"""What several views share: the unit one may see or change, and the page again with what was wrong."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from lianfang.core.problems import Refused
from lianfang.orgs import queries
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.ui.needs import user_of

PAGE = 50
REJECTED = 422


def open_unit(request: HttpRequest, pk: int, verb: str) -> Unit:
    """The unit, or 404 when it is outside what the person may do this to."""
    return get_object_or_404(access.units_for(user_of(request), verb).select_related("parent"), pk=pk)


def main_unit(request: HttpRequest, verb: str) -> Unit | None:
    return access.highest(user_of(request), verb)


def path_to(unit: Unit, seen: UnitQuerySet, address: str = "units:unit") -> list[dict[str, Any]]:
    """The way from the root to the unit for ``c-unit-path``; only units one may see are links."""
    above = queries.ancestors(unit)
    open_ids = set(seen.filter(pk__in=[each.pk for each in above]).values_list("pk", flat=True))
    return [
        {"name": each.label, "url": reverse(address, args=[each.pk]) if each.pk in open_ids else ""} for each in above
    ]


def rejected(request: HttpRequest, template: str, form: forms.Form, refused: Refused, **context: Any) -> HttpResponse:
    """The page again with what was typed; each problem at its field."""
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
    return answer(request, template, form, **context)


def answer(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page; 422 when the form on it has errors."""
    status = REJECTED if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
