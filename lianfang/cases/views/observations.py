"""Temperatures: whose round waits, one after the other, on the phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import observing as actions
from lianfang.cases.forms.observing import ReadingForm
from lianfang.cases.models import Reading
from lianfang.cases.queries import observing as queries
from lianfang.cases.views import observation_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who is watched; whose temperature waits stands first."""
    return render(request, "cases/observations.html", pages.index(user_of(request), clock.now()))


@needs(queries.VERB)
@sensitive_post_parameters()
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person's temperature; then the next who waits."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(queries.visible(user), pk=pk)
    form = ReadingForm(request.POST or None, initial={"round": pages.round_now(found, now)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.take(
                by=user, observation=found, on=clock.day_of(now), round=form.cleaned_data["round"], now=now,
                **form.reading(),
            )  # fmt: skip
        except Refused as refused:
            pages.show(refused, form)
        else:
            pages.noted(request, found, made)
            return pages.onwards(user, found, made, now)
    status = REJECTED if form.errors else 200
    return render(request, "cases/observation.html", pages.one(user, found, form, now), status=status)


@needs(queries.VERB)
@sensitive_post_parameters()
def correct(request: HttpRequest, pk: UUID, reading: UUID) -> HttpResponse:
    """Another one in its place; what stood there stays readable."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(queries.visible(user), pk=pk)
    row = get_object_or_404(Reading, pk=reading, observation=found, correction=None)
    form = ReadingForm(request.POST or None, initial=pages.before(row), fixed=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(by=user, reading=row, now=now, **form.reading())
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Corrected. What stood there before stays readable."))
            return redirect("cases:observation", pk)
    status = REJECTED if form.errors else 200
    about = pages.one(user, found, form, now) | {"row": row}
    return render(request, "cases/observation_correct.html", about, status=status)
