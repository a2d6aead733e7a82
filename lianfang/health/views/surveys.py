"""Surveys of whereabouts for staff: which there are, who has answered, asking for the rest, opening and closing."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import survey_chasing
from lianfang.health.actions import surveys as actions
from lianfang.health.forms.surveys import OpenForm
from lianfang.health.models import Survey
from lianfang.health.queries import surveys as queries
from lianfang.health.views import survey_boards as pages
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.policies.queries import assessed
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


def _survey(user: User, pk: UUID) -> Survey:
    return get_object_or_404(queries.visible(user), pk=pk)


def _unit(user: User, survey: Survey, pk: int) -> Unit:
    found = queries.unit(user, survey, pk)
    if found is None:
        raise Http404
    return found


@needs(queries.NAMES, queries.COUNTS, queries.OPENS)
def index(request: HttpRequest) -> HttpResponse:
    """Open surveys first."""
    user = user_of(request)
    page = Paginator(queries.visible(user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": pages.index(user, page), "may_open": access.holds(user, queries.OPENS)}
    return render(request, "health/surveys.html", context)


@needs(queries.OPENS)
def new(request: HttpRequest) -> HttpResponse:
    user, now = user_of(request), clock.now()
    units = queries.openers(user)
    form = OpenForm(units, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_survey(by=user, now=now, **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell, problem.text)
        else:
            messages.success(request, _("The survey is open. Families and staff find it on their start page."))
            return redirect("health:survey_own", made.pk)
    first = units.first()
    context = {"form": form, "assessed": first is not None and assessed(queries.MODULE, first, now.date())}
    context["may_assess"] = access.holds(user, "assessment.manage")
    return render(request, "health/survey_new.html", context, status=REJECTED if form.errors else 200)


@needs(queries.NAMES, queries.COUNTS, queries.OPENS)
def survey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the user's own part of it; whoever has several chooses."""
    user = user_of(request)
    found = _survey(user, pk)
    places = queries.places(user, found)
    if len(places) == 1:
        return redirect("health:survey", pk, places[0].pk)
    return render(request, "health/survey_places.html", {"survey": found, "rows": pages.places(found, places)})


@needs(queries.NAMES, queries.COUNTS)
def of_unit(request: HttpRequest, pk: UUID, unit: int) -> HttpResponse:
    """Schools of an area, classes of a school, or the people of a class."""
    user, now = user_of(request), clock.now()
    found = _survey(user, pk)
    place = _unit(user, found, unit)
    if place.kind in pages.LEAVES:
        if not access.can(user, queries.NAMES, place):
            raise Http404
        actions.listed(by=user, unit=place, now=now)
        return render(request, "health/survey_class.html", pages.of_class(user, found, place))
    return render(request, "health/survey.html", pages.of_unit(user, found, place, request.GET.get("page")))


@needs("notice.post")
@require_POST
def chase(request: HttpRequest, pk: UUID, unit: int) -> HttpResponse:
    user = user_of(request)
    found = _survey(user, pk)
    place = _unit(user, found, unit)
    if not access.can(user, "notice.post", place):
        raise Http404
    try:
        asked = survey_chasing.chase(by=user, survey=found, within=place, now=clock.now())
    except Refused as refused:
        messages.warning(request, " ".join(texts(refused.problems)))
    else:
        words = ngettext("%(count)s unit was asked.", "%(count)s units were asked.", asked.units)
        messages.success(request, words % {"count": asked.units} + " " + _("Everybody is asked once a day."))
    return redirect("health:survey", pk, unit)


@needs(queries.OPENS)
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = user_of(request)
    found = _survey(user, pk)
    if not queries.may_manage(user, found):
        raise Http404
    actions.close_survey(by=user, survey=found, now=clock.now())
    messages.success(request, _("The survey is closed. What was said stays; nobody answers any more."))
    return redirect("health:survey_own", pk)
