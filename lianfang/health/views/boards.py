"""Boards of completeness and findings: which classes and schools have reported, what was found, whom to ask."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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
