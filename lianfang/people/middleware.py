"""The doorkeeper: what somebody who is signed in has to do before anything else opens.

In this order: show the second factor that the account has; change a password somebody else chose, or an old one; set up
a second factor where a duty needs one. Only an emergency can be reported before that. A session that is over ends
here, and says so.
"""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from lianfang.core import clock, origin
from lianfang.people import access
from lianfang.people.actions import devices, sessions
from lianfang.people.models import User
from lianfang.people.queries import has_factor, proofs
from lianfang.people.rules import passwords

OPEN = ("/account/sign-out/", "/account/language/", "/static/", "/healthz")
# An alarm waits for no second factor and no new password (《传染病防治法》第五十条: nobody may hold a report back). The
# page says that it was not shown, names nobody, and leads nowhere else.
ALARM = "/cases/emergencies/report/"
VERIFY, SET_UP, PASSWORD = "/account/second-factor/", "/account/factors/", "/account/password/"
ADMINISTRATORS = frozenset({"unit_admin", "security_admin", "auditor"})


class Doorkeeper:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._stopped(request) or self.get_response(request)

    def _stopped(self, request: HttpRequest) -> HttpResponse | None:
        if SESSION_KEY not in request.session:
            return None
        if sessions.is_over(request.session):
            return _timed_out(request)
        if request.path.startswith(OPEN) or not isinstance(request.user, User):
            return None
        if sessions.touch(request.session):
            devices.seen(key=request.session.session_key or "", address=origin.address(request))
        if _elsewhere(request, request.user):
            return render(request, "account/elsewhere.html", status=403)
        first = _first(request, request.user)
        if not first or request.path.startswith(first) or _is_alarm(request, request.user):
            return None
        after = f"?{urlencode({'next': request.get_full_path()})}" if first == VERIFY and _is_page(request) else ""
        return _to(request, first + after)


def _first(request: HttpRequest, user: User) -> str:
    """Where the person has to go before anything else; "" for nowhere."""
    lacks = proofs.lacks_factor(request.session, user)
    if lacks and has_factor(user):
        return VERIFY
    if user.must_change_password or passwords.is_aged(user.password_set_at, clock.now(), settings.PASSWORD_DAYS):
        return PASSWORD
    return SET_UP if lacks else ""


def _is_alarm(request: HttpRequest, user: User) -> bool:
    return request.path == ALARM and access.holds(user, "emergency.report")


def _timed_out(request: HttpRequest) -> HttpResponse:
    """What was being sent is not done, and the page says so."""
    logout(request)
    if request.method not in ("GET", "HEAD") and not getattr(request, "htmx", False):
        return render(request, "account/timed_out.html", {"next": _place(request)}, status=403)
    place = _place(request) if getattr(request, "htmx", False) else request.get_full_path()
    return _to(request, f"{reverse(settings.LOGIN_URL)}?{urlencode({'over': 1, 'next': place})}")


def _is_page(request: HttpRequest) -> bool:
    """Something to come back to afterwards."""
    return request.method == "GET" and request.path != "/" and not getattr(request, "htmx", False)


def _place(request: HttpRequest) -> str:
    """The page the person was looking at, as the browser tells it: only its path inside this site."""
    host = f"{request.scheme}://{request.get_host()}"
    referer = request.headers.get("referer", "")
    return referer.removeprefix(host) if referer.startswith(f"{host}/") else "/"


def _to(request: HttpRequest, address: str) -> HttpResponse:
    """A part of a page cannot follow a redirect: htmx is told to load the whole."""
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)


def _elsewhere(request: HttpRequest, user: User) -> bool:
    """Administrators may be held to the networks of the house (setting ``ADMIN_ADDRESSES``)."""
    if not settings.ADMIN_ADDRESSES or not any(post.role in ADMINISTRATORS for post in access.postings(user)):
        return False
    found = origin.address(request)
    return found is None or not any(
        ip_address(found) in ip_network(net.strip(), strict=False) for net in settings.ADMIN_ADDRESSES
    )
