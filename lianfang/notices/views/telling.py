"""One's notices; writing one and seeing who has read it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.notices import actions, failures, queries
from lianfang.notices.forms import telling as forms
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.queries import ways
from lianfang.notices.views import answering
from lianfang.people import access
from lianfang.ui.needs import needs, signed_in, user_of

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
        "tabs": _tabs(reverse("notices:inbox"), words, counts, only),
        "only": only,
        "may_write": access.holds(user, "notice.post"),
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
    actions.confirm(by=user_of(request), delivery=delivery, now=clock.now())
    messages.success(request, _("Confirmed. The sender can see it."))
    return redirect("notices:read", pk)


@needs("notice.post")
def write(request: HttpRequest) -> HttpResponse:
    """The form; by POST with what was typed, when the check page leads back to it."""
    form = forms.WriteForm(user_of(request), request.POST or None)
    return render(request, "notices/write.html", {"form": form})


@needs("notice.post")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Before anybody is told: the notice as it will be read, and how many people it goes to."""
    form = forms.WriteForm(user_of(request), request.POST)
    people = _people(request, form)
    if not people:
        return render(request, "notices/write.html", {"form": form}, status=REJECTED)
    data = form.cleaned_data
    context = {
        "data": data,
        "people": len(people),
        "roles": [access.ROLES[name].label for name in data["roles"]],
        "hidden": form.typed(),
        "key": uuid7(),
    }
    return render(request, "notices/check.html", context)


@needs("notice.post")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form, key = forms.WriteForm(user, request.POST), forms.KeyForm(request.POST)
    people = _people(request, form)
    if not people or not key.is_valid():
        return render(request, "notices/write.html", {"form": form}, status=REJECTED)
    data = form.cleaned_data
    notice = actions.post(
        by=user, unit=data["sender"], to=people, key=f"written {user.pk} {key.cleaned_data['key']}",
        title=data["title"], body=data["body"], to_confirm=data["to_confirm"], now=clock.now(),
    )  # fmt: skip
    words = ngettext("The notice went to %(count)s person.", "The notice went to %(count)s people.", len(people))
    messages.success(request, words % {"count": len(people)})
    return redirect("notices:sent_one", notice.pk)


@needs("notice.post")
def sent(request: HttpRequest) -> HttpResponse:
    """What my units have told, with how far it has been read."""
    page = Paginator(queries.sent(queries.senders(user_of(request))), PAGE).get_page(request.GET.get("page"))
    receipts = queries.receipts([notice.pk for notice in page])
    rows = [{"notice": notice, **receipts.get(notice.pk, {})} for notice in page]
    return render(request, "notices/sent.html", {"page": page, "rows": rows})


@needs("notice.post")
def sent_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One notice of my units: who has not read it yet, who has not confirmed it."""
    notice = get_object_or_404(queries.sent(queries.senders(user_of(request))), pk=pk)
    counts = queries.receipts([pk]).get(pk, {"delivered": 0, "read": 0, "confirmed": 0})
    left = _left(notice, counts)
    only = request.GET.get("only", next((key for key in queries.RECEIPTS if left.get(key)), ""))
    if only not in left:
        raise Http404
    page = Paginator(queries.readers(notice, only, clock.today()), PAGE).get_page(request.GET.get("page"))
    words = {"unread": _("Not read yet"), "unconfirmed": _("Not confirmed yet"), "": _("All")}
    tabs = _tabs(reverse("notices:sent_one", args=[pk]), {key: words[key] for key in left}, left, only)
    context = {"notice": notice, "counts": counts, "left": left, "page": page, "tabs": tabs, "rows": _duties(page)}
    context["sends"] = failures.described(ways.got_through(notice))
    return render(request, "notices/sent_one.html", context)


def _mine(request: HttpRequest, pk: int) -> Delivery:
    found: Delivery = get_object_or_404(queries.inbox(user_of(request)), pk=pk)
    return found


def _people(request: HttpRequest, form: forms.WriteForm) -> list[int]:
    """Whom the valid form reaches; none, with the reason at its field, when it is not valid or nobody is there."""
    if not form.is_valid():
        return []
    data = form.cleaned_data
    people = queries.recipients(user_of(request), data["units"], data["roles"], whole=data["whole"], day=clock.today())
    if not people:
        form.add_error("roles", _("Nobody else holds these duties at these units, so nobody would be told."))
    return people


def _left(notice: Notice, counts: dict[str, int]) -> dict[str, int]:
    """How many stand in each view of `queries.RECEIPTS`; the question of confirmation only where it was asked."""
    delivered = counts["delivered"]
    left = {"unread": delivered - counts["read"], "unconfirmed": delivered - counts["confirmed"], "": delivered}
    return {key: left[key] for key in queries.RECEIPTS if notice.to_confirm or key != "unconfirmed"}


def _tabs(base: str, words: dict[str, str], counts: dict[str, int], only: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{base}?only={key}", "current": key == only, "count": counts[key]}
        for key, label in words.items()
    ]


def _duties(page: Any) -> list[dict[str, Any]]:
    """A delivery with the first of its reader's duties in words."""
    rows = []
    for delivery in page:
        post = next((post for post in delivery.user.duties if post.role in access.ROLES), None)
        duty = access.ROLES[post.role].label if post else ""
        rows.append({"delivery": delivery, "post": post, "duty": duty})
    return rows
