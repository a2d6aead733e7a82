"""Who is kept apart: begun, moved, decided anew, released. For school doctors."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases import isolation_words as words
from lianfang.cases.actions import staying as actions
from lianfang.cases.forms.cases import FindForm
from lianfang.cases.forms.isolation import ReleaseForm, StayForm, UntilForm, WhereForm, said
from lianfang.cases.models import Stay
from lianfang.cases.queries import cases
from lianfang.cases.queries import isolation as queries
from lianfang.cases.views import isolation_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people.models import Enrolment
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


def opened(request: HttpRequest, pk: UUID, verb: str = queries.NAMES) -> Stay:
    """404 outside one's schools."""
    return get_object_or_404(queries.stays(user_of(request), verb), pk=pk)


def person_asked(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("person", ""))
    except ValueError:
        return None


def find(request: HttpRequest, title: str, back: str) -> HttpResponse:
    """Of whom? A name, which is in no address, finds; ?person chooses."""
    form = FindForm(request.POST or None)
    typed = form.cleaned_data["name"] if form.is_valid() else ""
    rows = cases.choices(user_of(request), typed)
    about = {"form": form, "rows": rows, "typed": typed, "title": title, "back": back}
    return render(request, "cases/stay_find.html", about, status=REJECTED if form.errors else 200)


@needs(queries.NAMES)
def index(request: HttpRequest) -> HttpResponse:
    """Who is kept apart now; with ?over who was."""
    user, over = user_of(request), "over" in request.GET
    page = Paginator(queries.listed(user, running=not over), PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/stays.html", pages.stays(user, page, over, clock.now()))


@needs(queries.STAYS)
@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """First of whom, then where and why."""
    user, now = user_of(request), clock.now()
    chosen = queries.about(user, person_asked(request))
    if chosen is None:
        return find(request, _("Keep somebody apart"), "cases:stays")
    form = pages.stay_form(request.POST or None, chosen, now)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.isolate(by=user, now=now, **_begun(form, chosen))
        except Refused as refused:
            pages.show(refused, form)
        else:
            return redirect("cases:stay", made.pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/stay_new.html", pages.beginning(form, chosen), status=status)


def _begun(form: StayForm, chosen: Enrolment) -> dict[str, Any]:
    case = queries.case_of(chosen.person)
    same = case is not None and case.disease == form.cleaned_data["disease"]
    return {
        "person": chosen.person, "unit": chosen.unit, "case": case if same else None, **form.where_it_is(),
        **said(form, "why", "disease", "counts_from", "key"),
    }  # fmt: skip


@needs(queries.NAMES)
def stay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where, until when and by which rule; temperatures; what was decided."""
    found, user, now = opened(request, pk), user_of(request), clock.now()
    actions.viewed(by=user, stay=found, now=now)
    return render(request, "cases/stay.html", pages.stay(user, found, now))


@needs(queries.STAYS)
@sensitive_post_parameters()
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another bed, home or a hospital."""
    found = opened(request, pk, queries.STAYS)
    form = WhereForm(request.POST or None, beds=queries.free_beds(found.school))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.move(
                by=user_of(request), stay=found, key=form.cleaned_data["key"], now=clock.now(), **form.where_it_is()
            )
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Moved. A bed that was left waits for its disinfection."))
            return redirect("cases:stay", made.pk)
    return _form(request, found, form, pgettext("isolation", "Move"), "arrow-right")


@needs(queries.STAYS)
@sensitive_post_parameters()
def until(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another last day, earlier or later, with a reason."""
    found = opened(request, pk, queries.STAYS)
    form = UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(by=user_of(request), stay=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("cases:stay", pk)
    return _form(request, found, form, _("Decide another last day"), "gavel")


@needs(queries.STAYS)
@sensitive_post_parameters()
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over."""
    found = opened(request, pk, queries.STAYS)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.release(by=user_of(request), stay=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Released. Temperatures are no longer asked for."))
            return redirect("cases:stay", pk)
    return _form(request, found, form, _("Release"), "door-exit")


def _form(request: HttpRequest, found: Stay, form: object, label: str, icon: str) -> HttpResponse:
    about = {"stay": found, "name": words.name(found.person), "form": form, "label": label, "icon": icon}
    status = REJECTED if getattr(form, "errors", None) else 200
    return render(request, "cases/stay_say.html", about, status=status)


@needs(queries.NAMES)
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record of isolation and observation on A4."""
    found, user, now = opened(request, pk), user_of(request), clock.now()
    actions.printed(by=user, stay=found, now=now)
    return render(request, "cases/stay_sheet.html", pages.stay(user, found, now))
