"""Disinfection: what waits, what was done, who looked at it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.cases.actions import cleaning as actions
from lianfang.cases.forms.cleaning import CheckForm, DoneForm, TaskForm
from lianfang.cases.models import Case
from lianfang.cases.queries import cases
from lianfang.cases.queries import cleaning as queries
from lianfang.cases.queries import isolation as places
from lianfang.cases.rules import cleaning as rules
from lianfang.cases.views import cleaning_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


@needs(queries.DO)
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the earliest first; with ?done the register."""
    user, done = user_of(request), "done" in request.GET
    rows = queries.register(user) if done else queries.waiting(user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/cleaning.html", pages.index(user, page, done, clock.now()))


@needs(queries.CHECK)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A task by hand: whatever is to be disinfected beside what the rules ask for."""
    user, now = user_of(request), clock.now()
    school = get_object_or_404(access.units_for(user, queries.CHECK), pk=pk, kind__in=places.SCHOOLS)
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(by=user, school=school, now=now, **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            return redirect("cases:cleaning")
    status = REJECTED if form.errors else 200
    return render(request, "cases/cleaning_new.html", {"form": form, "school": school}, status=status)


@needs(queries.DO)
@sensitive_post_parameters()
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How it is done, and the form for what was done."""
    user, now = user_of(request), clock.now()
    task = get_object_or_404(queries.visible(user), pk=pk)
    form = DoneForm(request.POST or None, kind=rules.kind(task.what), initial={"done_at": now.astimezone(clock.ZONE)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.done(by=user, task=task, now=now, **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted. Somebody else looks at it."))
            return redirect("cases:cleaning")
    status = REJECTED if form.errors else 200
    return render(request, "cases/cleaning_one.html", pages.one(user, task, form), status=status)


@needs(queries.CHECK)
@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was well done, or is to be done again."""
    user, form = user_of(request), CheckForm(request.POST)
    rows = queries.visible(user).filter(access.scope(user, queries.CHECK, "school__"))
    task = get_object_or_404(rows, pk=pk)
    if form.is_valid():
        try:
            actions.check(by=user, task=task, well=form.cleaned_data["well"], now=clock.now())
        except Refused as refused:
            messages.error(request, " ".join(texts(refused.problems)))
        else:
            messages.success(request, _("Noted."))
    return redirect("cases:cleaning_one", pk)


@needs(cases.MANAGE)
@require_POST
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A task for each place that the sick person was in."""
    user = user_of(request)
    case = get_object_or_404(Case.objects.filter(access.scope(user, cases.MANAGE, "unit__")), pk=pk)
    made = actions.plan(by=user, case=case, now=clock.now())
    told = ngettext("%(n)s place is to be disinfected.", "%(n)s places are to be disinfected.", len(made))
    messages.success(request, told % {"n": len(made)})
    return redirect("cases:case", pk)
