"""Sent notices: how far they got, who has not read them, taking one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianfang.core import clock
from lianfang.notices import failures, queries
from lianfang.notices.actions import withdrawing
from lianfang.notices.forms.telling import WithdrawForm
from lianfang.notices.models import DeliveryQuerySet, Notice
from lianfang.notices.queries import ways
from lianfang.notices.rules import audience as audiences
from lianfang.notices.rules.questions import stored
from lianfang.notices.views.answering import linked, results
from lianfang.notices.views.telling import PAGE, REJECTED, tabs
from lianfang.notices.views.writing import VERBS
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

_WORDS = {
    "unread": gettext_lazy("Not read yet"), "unconfirmed": gettext_lazy("Not confirmed yet"),
    "unreached": gettext_lazy("To be called"), "": gettext_lazy("All"),
}  # fmt: skip


@needs(*VERBS)
def sent(request: HttpRequest) -> HttpResponse:
    """What my units have told, with how far it has been read."""
    page = Paginator(queries.sent(queries.senders(user_of(request))), PAGE).get_page(request.GET.get("page"))
    receipts = queries.receipts([notice.pk for notice in page])
    rows = [{"notice": notice, **receipts.get(notice.pk, {})} for notice in page]
    return render(request, "notices/sent.html", {"page": page, "rows": rows})


@needs(*VERBS)
def sent_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One notice of my units, or to families I look after: who has not read it yet, who has not confirmed it."""
    user, now, notice = user_of(request), clock.now(), _notice(request, pk)
    own, families = queries.is_own(user, notice), _to_families(notice)
    named, counted = queries.told(user, notice), queries.told(user, notice, named=False)
    counts = queries.count(counted)
    left = _left(notice, queries.count(named) if families else counts, named if families else None)
    only = request.GET.get("only", next((key for key in queries.RECEIPTS if left.get(key)), ""))
    if only not in left:
        raise Http404
    page = Paginator(queries.readers(named, only, now), PAGE).get_page(request.GET.get("page"))
    context = {
        "notice": notice, "own": own, "families": families, "counts": counts, "left": left, "page": page,
        "rows": _lines(page), "files": linked(notice), "names": not families or bool(left[""]),
        "tabs": tabs(reverse("notices:sent_one", args=[pk]), {key: str(_WORDS[key]) for key in left}, left, only),
        "unreached": queries.without_device(counted, now).count() if families else 0,
        "sends": failures.described(ways.got_through(notice)) if own else [], **_answers(notice, counted),
    }  # fmt: skip
    return render(request, "notices/sent_one.html", context)


@needs(*VERBS)
def by_unit(request: HttpRequest, pk: UUID, unit: int | None = None) -> HttpResponse:
    """Of a notice of my units how it stands below each unit, in the order of the tree."""
    notice = _own(request, pk)
    whole = queries.begins_at(notice)
    top = whole if unit is None else get_object_or_404(queries.below(whole), pk=unit)
    path = [{"name": one.label, "url": reverse("notices:by_unit_below", args=[pk, one.pk])}
            for one in ancestors(top) if one.path.startswith(whole.path)]  # fmt: skip
    rows = queries.by_unit(notice, top, clock.today())
    return render(request, "notices/by_unit.html", {"notice": notice, "top": top, "rows": rows, "path": path})


@needs(*VERBS)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a notice of my units back, with the reason."""
    notice = _own(request, pk)
    form = WithdrawForm(request.POST or None)
    if notice.withdrawn_at is None and not (request.method == "POST" and form.is_valid()):
        status = REJECTED if form.errors else 200
        return render(request, "notices/withdraw.html", {"notice": notice, "form": form}, status=status)
    if request.method == "POST" and notice.withdrawn_at is None:
        withdrawing.withdraw(
            by=user_of(request), notice=notice, reason=form.cleaned_data["reason"], now=clock.now()
        )  # fmt: skip
        messages.success(request, _("The notice has been withdrawn."))
    return redirect("notices:sent_one", pk)


def _notice(request: HttpRequest, pk: UUID) -> Notice:
    found: Notice = get_object_or_404(queries.seen_by(user_of(request)), pk=pk)
    return found


def _own(request: HttpRequest, pk: UUID) -> Notice:
    found: Notice = get_object_or_404(queries.sent(queries.senders(user_of(request))), pk=pk)
    return found


def _to_families(notice: Notice) -> bool:
    read = audiences.read(notice.audience)
    return read is not None and read.of_pupils


def _left(notice: Notice, counts: dict[str, int], pupils: DeliveryQuerySet | None) -> dict[str, int]:
    """How many stand in each view of `queries.RECEIPTS`; the question of confirmation only where it was asked, that of
    devices only of families."""
    delivered = counts["delivered"]
    left = {"unread": delivered - counts["read"], "unconfirmed": delivered - counts["confirmed"], "": delivered}
    if pupils is not None:
        left["unreached"] = queries.without_device(pupils, clock.now()).count()
    return {key: left[key] for key in queries.RECEIPTS if key in left and (notice.to_confirm or key != "unconfirmed")}


def _answers(notice: Notice, rows: DeliveryQuerySet) -> dict[str, Any]:
    question = stored(notice.question)
    return results(notice, question, rows) if question else {}


def _lines(page: Any) -> list[dict[str, Any]]:
    """A delivery with the first of its reader's duties in words, or the class of its pupil."""
    rows = []
    for delivery in page:
        if delivery.person is not None:
            unit = next((one.unit for one in delivery.person.belongs), None)
            rows.append({"delivery": delivery, "name": delivery.person.name, "unit": unit})
            continue
        user = delivery.user
        post = next((post for post in user.duties if post.role in access.ROLES), None)
        duty = access.ROLES[post.role].label if post else ""
        rows.append({"delivery": delivery, "name": user.name, "post": post, "duty": duty,
                     "unit": post.unit if post else None, "phone": user.work_phone})  # fmt: skip
    return rows
