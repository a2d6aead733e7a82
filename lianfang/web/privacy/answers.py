"""How the pages answer a form: with what was typed and each problem at its field."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core.problems import Refused

REJECTED = 422


def page(request: HttpRequest, form: forms.Form, template: str = "privacy/form.html", **context: Any) -> HttpResponse:
    return render(request, template, {**context, "form": form}, status=REJECTED if form.errors else 200)


def at_its_field(form: forms.Form, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
