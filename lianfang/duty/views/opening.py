"""What the pages share: the rows one may open, and the page again with what was wrong."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lianfang.core.problems import Refused
from lianfang.duty.models import Pattern, Post, Shift
from lianfang.duty.queries import roster
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.ui.needs import user_of

REJECTED = 422


def seen(request: HttpRequest, pk: int) -> Unit:
    """A unit whose roster one reads, or 404."""
    return get_object_or_404(roster.units_seen(user_of(request)).select_related("school"), pk=pk)


def managed(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(access.units_for(user_of(request), roster.MANAGE), pk=pk)


def post_managed(request: HttpRequest, pk: int) -> Post:
    rows = Post.objects.filter(access.scope(user_of(request), roster.MANAGE, "unit__"), ended_at=None)
    return get_object_or_404(rows.select_related("unit", "leader"), pk=pk)


def pattern_managed(request: HttpRequest, pk: UUID) -> Pattern:
    rows = Pattern.objects.filter(access.scope(user_of(request), roster.MANAGE, "post__unit__"), post__ended_at=None)
    return get_object_or_404(rows.select_related("post__unit"), pk=pk)


def shift_seen(request: HttpRequest, pk: UUID) -> Shift:
    return get_object_or_404(roster.visible(user_of(request)), pk=pk)


def shift_managed(request: HttpRequest, pk: UUID) -> Shift:
    rows = roster.visible(user_of(request)).filter(access.scope(user_of(request), roster.MANAGE, "post__unit__"))
    return get_object_or_404(rows, pk=pk)


def rejected(request: HttpRequest, template: str, form: forms.Form, refused: Refused, **context: Any) -> HttpResponse:
    """The page again with what was typed; each problem at its field."""
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
    return answer(request, template, form, **context)


def answer(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page; 422 when the form on it has errors."""
    status = REJECTED if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
