"""Access beyond one's duty: taken in an emergency, ended, reviewed, watched."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import grants as actions
from lianfang.people.models import Grant
from lianfang.people.queries import grants as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import PAGE, answer, rejected
from lianfang.web.oversight import forms, words

DOOR = ("grant.ask", "break_glass", "grant.review", "grant.watch")


@needs("break_glass")
def emergency(request: HttpRequest) -> HttpResponse:
    """At once and alone, because somebody is in danger: the page says beforehand what is recorded and who is told."""
    user = user_of(request)
    form = forms.EmergencyForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.break_glass(by=user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "oversight/emergency.html", form, refused)
        return redirect("oversight:grant", made.pk)
    return answer(request, "oversight/emergency.html", form)


@needs(*DOOR)
def grants(request: HttpRequest) -> HttpResponse:
    """What is open or was: my own, and everything in the units I watch over."""
    user, now = user_of(request), clock.now()
    page = Paginator(queries.visible_to(user), PAGE).get_page(request.GET.get("page"))
    rows = [{"grant": each, "sign": words.grant_sign(each, now)} for each in page]
    asks, breaks = (access.holds(user, verb) for verb in ("grant.ask", "break_glass"))
    return render(request, "oversight/grants.html", {"page": page, "rows": rows, "asks": asks, "breaks": breaks})


@needs(*DOOR)
def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    shown = _shown(request, found)
    return render(request, "oversight/grant.html", {"form": forms.ReviewForm() if shown["reviews"] else None, **shown})


@needs("grant.ask", "break_glass", "grant.review")
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Over before its time."""
    found = _visible(request, pk)
    try:
        actions.end(by=user_of(request), grant=found, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(problem.text for problem in refused.problems))
    else:
        messages.success(request, _("The access is closed."))
    return redirect("oversight:grant", pk)


@needs("grant.review")
@require_POST
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, form = _visible(request, pk), forms.ReviewForm(request.POST)
    if not form.is_valid():
        return answer(request, "oversight/grant.html", form, **_shown(request, found))
    data = form.cleaned_data
    try:
        actions.review(
            by=user_of(request), grant=found, justified=data["justified"], text=data["review"], now=clock.now()
        )
    except Refused as refused:
        return rejected(request, "oversight/grant.html", form, refused, **_shown(request, found))
    messages.success(request, _("Your review has been recorded."))
    return redirect("oversight:desk")


def _visible(request: HttpRequest, pk: UUID) -> Grant:
    return get_object_or_404(queries.visible_to(user_of(request)), pk=pk)


def _shown(request: HttpRequest, found: Grant) -> dict[str, Any]:
    user, now = user_of(request), clock.now()
    running, own = queries.state(found, now) == "running", found.user_id == user.pk
    may_review = not own and access.can(user, "grant.review", found.unit)
    return {
        "grant": found,
        "sign": words.grant_sign(found, now),
        "opens": words.verbs(found.verbs),
        "running": running,
        "own": own,
        "reviews": may_review and found.emergency and found.reviewed_at is None,
        "may_end": running and (own or may_review),
    }
