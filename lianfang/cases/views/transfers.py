"""Taken to a hospital: with the numbers to call at hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases import isolation_words as words
from lianfang.cases.actions import transferring as actions
from lianfang.cases.forms.isolation import HeardForm, TransferForm
from lianfang.cases.models import Transfer
from lianfang.cases.queries import isolation as queries
from lianfang.cases.queries import recipients
from lianfang.cases.queries import transfers as rows
from lianfang.cases.views import isolation_pages as pages
from lianfang.cases.views.stays import find, person_asked
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


@needs(queries.NAMES)
def index(request: HttpRequest) -> HttpResponse:
    """Who was taken to a hospital, the last one first."""
    user = user_of(request)
    page = Paginator(rows.visible(user).order_by("-left_at"), PAGE).get_page(request.GET.get("page"))
    shown = [{"transfer": row, "name": words.name(row.person), "hospital": _open(row)} for row in page]
    about = {"page": page, "rows": shown, "tabs": pages.tabs(user, "transfers")}
    return render(request, "cases/transfers.html", about | {"may": access.holds(user, queries.STAYS)})


@needs(queries.STAYS)
@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """First of whom, then where to, by what and with whom."""
    user, now = user_of(request), clock.now()
    chosen = queries.about(user, person_asked(request))
    if chosen is None:
        return find(request, _("Take somebody to a hospital"), "cases:transfers")
    known = recipients.contacts(chosen.unit).get("medical")
    start = {"left_at": now.astimezone(clock.ZONE), "hospital": known.name if known else ""}
    form = TransferForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        case = queries.case_of(chosen.person)
        try:
            made = actions.send(
                by=user, person=chosen.person, unit=chosen.unit, case=case, now=now, **form.cleaned_data
            )
        except Refused as refused:
            pages.show(refused, form)
        else:
            return redirect("cases:transfer", made.pk)
    about: dict[str, Any] = {"form": form, "person": chosen.person, "unit": chosen.unit}
    about["calls"] = pages.calls(chosen.unit)
    return render(request, "cases/transfer_new.html", about, status=REJECTED if form.errors else 200)


@needs(queries.NAMES)
@sensitive_post_parameters()
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known, and what was heard since."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(rows.visible(user), pk=pk)
    form = HeardForm(request.POST or None, initial={"on_at": now.astimezone(clock.ZONE)})
    if request.method == "POST" and form.is_valid():
        found = get_object_or_404(rows.visible(user, queries.STAYS), pk=pk)
        try:
            actions.note(by=user, transfer=found, now=now, **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("cases:transfer", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/transfer.html", _shown(found, form), status=status)


def _open(row: Transfer) -> str:
    return row.hospital.open() if row.hospital else ""


def _shown(row: Transfer, form: HeardForm) -> dict[str, Any]:
    known = [
        (pgettext("transfer", "Hospital"), _open(row)), (pgettext("transfer", "Left"), words.moment(row.left_at)),
        (_("By what"), row.get_how_display()),
        (_("Who went with them"), row.with_whom.open() if row.with_whom else ""),
        (_("Why, and in what state"), row.words.open() if row.words else ""), (_("Noted by"), row.by.name),
    ]  # fmt: skip
    heard = [
        {"at": note.on_at, "what": note.get_kind_display(), "who": note.by.name, "icon": "message-plus",
         "note": note.words.open() if note.words else "", "tone": "done"}
        for note in row.notes.select_related("by").order_by("-on_at")
    ]  # fmt: skip
    return {
        "transfer": row, "name": words.name(row.person), "form": form, "heard": heard, "calls": pages.calls(row.unit),
        "answers": [{"label": label, "value": value} for label, value in known if value],
    }  # fmt: skip
