"""The health card: for families and for staff themselves, filled in by telephone, and the list of a class."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.actions import carding
from lianfang.health.forms.cards import CardForm
from lianfang.health.views import card_pages as pages
from lianfang.health.views.door import Speaker, of_person
from lianfang.people import access
from lianfang.people.queries import claims
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@of_person
def card(request: HttpRequest, speaker: Speaker) -> HttpResponse:
    """Today's card: what was said, or the sheet; ``?correct=1`` puts the last one right, ``?again=1`` says more."""
    return _card(request, speaker, "health:card")


@needs("roll.submit")
def call(request: HttpRequest, person: UUID) -> HttpResponse:
    """A card that somebody told on the telephone, filled in by whoever reports for the class."""
    user = user_of(request)
    found = get_object_or_404(claims.looked_after(user, "roll.submit", clock.today()), pk=person)
    return _card(request, Speaker(found, user=user, staff=True), "health:card_call")


def _card(request: HttpRequest, speaker: Speaker, address: str) -> HttpResponse:
    found = pages.opened(speaker)
    if found is None:
        return pages.nowhere(request, speaker)
    if request.method != "POST":
        correct, again = "correct" in request.GET, "again" in request.GET
        if found.coming.card is not None and not correct and not again:
            return pages.told(request, found, found.coming.card)
        return pages.sheet(request, found, pages.blank(found, correct=correct))
    form = CardForm(found.edition, request.POST, today=found.on)
    if form.is_valid():
        try:
            carding.fill(card=found.card(form), unit=found.unit, now=found.now)
        except Refused as refused:
            for problem in refused.problems:
                form.refuse(problem.cell, problem.text)
        else:
            return redirect(address, speaker.person.pk)
    return pages.sheet(request, found, form, status=REJECTED)


@needs("finding.view")
def of_class(request: HttpRequest, unit: int, on: date) -> HttpResponse:
    """The cards of a class: who had better stay at home and why, whose card has not come."""
    user, now = user_of(request), clock.now()
    place = access.units_for(user, "finding.view").filter(kind="class", school__isnull=False, pk=unit).first()
    if place is None or on > now.date():
        raise Http404
    return render(request, "health/cards_class.html", pages.of_class(place, on, access.can(user, "roll.submit", place)))
