"""Key people: whom to ask now, and one of them with everything that was told."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import following, reading
from lianfang.health.actions import key_people as actions
from lianfang.health.forms.key_people import (
    AskedForm,
    ListedForm,
    PlanForm,
    ReleaseForm,
    ResponsibleForm,
    UnreachedForm,
    WhichForm,
)
from lianfang.health.models import KeyPerson
from lianfang.health.queries import key_people as queries
from lianfang.health.views import key_pages as pages
from lianfang.people import access
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


def _open(request: HttpRequest, pk: UUID, verb: str = queries.VERB) -> KeyPerson:
    """404 outside one's reach."""
    rows = KeyPerson.objects.filter(access.scope(user_of(request), verb, "unit__"))
    return get_object_or_404(rows.select_related("person", "unit", "school", "responsible"), pk=pk)


def _refused(request: HttpRequest, refused: Refused) -> None:
    messages.error(request, " ".join(texts(refused.problems)))


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """Who is asked next stands on top. ?show=all, proposed, over; ?unit= and ?category= from the counts."""
    user, now = user_of(request), clock.now()
    form = WhichForm(access.units_for(user, queries.VERB), request.GET)
    shown = pages.chosen(user, request.GET.get("show", ""), form, now)
    page = Paginator(shown.rows, PAGE).get_page(request.GET.get("page"))
    reading.key_people_listed(by=user, units=pages.places(page), now=now)
    return render(request, "health/key_people.html", pages.index(user, shown, page, now))


@needs(queries.VERB)
@sensitive_post_parameters()
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person, and the form for what they say today."""
    found, user, now = _open(request, pk), user_of(request), clock.now()
    form = AskedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = following.follow_up(by=user, row=found, asked=form.asked(), now=now)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            if not following.is_finding(found, made):
                messages.success(request, _("Noted."))
            return redirect("health:key_person", pk)
    if request.method == "GET":
        reading.key_person_viewed(by=user, row=found, now=now)
    status = REJECTED if form.errors else 200
    return render(request, "health/key_person.html", pages.one(user, found, form, now), status=status)


@needs(queries.VERB)
@require_POST
def unreached(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: nobody answered. The person stays due."""
    found, form = _open(request, pk), UnreachedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was noted. Please tap the button once more."))
        return redirect("health:key_person", pk)
    try:
        following.follow_up(by=user_of(request), row=found, asked=form.asked(), now=clock.now())
    except Refused as refused:
        _refused(request, refused)
    else:
        messages.success(request, _("Noted. Try again later; the person stays on the list."))
    return redirect("health:key_person", pk)


@needs(queries.VERB)
@require_POST
@sensitive_post_parameters()
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, form = _open(request, pk), PlanForm(request.POST)
    if form.is_valid():
        try:
            actions.write_plan(by=user_of(request), row=found, plan=form.cleaned_data["plan"], now=clock.now())
        except Refused as refused:
            _refused(request, refused)
        else:
            messages.success(request, _("The plan is kept."))
        return redirect("health:key_person", pk)
    return _again(request, found, plan=form)


@needs(queries.MANAGE)
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, now = _open(request, pk, queries.MANAGE), clock.now()
    people = queries.may_follow(found.unit, now.date())
    form = ResponsibleForm(people, request.POST)
    if form.is_valid():
        responsible = next(one for one in people if str(one.pk) == form.cleaned_data["responsible"])
        try:
            actions.assign(by=user_of(request), row=found, responsible=responsible, now=now)
        except Refused as refused:
            _refused(request, refused)
        else:
            messages.success(request, _("Looked after by %(name)s from now on.") % {"name": responsible.name})
        return redirect("health:key_person", pk)
    return _again(request, found, responsible=form)


@needs(queries.MANAGE)
@require_POST
@sensitive_post_parameters()
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A person says that it is over; the rule only proposes it."""
    found, form = _open(request, pk, queries.MANAGE), ReleaseForm(request.POST)
    if form.is_valid():
        try:
            actions.release(by=user_of(request), row=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("No longer followed. What was told stays on record."))
            return redirect("health:key_people")
    return _again(request, found, release=form)


def _again(request: HttpRequest, found: KeyPerson, **forms: object) -> HttpResponse:
    context = pages.one(user_of(request), found, AskedForm(), clock.now(), **forms)
    return render(request, "health/key_person.html", context, status=REJECTED)


@needs(queries.MANAGE)
@sensitive_post_parameters()
def listed(request: HttpRequest, person: UUID) -> HttpResponse:
    """Somebody is put into a class by hand, with a reason."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(roster.visible(user, queries.MANAGE), pk=person)
    unit = roster.home_of(user, found, queries.MANAGE)
    if unit is None:
        raise Http404
    edition = queries.edition(unit, now.date())
    form = ListedForm(edition.followed if edition else (), request.POST or None, today=now.date())
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.list_by_hand(by=user, person=found, unit=unit, now=now, **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("On the list now."))
            return redirect("health:key_person", row.pk)
    context = {"form": form, "person": found, "unit": unit, "none_in_force": edition is None}
    return render(request, "health/key_person_listed.html", context, status=REJECTED if form.errors else 200)
