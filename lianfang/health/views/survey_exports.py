"""Answers of a survey as a workbook: with a purpose, and above a class with a second person's agreement."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health import survey_sheet
from lianfang.health.actions import survey_exports as actions
from lianfang.health.forms.surveys import TakeOutForm
from lianfang.health.models import Survey
from lianfang.health.queries import surveys as queries
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import requests
from lianfang.people.rules.roster import FREELY
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@needs(queries.MANAGES)
def table(request: HttpRequest, pk: UUID, unit: int) -> HttpResponseBase:
    """Say what for; a class comes at once, more is asked for, and is fetched once when somebody has agreed."""
    user, now = user_of(request), clock.now()
    survey, place = _open(user, pk, unit)
    asked = requests.open_for(user, "export", place, str(survey.pk), now)
    agreed = asked if asked and requests.state(asked, now) == "agreed" else None
    people = queries.with_answers(survey, place).count()
    form = TakeOutForm({"purpose": agreed.reason} if agreed else request.POST or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"by": user, "survey": survey, "unit": place, "people": people, "now": now}
        told |= form.cleaned_data
        try:
            if agreed is None and actions.needs_agreement(user, people, now):
                actions.ask(**told)
                return redirect(request.path)
            return _file(survey, place, actions.take_out(**told, request=agreed))
        except Refused as refused:
            form.add_error(None, refused.problems[0].text)
    about = {"survey": survey, "unit": place, "people": people, "most": FREELY}
    context = {**about, "form": form, "asked": asked, "agreed": agreed is not None}
    return render(request, "health/survey_table.html", context, status=REJECTED if form.errors else 200)


def _open(user: User, pk: UUID, unit: int) -> tuple[Survey, Unit]:
    survey = get_object_or_404(queries.visible(user), pk=pk)
    place = queries.unit(user, survey, unit)
    if place is None or place.school_id is None or not access.can(user, queries.MANAGES, place):
        raise Http404
    return survey, place


def _file(survey: Survey, unit: Unit, mark: str) -> FileResponse:
    book = survey_sheet.workbook(survey, unit, queries.taken_out(survey, unit), mark)
    name = _("Survey of whereabouts") + ".xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=survey_sheet.XLSX)
