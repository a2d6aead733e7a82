"""Notices to a pupil and their family: reading, confirming, answering, their files."""

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
from lianfang.notices.asking import Asked
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.queries import files
from lianfang.notices.views.files import response
from lianfang.people.models import Claim
from lianfang.people.queries import claims
from lianfang.people.rules.claims import is_guardians
from lianfang.web.my.views.door import of_claim

PAGE = 20
REJECTED = 422


@of_claim
def notices(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Everything told to the child and the family, what still waits first."""
    page = Paginator(queries.of_pupil(claim.person_id), PAGE).get_page(request.GET.get("page"))
    context = {"claim": claim, "page": page, "unit": claims.home(claim.person, clock.today())}
    return render(request, "my/told.html", context)


@of_claim
def read(request: HttpRequest, claim: Claim, delivery: int) -> HttpResponse:
    """One notice. Opening it is reading it."""
    found = _mine(claim, delivery)
    if found.read_at is None:
        actions.read_by_family(by=claim, delivery=found, now=clock.now())
    return render(request, "my/told_one.html", _shown(claim, found))


@require_POST
@of_claim
def confirm(request: HttpRequest, claim: Claim, delivery: int) -> HttpResponse:
    found = _mine(claim, delivery)
    if not found.notice.to_confirm:
        raise Http404
    try:
        actions.confirm_by_family(by=claim, delivery=found, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, _("Confirmed. The school can see it."))
    return redirect("my:told_one", claim.pk, delivery)


@require_POST
@of_claim
def answer(request: HttpRequest, claim: Claim, delivery: int) -> HttpResponse:
    """Answer, or answer anew."""
    found, as_guardian = _mine(claim, delivery), is_guardians(claim.how)
    if not found.notice.question:
        raise Http404
    asked = asking.take(request.POST, found, by=None, as_guardian=as_guardian, now=clock.now())
    if asked is not None:
        return render(request, "my/told_one.html", _shown(claim, found, asked), status=REJECTED)
    messages.success(request, _("Answered. The school can see it."))
    return redirect("my:told_one", claim.pk, delivery)


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
        {"name": row.name, "size": row.size, "url": reverse("my:told_file", args=[claim.pk, row.pk])}
        for row in files.of_notice(notice)
    ]
