"""Absent pupils: whom to call now, and one of them with everything that was done."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import reading, tracing
from lianfang.health.forms.absences import ShortStepForm, StepForm
from lianfang.health.models import Absence
from lianfang.health.queries import absences as queries
from lianfang.health.views import absence_pages as pages
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


def _open(request: HttpRequest, pk: UUID) -> Absence:
    """404 outside one's classes."""
    return get_object_or_404(queries.visible(user_of(request)).select_related("person", "unit", "school"), pk=pk)


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """What is due first stands on top; with ?over what ended lately."""
    user, now = user_of(request), clock.now()
    rows = queries.over(user, now) if "over" in request.GET else queries.waiting(user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    reading.absences_listed(by=user, units=pages.shown(page), now=now)
    return render(request, "health/absences.html", pages.index(user, page, "over" in request.GET, now))


@needs(queries.VERB)
@sensitive_post_parameters()
def absence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The absence, and the form for what the family says."""
    found, now = _open(request, pk), clock.now()
    form = StepForm(request.POST or None, today=now.date(), initial={"cause": found.cause, "place": found.place})
    if request.method == "POST" and form.is_valid():
        try:
            tracing.take_step(by=user_of(request), absence=found, step=form.step(), now=now)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("Noted. The next step stands above."))
            return redirect("health:absence", pk)
    if request.method == "GET":
        reading.absence_viewed(by=user_of(request), absence=found, now=now)
    status = REJECTED if form.errors else 200
    return render(request, "health/absence.html", pages.one(user_of(request), found, form, now), status=status)


@needs(queries.VERB)
@require_POST
def step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: nobody reached, or back at school."""
    found, form = _open(request, pk), ShortStepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was noted. Please tap one of the buttons."))
        return redirect("health:absence", pk)
    try:
        made = tracing.take_step(by=user_of(request), absence=found, step=form.step(), now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    else:
        messages.success(request, pages.noted(made))
    return redirect("health:absence", pk)


@needs("person.reveal")
@require_POST
@sensitive_variables("value")
def number(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A guardian's number in full, to call it; for following up the absence, which goes on record."""
    found = _open(request, pk)
    held = get_object_or_404(queries.guardians(found), pk=row)
    try:
        value = reading.number(by=user_of(request), absence=found, held=held, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("health:absence", pk)
    context = {"absence": found, "held": held, "value": value, "shown": value.removeprefix("+86"), **pages.short(found)}
    return render(request, "health/absence_number.html", context)
