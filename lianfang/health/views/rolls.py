"""The class roll: my classes today, the sheet with its names, the report."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.actions import reporting
from lianfang.health.forms import rolls as forms
from lianfang.health.queries import groups, held, places, senders
from lianfang.health.views import roll_pages as pages
from lianfang.health.views.opening import At, opened
from lianfang.people import access
from lianfang.ui.needs import needs, public, user_of

PAGE, REJECTED = 50, 422


def _kindly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What cannot be read changes nothing: a person gets the sheet as it stands, a script is told."""

    @wraps(view)
    def answered(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
        try:
            return view(request, at, code, on)
        except forms.Unreadable:
            if request.content_type == "application/json":
                return JsonResponse({"state": "unreadable"}, status=400)
            found = opened(request, at, code, on)
            return pages.sheet(request, found, pages.fresh(found), status=REJECTED)

    return answered


@needs(places.VERB)
def mine(request: HttpRequest) -> HttpResponse:
    """The rounds of today of every class and group the user reports for."""
    user, now = user_of(request), clock.now()
    page = Paginator(places.mine(user, now.date()), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": pages.rows(list(page), now), "now": now, "held": held.waiting(user).count(),
        "may_groups": access.holds(user, groups.MANAGE) or any(place.group for place in page),
        "may_senders": access.holds(user, senders.VERB),
    }  # fmt: skip
    return render(request, "health/roll_mine.html", context)


@needs(places.VERB)
def roll(request: HttpRequest, at: At, code: str, on: date | None = None) -> HttpResponse:
    """What was reported; before that, or to correct it, the sheet."""
    found = opened(request, at, code, on)
    corrects = found.writable and "correct" in request.GET
    if found.versions and not corrects:
        return pages.told(request, found)
    return pages.sheet(request, found, pages.fresh(found))


@needs(places.VERB)
@require_POST
@_kindly
def submit(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """From the form, or as JSON from the page's script, which may have waited for the network."""
    found = opened(request, at, code, on)
    sent = forms.sheet_of(request, found.now)
    if sent.by not in (None, found.user.pk):
        return pages.another_user()
    by_script = request.content_type == "application/json"
    if not by_script:
        sent = pages.as_pressed(sent, request.POST.get("do", ""))
    try:
        state = reporting.report(by=found.user, place=found.place, on=on, code=code, sheet=sent, now=found.now)
    except Refused as refused:
        if by_script:
            return pages.refused_json(found, sent, refused.problems)
        return pages.sheet(request, found, sent, refused.problems, status=REJECTED)
    if state == "changed" and not by_script:
        return pages.sheet(request, found, pages.as_correction(found, sent), status=REJECTED, changed=True)
    return pages.taken_json(found, sent, state) if by_script else redirect(pages.after(found, state))


@needs(places.VERB)
@require_POST
@_kindly
def person(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """One person's sheet as a page, where there is no script. What is said of the others travels with it."""
    found = opened(request, at, code, on)
    return pages.person(request, found, forms.sheet_of(request, found.now), _person(request, found.names))


@needs(places.VERB)
@require_POST
@_kindly
def keep(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """Back from one person's sheet to the class."""
    found = opened(request, at, code, on)
    sent, who = forms.sheet_of(request, found.now), _person(request, found.names)
    if request.POST.get("do") == "clear":
        return pages.sheet(request, found, pages.without(sent, who))
    form = forms.PersonForm(request.POST, today=found.now.date())
    if not form.is_valid():
        return pages.person(request, found, sent, who, form, status=REJECTED)
    return pages.sheet(request, found, pages.naming(sent, form.named(who)))


@needs(places.VERB)
@require_POST
@_kindly
def still(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """One tap for somebody known from the days before: absent through illness today as well."""
    found = opened(request, at, code, on)
    sent = forms.sheet_of(request, found.now)
    return pages.sheet(request, found, pages.still_ill(sent, _person(request, found.names)))


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the opened sheet and the outbox for times without network; it holds nothing itself. Its
    scope is the folder it stands in, so it sees the rolls and no other page."""
    return render(request, "health/worker.js", content_type="text/javascript; charset=utf-8")


def _person(request: HttpRequest, names: dict[UUID, str]) -> UUID:
    try:
        who = UUID(request.POST.get("person", ""))
    except ValueError as problem:
        raise forms.Unreadable from problem
    if who not in names:
        raise Http404
    return who
