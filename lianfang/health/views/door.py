"""Who speaks for a person before a page for families: a device that claimed them, or the person with an account."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from lianfang.core import clock
from lianfang.health.actions import carding
from lianfang.health.queries import days
from lianfang.health.rules.parcels import Author
from lianfang.people.models import Claim, Person, User
from lianfang.people.queries import claims
from lianfang.ui import families
from lianfang.ui.needs import user_of

Own = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Speaker:
    """``claim`` for a device, ``user`` for somebody's own account or (``staff``) whoever fills in for them."""

    person: Person
    claim: Claim | None = None
    user: User | None = None
    staff: bool = False

    @property
    def author(self) -> Author:
        return Author(self.user.pk if self.user else None, self.claim.device_id if self.claim else None)


def of_person(view: Own) -> Own:
    """``view(request, speaker)``. Somebody else's person is not there, and a device that asks for one is told of."""

    @wraps(view)
    def guarded(request: HttpRequest, person: UUID, **kwargs: object) -> HttpResponse:
        speaker = _by_device(request, person) or _by_account(request, person)
        if speaker is None:
            device = families.device_of(request)
            if device is None and not request.user.is_authenticated:
                return redirect("my:home")
            if device is not None:
                carding.refused(device=device, now=clock.now())
            raise Http404
        return view(request, speaker, **kwargs)

    return families.everybody(guarded)


def _by_device(request: HttpRequest, person: UUID) -> Speaker | None:
    device = families.device_of(request)
    if device is None:
        return None
    carding.seen(device=device, now=clock.now())
    claim = claims.claims_of(device, clock.today()).filter(person=person).first()
    return None if claim is None else Speaker(claim.person, claim)


def _by_account(request: HttpRequest, person: UUID) -> Speaker | None:
    if not request.user.is_authenticated:
        return None
    user = user_of(request)
    found = days.person_of(user) if user.is_active and user.person_id == person else None
    return None if found is None else Speaker(found, user=user)
