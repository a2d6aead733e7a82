"""Wartime and peacetime: emergency responses begin and end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.policies import actions, queries
from lianfang.policies.models import Response
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms
from lianfang.web.privacy.words import LEVELS


@needs("response.manage", "purge.manage")
def listed(request: HttpRequest) -> HttpResponse:
    """What runs, and what is over: who began and ended it, when and why."""
    user = user_of(request)
    at = access.scope(user, "response.manage", "unit__") | access.scope(user, "purge.manage", "unit__")
    levels = dict(LEVELS)
    rows = [
        {
            "row": row,
            "level": levels[row.level],
            "may_end": row.to_on is None and access.can(user, "response.manage", row.unit),
        }
        for row in queries.responses(at, clock.today())
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
    return answers.page(request, form, "privacy/response_new.html")


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
