"""Announcements and open letters as everybody reads them, without sign-in."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lianfang.core import clock
from lianfang.notices.actions import opening
from lianfang.notices.models import Edition
from lianfang.notices.queries import announcing as queries
from lianfang.notices.rules.openings import is_opening
from lianfang.notices.rules.paragraphs import parts
from lianfang.ui.needs import public

_MOST = 200  # of one unit; older ones keep their own address
_FRESH = 60  # seconds in which a correction may not be seen yet


@public
@require_safe
def letter(request: HttpRequest, pk: UUID, number: int | None = None) -> HttpResponse:
    """Its newest edition, or an earlier one marked as replaced. What was never published is not there."""
    editions = queries.published(pk)
    shown = next((one for one in editions if number in (None, one.number)), None)
    if shown is None:
        raise Http404
    if is_opening(request.method or "", request.headers):
        opening.count(announcement=pk, on=clock.today())
    return _answer(request, shown, editions)


@public
@require_safe
def of_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit has published and stands, newest first. A unit that has published nothing is not there."""
    rows = list(queries.of_unit(pk)[:_MOST])
    if not rows:
        raise Http404
    answer = HttpResponse(render_to_string("notices/open_unit.html", {"rows": rows, "unit": rows[0].announcement.unit}))
    patch_cache_control(answer, public=True, max_age=_FRESH)
    return answer


def _answer(request: HttpRequest, shown: Edition, editions: list[Edition]) -> HttpResponse:
    """Rendered without the request: no session, no form, nothing of whoever reads it."""
    withdrawn = shown.announcement.withdrawn_at is not None
    tag = f'"{shown.pk}-{editions[0].number}-{withdrawn:d}-{get_language()}"'
    context = {
        "edition": shown, "newest": editions[0], "letter": shown.announcement, "parts": parts(shown.body),
        "earlier": [one for one in editions if one.number < shown.number],
    }  # fmt: skip
    answer = HttpResponse(render_to_string("notices/open.html", context))
    answer["ETag"] = tag
    patch_cache_control(answer, public=True, max_age=_FRESH)
    return get_conditional_response(request, etag=tag, response=answer) or answer
