"""Wartime and peacetime: emergency responses begin and end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.policies import actions, queries
from lianfang.policies.models import Response
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms
from lianfang.web.privacy.words import LEVELS
from lianfang.web.rulebook.lines import level_words, stage_words


@needs("response.manage", "purge.manage")
def listed(request: HttpRequest) -> HttpResponse:
    """What runs, and what is over: who began and ended it, when and why."""
    user = user_of(request)
    at = access.scope(user, "response.manage", "unit__") | access.scope(user, "purge.manage", "unit__")
    levels, today = dict(LEVELS), clock.today()
    shown = queries.responses(at, today)
    stages = queries.stages([row for row in shown if row.to_on is None], today)
    rows = [
        {
            "row": row,
            "switches": stage_words(stage) if (stage := stages.get(row.pk)) else "",
            "level": levels[row.level],
            "may_end": row.to_on is None and access.can(user, "response.manage", row.unit),
        }
        for row in shown
    ]
    may_begin = access.holds(user, "response.manage")
    return render(request, "privacy/responses.html", {"rows": rows, "may_begin": may_begin})


@needs("response.manage")
def new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = forms.ResponseForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_response(by=user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            messages.success(request, _("The response has begun for %(unit)s.") % {"unit": made.unit.name})
            return redirect("privacy:responses")
    return answers.page(request, form, "privacy/response_new.html", stages=_stages())


def _stages() -> list[dict[str, Any]]:
    """Diseases whose rules in force say what a level switches on."""
    found = []
    for disease, edition in queries.rulebook(None, clock.today()):
        if edition is not None and edition.stages:
            rows = [(level_words(one.level), stage_words(one)) for one in edition.stages]
            found.append({"name": disease.label(get_language() or "zh"), "rows": rows})
    return found


@needs("response.manage")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The end; what was gathered is then listed for destruction."""
    user = user_of(request)
    mine = Response.objects.filter(access.scope(user, "response.manage", "unit__")).select_related("unit")
    row = get_object_or_404(mine, pk=pk)
    form = forms.EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_response(by=user, response=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            messages.success(request, _("The response has ended. What was gathered for it is listed for destruction."))
            return redirect("privacy:responses")
    return answers.page(request, form, "privacy/response_end.html", row=row)
