"""The door of self-service: what the device that is asking (`ui.families`) may see."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lianfang.core import clock
from lianfang.people.actions import claiming
from lianfang.people.models import ClassCode, Device, PersonalLink
from lianfang.people.queries import claims
from lianfang.people.rules.claims import DEVICE_DAYS
from lianfang.ui.families import cookie_name, device_of, everybody

Own = Callable[..., HttpResponse]
ENTRY, ENTRY_SECONDS = "lianfang-entry", 1800


def of_device(view: Own) -> Own:
    """``view(request, device)``; whoever has none, or one that was signed out, is asked for a code."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        device = device_of(request)
        if device is None:
            known = cookie_name() in request.COOKIES
            answer = redirect(reverse("my:enter") + ("?gone=1" if known else ""))
            return drop(answer) if known else answer
        claiming.seen(device=device, now=clock.now())
        return view(request, device, *args, **kwargs)

    return everybody(guarded)


def of_claim(view: Own) -> Own:
    """``view(request, claim)`` for a claim of this very device; another's is not there, and that is told."""

    @wraps(view)
    def guarded(request: HttpRequest, device: Device, pk: UUID, **kwargs: object) -> HttpResponse:
        claim = claims.claims_of(device, clock.today()).filter(pk=pk).first()
        if claim is None:
            claiming.refused(device=device, now=clock.now())
            raise Http404
        return view(request, claim, **kwargs)

    return of_device(guarded)


def keep(answer: HttpResponse, token: str) -> HttpResponse:
    """The device holds this token from now on."""
    answer.set_cookie(
        cookie_name(), token, max_age=DEVICE_DAYS * 86_400, path="/", secure=settings.HTTPS, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return answer


def drop(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(cookie_name(), path="/", samesite="Lax")
    return answer


def let_in(answer: HttpResponse, entry: ClassCode | PersonalLink) -> HttpResponse:
    """Remember for half an hour by what somebody came in: signed, so that nobody puts another's id there."""
    kind = "link" if isinstance(entry, PersonalLink) else "code"
    answer.set_signed_cookie(
        ENTRY, f"{kind} {entry.pk}", salt=ENTRY, max_age=ENTRY_SECONDS, path="/my/", secure=settings.HTTPS,
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


def entry_of(request: HttpRequest) -> ClassCode | PersonalLink | None:
    """By what this device came in, as long as it still holds."""
    try:
        told = request.get_signed_cookie(ENTRY, salt=ENTRY, max_age=ENTRY_SECONDS) or ""
    except (KeyError, BadSignature):
        return None
    kind, _space, pk = told.partition(" ")
    found = claims.link_by_id if kind == "link" else claims.code_by_id
    return found(UUID(pk), clock.now())
