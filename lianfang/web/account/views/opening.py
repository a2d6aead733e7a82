"""What the views of the account share: where to go next, and what only somebody may do who has just proved who they
are."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from lianfang.core import clock
from lianfang.people import actions, queries
from lianfang.people.actions import devices, sessions
from lianfang.people.models import User
from lianfang.ui.needs import user_of

REJECTED = 422
# The password with which this session began was the one that the demo prints for everybody.
DEMO = "demo"
View = Callable[..., HttpResponse]


def next_page(request: HttpRequest) -> str:
    """Where to go afterwards: only inside this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def recently(view: View) -> View:
    """Password or second factor shown in the last quarter of an hour (`sessions.FRESH`); else to the page that asks
    again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if sessions.is_fresh(request.session):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("account:factors")
        return redirect(f"{reverse('account:confirm')}?{urlencode({'next': back})}")

    return guarded


def renew(request: HttpRequest) -> None:
    """The session goes on under a new key, so that an older copy of the cookie is worth nothing."""
    old = request.session.session_key or ""
    request.session.cycle_key()
    devices.renewed(old=old, new=request.session.session_key or "")


def wrong_password(request: HttpRequest, user: User) -> None:
    """One typed wrong within a session is on record as one at the door is: it may be somebody else at the desk."""
    failures = getattr(request, "axes_failures_since_start", None)
    actions.sign_in_failed(user=user, locked=failures == settings.AXES_FAILURE_LIMIT, now=clock.now())


def demo_code(request: HttpRequest, secret: str | None) -> str:
    """The code of this moment, for the accounts of the demo alone: their password is known to everybody."""
    if not (settings.DEMO and request.session.get(DEMO) and secret):
        return ""
    return queries.code_now(secret, user_of(request))


def answer(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page; one whose form has errors says so by its status too."""
    form = context.get("form")
    return render(request, template, dict(context), status=REJECTED if form is not None and form.errors else 200)
