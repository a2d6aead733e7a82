"""My shifts, and the calendar of them."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lianfang.core import clock, limits, origin
from lianfang.duty import words
from lianfang.duty.actions import feeds
from lianfang.duty.queries import feed as reads
from lianfang.duty.queries import roster, swaps
from lianfang.ui.needs import public, signed_in, user_of

# A calendar program asks a few times a day; an address behind which a whole school sits asks more.
_MOST, _EVERY = 120, timedelta(hours=1)
_SHOWN = 60


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What lies before me, what I am asked, and the address of my calendar: told once, when it was made."""
    user, now = user_of(request), clock.now()
    token = request.session.pop("duty_feed", "")
    lines = roster.lines(roster.mine(user, now)[:_SHOWN], now)
    context = {
        "lines": [words.line(line, now) for line in lines], "asked": swaps.waiting_for(user, now),
        "feed": reads.of(user), "untaken": list(roster.untaken(user, now)), "today": clock.day_of(now),
        "address": request.build_absolute_uri(reverse("duty:feed", args=[token])) if token else "",
    }  # fmt: skip
    return render(request, "duty/mine.html", context)


@signed_in
@require_POST
def open_feed(request: HttpRequest) -> HttpResponse:
    request.session["duty_feed"] = feeds.open_feed(by=user_of(request), now=clock.now())
    return redirect("duty:mine")


@signed_in
@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    feeds.end(by=user_of(request), now=clock.now())
    messages.success(request, _("The address of your calendar answers no longer."))
    return redirect("duty:mine")


@public
@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs: whoever has the address reads the shifts, and no names. An address that was ended, and one
    that never was, are not there."""
    now = clock.now()
    who = origin.current() or "unknown"
    if not limits.within("duty feed", who, most=_MOST, every=_EVERY, now=clock.machine_now()):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    found = reads.feed(token)
    if found is None:
        raise Http404
    answer = HttpResponse(reads.calendar(found.user, now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="duty.ics"'
    answer["Referrer-Policy"] = "no-referrer"
    return answer
