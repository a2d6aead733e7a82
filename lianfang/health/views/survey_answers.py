"""Answering a survey: for families and for staff themselves, and filled in by telephone."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.actions import surveys as actions
from lianfang.health.forms.surveys import SheetForm
from lianfang.health.queries import surveys as queries
from lianfang.health.views import survey_pages as pages
from lianfang.health.views.door import Speaker, of_person
from lianfang.health.views.survey_pages import Sheet
from lianfang.health.views.survey_steps import CHECK, SEND, STEPS, Page, Turn, step_of
from lianfang.people.queries import claims
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@of_person
@sensitive_post_parameters()
def own(request: HttpRequest, speaker: Speaker, survey: UUID) -> HttpResponse:
    """What was said, or the first question; ``?correct`` goes through the last answer again."""
    return _answer(request, speaker, survey)


@needs(queries.NAMES)
@sensitive_post_parameters()
def call(request: HttpRequest, person: UUID, survey: UUID) -> HttpResponse:
    """The same questions, asked on the telephone by whoever looks after the class."""
    user = user_of(request)
    found = get_object_or_404(claims.looked_after(user, queries.NAMES, clock.today()), pk=person)
    return _answer(request, Speaker(found, user=user, staff=True), survey)


def _answer(request: HttpRequest, speaker: Speaker, survey: UUID) -> HttpResponse:
    now = clock.now()
    asked = queries.of_person(survey, speaker.person.pk, now.date())
    if asked is None:
        raise Http404
    sheet = Sheet(speaker, asked, now)
    if request.method == "POST":
        return _turn(request, sheet)
    if asked.survey.closed_at is not None or (sheet.last is not None and "correct" not in request.GET):
        return pages.told(request, sheet)
    return pages.question(request, sheet, sheet.first())


def _turn(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    form, step = SheetForm(request.POST), request.POST.get("step", "")
    if not form.is_valid() or step not in STEPS:
        return pages.question(request, sheet, sheet.first(), status=REJECTED)
    own, follows, facts = form.said
    turn = Turn(step, request.POST.get("go", ""), facts, request.POST, sheet.now.date(), sheet.asked.home[0])
    page = turn.page()
    if page.step == SEND or (step == CHECK and turn.go == SEND):
        return _send(request, sheet, page, own, follows)
    wrong = bool(page.errors or (page.form and page.form.errors))
    return pages.question(request, sheet, page, own=own, follows=follows, status=REJECTED if wrong else 200)


def _send(request: HttpRequest, sheet: Sheet, page: Page, own: UUID, follows: UUID | None) -> HttpResponse:
    speaker = sheet.speaker
    said = actions.Said(own, page.facts, follows, speaker.claim, speaker.user, speaker.staff)
    try:
        actions.answer(asked=sheet.asked, person=speaker.person, said=said, now=sheet.now)
    except Refused as refused:
        problem = refused.problems[0]
        at = sheet.at(step_of(problem.cell), page.facts, tuple(one.text for one in refused.problems))
        # Whoever answered meanwhile stands on the page now; sending again corrects that answer.
        newest = sheet.last.pk if sheet.last else None
        return pages.question(request, sheet, at, own=own, follows=newest, status=REJECTED)
    return redirect(request.path)
