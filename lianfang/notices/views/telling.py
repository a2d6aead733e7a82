"""One's notices."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices import actions, queries
from lianfang.notices.models import Delivery
from lianfang.notices.queries import announcing, audience
from lianfang.notices.views import answering
from lianfang.people import access
from lianfang.ui.needs import signed_in, user_of

PAGE = 50
REJECTED = 422


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything told to me, what still waits first."""
    user, only = user_of(request), request.GET.get("only", "")
    if only not in queries.INBOX:
        raise Http404
    counts = queries.inbox_counts(user)
    words = {"": _("All"), "open": pgettext("notices", "Open"), "confirm": _("To confirm")}
    context = {
        "page": Paginator(queries.inbox(user, only), PAGE).get_page(request.GET.get("page")),
        "tabs": tabs(reverse("notices:inbox"), words, counts, only),
        "only": only,
        "may_write": audience.may_write(user),
        "may_announce": any(access.holds(user, verb) for verb in (announcing.WRITE, announcing.PUBLISH)),
    }
    return render(request, "notices/inbox.html", context)


@signed_in
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice. Opening it is reading it."""
    delivery = _mine(request, pk)
    if delivery.read_at is None:
        actions.read(by=user_of(request), delivery=delivery, now=clock.now())
    return render(request, "notices/read.html", answering.shown(delivery))


@signed_in
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _mine(request, pk)
    if not delivery.notice.to_confirm:
        raise Http404
    try:
        actions.confirm(by=user_of(request), delivery=delivery, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, _("Confirmed. The sender can see it."))
    return redirect("notices:read", pk)


def tabs(base: str, words: dict[str, str], counts: dict[str, int], only: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{base}?only={key}", "current": key == only, "count": counts[key]}
        for key, label in words.items()
    ]


def _mine(request: HttpRequest, pk: int) -> Delivery:
    found: Delivery = get_object_or_404(queries.inbox(user_of(request)), pk=pk)
    return found
