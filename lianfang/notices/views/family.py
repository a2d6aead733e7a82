"""Notices to a pupil and their family: reading, confirming, answering, their files."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices import actions, asking, queries
from lianfang.notices.actions import telling
from lianfang.notices.asking import Asked
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.queries import files
from lianfang.notices.views.files import response
from lianfang.people.models import Claim
from lianfang.people.queries import claims
from lianfang.people.rules.claims import is_guardians
from lianfang.ui import families

PAGE = 20
REJECTED = 422
Own = Callable[..., HttpResponse]


def of_claim(view: Own) -> Own:
    """``view(request, claim)`` for a pupil whom the device that asks stands for. Another's is not there, and that is
    told."""

    @wraps(view)
    def guarded(request: HttpRequest, person: UUID, **kwargs: object) -> HttpResponse:
        device = families.device_of(request)
        if device is None:
            return redirect("my:home")
        telling.device_seen(device=device, now=clock.now())
        claim = claims.claims_of(device, clock.today()).filter(person=person).first()
        if claim is None:
            telling.device_refused(device=device, now=clock.now())
            raise Http404
        return view(request, claim, **kwargs)

    return families.everybody(guarded)


@of_claim
def notices(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Everything told to the child and the family, what still waits first."""
    page = Paginator(queries.of_pupil(claim.person_id), PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/family.html", {"claim": claim, "page": page})


@of_claim
def read(request: HttpRequest, claim: Claim, pk: int) -> HttpResponse:
    """One notice. Opening it is reading it."""
    found = _mine(claim, pk)
    if found.read_at is None:
        actions.read_by_family(by=claim, delivery=found, now=clock.now())
    return render(request, "notices/family_one.html", _shown(claim, found))


@require_POST
@of_claim
def confirm(request: HttpRequest, claim: Claim, pk: int) -> HttpResponse:
    found = _mine(claim, pk)
    if not found.notice.to_confirm:
        raise Http404
    try:
        actions.confirm_by_family(by=claim, delivery=found, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, _("Confirmed. The school can see it."))
    return redirect("notices:family_one", claim.person_id, pk)


@require_POST
@of_claim
def answer(request: HttpRequest, claim: Claim, pk: int) -> HttpResponse:
    """Answer, or answer anew."""
    found, as_guardian = _mine(claim, pk), is_guardians(claim.how)
    if not found.notice.question:
        raise Http404
    asked = asking.take(request.POST, found, by=None, as_guardian=as_guardian, now=clock.now())
    if asked is not None:
        return render(request, "notices/family_one.html", _shown(claim, found, asked), status=REJECTED)
    messages.success(request, _("Answered. The school can see it."))
    return redirect("notices:family_one", claim.person_id, pk)


@of_claim
def file(request: HttpRequest, claim: Claim, file: UUID) -> HttpResponse:
    return response(get_object_or_404(files.for_family(claim.person), pk=file))


def _mine(claim: Claim, pk: int) -> Delivery:
    found: Delivery = get_object_or_404(queries.of_pupil(claim.person_id), pk=pk)
    return found


def _shown(claim: Claim, delivery: Delivery, asked: Asked | None = None) -> dict[str, Any]:
    notice = delivery.notice
    return {
        "claim": claim, "delivery": delivery, "notice": notice, "asked": asked or asking.asked(delivery),
        "files": _linked(claim, notice) if notice.withdrawn_at is None else [],
    }  # fmt: skip


def _linked(claim: Claim, notice: Notice) -> list[dict[str, Any]]:
    return [
        {"name": row.name, "size": row.size, "url": reverse("notices:family_file", args=[claim.person_id, row.pk])}
        for row in files.of_notice(notice)
    ]
