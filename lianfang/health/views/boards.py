"""Boards of completeness and findings: which classes and schools have reported, what was found, whom to ask."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core.problems import Refused, text
from lianfang.health.actions import chasing
from lianfang.health.rules.sent import ROUNDS
from lianfang.health.views import board_areas, board_schools
from lianfang.health.views.board_opening import VERB, opened
from lianfang.people import access
from lianfang.ui.needs import needs, user_of


@needs(VERB)
def boards(request: HttpRequest) -> HttpResponse:
    """The board of the highest unit the user looks after."""
    unit = access.highest(user_of(request), VERB)
    if unit is None:
        raise Http404
    return redirect("health:board_today", unit.pk)


@needs(VERB)
def board(request: HttpRequest, pk: int, on: date | None = None) -> HttpResponse:
    """First line, whoever is missing by name, then what is below; htmx asks for the live part alone."""
    found = opened(request, pk, on)
    pages = board_areas if found.is_area else board_schools
    if request.headers.get("HX-Request"):
        return render(request, pages.LIVE, pages.live(request, found))
    return render(request, pages.PAGE, pages.page(request, found))


@needs(VERB)
def curve(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """How the day of an area filled up."""
    found = opened(request, pk, on)
    if not found.is_area:
        raise Http404
    return render(request, "health/board_curve.html", board_areas.curve(request, found))


@needs(VERB)
def lacking(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """All schools of an area that lack classes, 50 a page."""
    found = opened(request, pk, on)
    if not found.is_area:
        raise Http404
    return render(request, "health/board_lacking.html", board_areas.lacking(request, found))


@needs("notice.post")
@require_POST
def chase(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """Ask whoever has not reported, once a round."""
    found = opened(request, pk, on)
    code = request.POST.get("round", "")
    if not access.can(found.user, "notice.post", found.unit):
        raise Http404
    if code not in ROUNDS or not found.is_today:
        messages.warning(request, text("health.nobody_to_chase"))
        return redirect("health:board", *found.address)
    act = chasing.chase_schools if found.is_area else chasing.chase_classes
    try:
        asked = act(by=found.user, unit=found.unit, on=on, code=code, now=found.now)
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        messages.success(request, _asked(asked, found.is_area))
    return redirect(reverse("health:board", args=found.address) + f"?round={code}")


def _asked(count: int, schools: bool) -> str:
    if schools:
        words = ngettext("%(count)s school was asked to report.", "%(count)s schools were asked to report.", count)
    else:
        words = ngettext("%(count)s class was asked to report.", "%(count)s classes were asked to report.", count)
    return words % {"count": count} + " " + _("Everybody is asked once a round.")
