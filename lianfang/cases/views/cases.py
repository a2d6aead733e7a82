"""Cases for the school doctor: which run, whom to look at, one with everything that was said. For class teachers: who
may come back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import cases as actions
from lianfang.cases.forms.cases import FORMS, FindForm, NewForm, ReopenForm
from lianfang.cases.models import Case, CaseStep, Origin
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import suspicions
from lianfang.cases.rules import course as rules
from lianfang.cases.views import case_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


def opened(request: HttpRequest, pk: UUID, verb: str = queries.VIEW) -> Case:
    """404 outside one's schools."""
    rows = queries.whole(user_of(request)).filter(access.scope(user_of(request), verb, "unit__"))
    return get_object_or_404(rows, pk=pk)


@needs(queries.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """What runs; with ?over what has ended."""
    user, over = user_of(request), "over" in request.GET
    page = Paginator(queries.listed(user, running=not over), PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/cases.html", pages.index(user, page, over, clock.now()))


@needs(queries.MANAGE)
def suspected(request: HttpRequest) -> HttpResponse:
    """Whose symptoms of today make think of a disease."""
    user, on = user_of(request), clock.today()
    found = [(school, suspicions.of_school(school, on)) for school in suspicions.schools(user)]
    return render(request, "cases/suspected.html", pages.suspected(found))


@needs(queries.MANAGE)
@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """A case by hand: first of whom (a name, never in the address, finds; ?person chooses), then of what."""
    user, now = user_of(request), clock.now()
    chosen = queries.about(user, _uuid(request.GET.get("person")))
    if chosen is None:
        find = FindForm(request.POST or None)
        typed = find.cleaned_data["name"] if find.is_valid() else ""
        about = {"form": find, "rows": queries.choices(user, typed), "typed": typed}
        return render(request, "cases/case_find.html", about, status=REJECTED if find.errors else 200)
    form = NewForm(request.POST or None, today=now.date(), thought_of=pages.thought_of(user, chosen.person, now))
    if request.method == "POST" and form.is_valid():
        data, unit = form.cleaned_data, chosen.unit
        try:
            made = actions.suspect(
                by=user, person=chosen.person, school=unit.school or unit, unit=unit, origin=Origin.HAND, now=now,
                **data,
            )  # fmt: skip
        except Refused as refused:
            pages.show(refused, form)
        else:
            return redirect("cases:case", made.pk)
    status = REJECTED if form.errors else 200
    return render(
        request, "cases/case_new.html", {"form": form, "person": chosen.person, "unit": chosen.unit}, status=status
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@needs(queries.VIEW)
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How it stands, what is missing before the return, what was said."""
    found, user, now = opened(request, pk), user_of(request), clock.now()
    actions.viewed(by=user, case=found, now=now)
    return render(request, "cases/case.html", pages.one(user, found, now))


@needs(queries.MANAGE)
@sensitive_post_parameters()
def say(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """One thing more that is known, or how it ended."""
    found, now = opened(request, pk, queries.MANAGE), clock.now()
    if kind not in FORMS:
        raise Http404
    course = rules.course(queries.steps(found.steps.all()))
    form = FORMS[kind](request.POST or None, now=now, course=course)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.say(
                by=user_of(request), case=found, kind=kind, said=form.said(), basis=data["basis"].strip(),
                key=data["key"], now=now,
            )  # fmt: skip
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("cases:case", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/case_say.html", pages.said(found, kind, form), status=status)


@needs(queries.MANAGE)
@sensitive_post_parameters()
def correct(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """The step stays readable; the correction takes its place."""
    found, now = opened(request, pk, queries.MANAGE), clock.now()
    row = get_object_or_404(CaseStep, pk=step, case=found, kind__in=[*FORMS, rules.OPENED], corrections=None)
    kind = "onset" if row.kind == rules.OPENED else row.kind
    course = rules.course(queries.steps(found.steps.all()))
    form = FORMS[kind](request.POST or None, now=now, course=course, initial=pages.before(row))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.correct(
                by=user_of(request), step=row, said=form.said(), basis=data["basis"].strip(), key=data["key"], now=now
            )
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Corrected. What stood there before stays readable."))
            return redirect("cases:case", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/case_say.html", pages.said(found, kind, form, row), status=status)


@needs(queries.MANAGE)
@sensitive_post_parameters()
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was not over."""
    found, form = opened(request, pk, queries.MANAGE), ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen(by=user_of(request), case=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("The case is open again."))
            return redirect("cases:case", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/case_say.html", pages.said(found, "reopened", form), status=status)


@needs(queries.CLEARANCE)
def clearances(request: HttpRequest) -> HttpResponse:
    """Who of one's class may come back when. Of what somebody is ill stands nowhere here."""
    return render(request, "cases/clearances.html", {"rows": queries.clearances(user_of(request), clock.now())})
