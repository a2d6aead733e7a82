"""Requests that need a second person: mine, those I decide, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import requests as actions
from lianfang.people.models import Request
from lianfang.people.queries import requests as queries
from lianfang.ui.needs import needs, signed_in, user_of
from lianfang.web.opening import PAGE, answer, rejected
from lianfang.web.oversight import forms, words


@signed_in
def requests(request: HttpRequest) -> HttpResponse:
    """What I asked for; for those who decide, also everything asked in their units."""
    user, now = user_of(request), clock.now()
    decides = access.holds(user, "request.decide") or access.holds(user, "purge.decide")
    mine = not decides or request.GET.get("whose") == "mine"
    found = queries.asked_by(user) if mine else queries.decided_within(user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    base = reverse("oversight:requests")
    tabs = [
        {"label": _("In my units"), "url": base, "current": not mine},
        {"label": _("Asked by me"), "url": f"{base}?whose=mine", "current": mine},
    ]
    context = {
        "page": page,
        "rows": [{"request": each, "sign": words.request_sign(each, now)} for each in page],
        "tabs": tabs if decides else [],
        "asks": access.holds(user, "grant.ask"),
        "mine": mine,
    }
    return render(request, "oversight/requests.html", context)


@needs("grant.ask")
def ask(request: HttpRequest) -> HttpResponse:
    """A look at records outside my units, for hours or days."""
    form = forms.AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        detail = {"verbs": ["person.view", *data["more"]], "hours": data["hours"]}
        try:
            made = actions.ask(
                by=user_of(request), kind="view", unit=data["unit"], reason=data["reason"], detail=detail,
                now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            return rejected(request, "oversight/ask.html", form, refused)
        messages.success(request, _("Your request is on its way. You get a notice as soon as it is decided."))
        return redirect("oversight:request", made.pk)
    return answer(request, "oversight/ask.html", form)


@signed_in
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: what, why, who agreed; those who decide find the answer form below."""
    asked = _visible(request, pk)
    form = forms.DecideForm() if _waits_for_me(request, asked) else None
    opened = queries.opened(asked, user_of(request), clock.now())
    return render(request, "oversight/request.html", {"form": form, "opened": opened, **_shown(asked)})


@needs("request.decide", "purge.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked, form = _visible(request, pk), forms.DecideForm(request.POST)
    if not form.is_valid():
        return answer(request, "oversight/request.html", form, **_shown(asked))
    try:
        done = actions.decide(by=user_of(request), request=asked, now=clock.now(), **form.cleaned_data)
    except Refused as refused:
        return rejected(request, "oversight/request.html", form, refused, **_shown(asked))
    said = (
        _("You have agreed. The person who asked is told.")
        if done.agreed
        else _("You have refused. The person who asked is told why.")
    )
    messages.success(request, said)
    return redirect("oversight:desk")


def _visible(request: HttpRequest, pk: UUID) -> Request:
    user = user_of(request)
    found = queries.asked_by(user).filter(pk=pk).first() or queries.decided_within(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _waits_for_me(request: HttpRequest, asked: Request) -> bool:
    return queries.waiting_for(user_of(request), clock.now()).filter(pk=asked.pk).exists()


def _shown(asked: Request) -> dict[str, Any]:
    now = clock.now()
    return {
        "asked": asked,
        "sign": words.request_sign(asked, now),
        "terms": words.terms(asked),
        "decisions": list(asked.decisions.all()),
        "open": queries.state(asked, now) == "waiting",
    }
