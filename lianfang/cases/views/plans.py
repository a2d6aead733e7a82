"""Emergency plans: begin one, do the next step, close it; drills likewise."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import plans as actions
from lianfang.cases.forms.plans import BeginForm, EndForm, NoteForm
from lianfang.cases.models import PlanRun
from lianfang.cases.queries import plans as queries
from lianfang.cases.rules import plans as rules
from lianfang.cases.views import plan_pages as pages
from lianfang.cases.views.emergency_pages import show
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


def opened(request: HttpRequest, pk: UUID, verb: str = queries.VIEW) -> PlanRun:
    """404 outside one's schools."""
    rows = queries.whole(user_of(request)).filter(access.scope(user_of(request), verb, "school__"))
    return get_object_or_404(rows, pk=pk)


@needs(queries.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """What runs, what was, and the drills of the school year."""
    user = user_of(request)
    page = Paginator(queries.listed(user), PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/plans.html", pages.index(user, page, clock.now()))


@needs(queries.RUN)
def begin(request: HttpRequest) -> HttpResponse:
    """For an emergency that runs (?for chooses it), or as a drill."""
    user, now = user_of(request), clock.now()
    schools = queries.schools(user)
    running = list(queries.emergencies(schools))
    form = BeginForm(
        request.POST or None, schools=schools, occasions=pages.occasions(running, now), plans=rules.plans().values(),
        initial=pages.asked(running, request.GET.get("for")),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin(by=user, **pages.begun(form.cleaned_data, schools, running), now=now)
        except Refused as refused:
            show(refused, form)
        else:
            return redirect("cases:plan", made.pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/plan_begin.html", {"form": form, "running": running}, status=status)


@needs(queries.VIEW)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next step with its clock, then all of them."""
    return render(request, "cases/plan.html", pages.one(user_of(request), opened(request, pk), clock.now()))


@needs(queries.VIEW)
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record on paper."""
    return render(request, "cases/plan_sheet.html", pages.one(user_of(request), opened(request, pk), clock.now()))


@needs(queries.RUN)
@sensitive_post_parameters()
def note(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """A step was done, or does not apply; what was noted before is corrected."""
    found, now = opened(request, pk, queries.RUN), clock.now()
    asked = rules.kept(found.text).step(step)
    if asked is None:
        raise Http404
    form = NoteForm(request.POST or None, now=now, initial=pages.before(found, step))
    if request.method == "POST" and form.is_valid():
        try:
            actions.note(by=user_of(request), run=found, step=step, **form.cleaned_data, now=now)
        except Refused as refused:
            show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("cases:plan", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/plan_note.html", pages.noting(found, asked, form), status=status)


@needs(queries.RUN)
@sensitive_post_parameters()
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closed with its evaluation."""
    found, now, form = opened(request, pk, queries.RUN), clock.now(), EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish(by=user_of(request), run=found, **form.cleaned_data, now=now)
        except Refused as refused:
            show(refused, form)
        else:
            messages.success(request, _("The plan is closed. Its record can be printed."))
            return redirect("cases:plan", pk)
    context = pages.one(user_of(request), found, now) | {"form": form}
    return render(request, "cases/plan_end.html", context, status=REJECTED if form.errors else 200)
