"""One return: its page, the signature, sending it back, reopening its day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.returns import display, forms, rules
from lianfang.returns.actions import orders, turning
from lianfang.returns.actions import signing as acts
from lianfang.returns.queries import filing
from lianfang.returns.views.opening import Opened, open_return
from lianfang.returns.views.pages import REJECTED, day_links, steps_for, waiting_for
from lianfang.ui.needs import needs


@needs("return.view")
def detail(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Everything about one return: what counts, every version with its difference, signatures, what happened."""
    opened = open_return(request, form, on, pk, "return.view")
    context = opened.context(steps=steps_for(opened), **waiting_for(opened), **day_links(opened, "returns:detail"))
    context |= _may(opened) | _history(opened)
    return render(request, "returns/detail.html", context)


@needs("return.sign_office", "return.sign_leader")
def sign(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The signer's page: what stands in the return, what changed, one button."""
    opened = open_return(request, form, on, pk, "return.view", must_exist=request.method != "POST")
    problems: list[str] = []
    if request.method == "POST":
        sent = forms.SignForm(request.POST)
        version = sent.cleaned_data["version"] if sent.is_valid() else ""
        filed = get_object_or_404(filing.bare(opened.form, opened.unit, on))
        try:
            acts.sign(by=opened.user, filed=filed, version_id=version, now=opened.now)
        except Refused as refused:
            problems = [problem.text for problem in refused.problems]
        else:
            messages.success(request, _signed_words(opened))
            return redirect("returns:detail", *opened.address)
    return render(request, "returns/sign.html", _sign_context(opened, problems), status=REJECTED if problems else 200)


@needs("return.send_back", "return.turn_back")
def turn_back(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Send a return back, with a reason for the whole and for single cells."""
    opened = open_return(request, form, on, pk, "return.view", must_exist=True)
    place = acting_from(opened)
    sent = forms.TurnBackForm(request.POST or None, initial={"version": opened.filed and opened.filed.head_id})
    marked = forms.read_prefixed(opened.form, request.POST, "t")
    problems: list[str] = []
    if request.method == "POST" and sent.is_valid():
        try:
            turning.turn_back(
                by=opened.user, filed=opened.filed, version_id=sent.cleaned_data["version"], from_unit=place,  # type: ignore[arg-type]
                reason=sent.cleaned_data["reason"], cells=marked, now=opened.now,
            )  # fmt: skip
        except Refused as refused:
            problems = [problem.text for problem in refused.problems]
        else:
            messages.success(request, _("Sent back. The school has been told."))
            return redirect("returns:detail", *opened.address)
    return render(
        request,
        "returns/turn_back.html",
        _back_context(opened, sent, marked, problems),
        status=REJECTED if problems else 200,
    )


@needs("return.reopen")
def reopen(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Open a closed day for one unit, for 24 hours."""
    opened = open_return(request, form, on, pk, "return.reopen")
    sent = forms.ReopenForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and sent.is_valid():
        try:
            orders.reopen(
                by=opened.user,
                unit=opened.unit,
                form=opened.form,
                on=on,
                reason=sent.cleaned_data["reason"],
                now=opened.now,
            )
        except Refused as refused:
            problems = [problem.text for problem in refused.problems]
        else:
            messages.success(request, _("The day is open for this unit for 24 hours."))
            return redirect("returns:detail", *opened.address)
    context = opened.context(form=sent, summary=[{"text": text, "id": "id_reason"} for text in problems])
    return render(request, "returns/reopen.html", context, status=REJECTED if problems else 200)


def _signed_words(opened: Opened) -> str:
    """Only the last signature sends a return on its way; the first of two says who comes next."""
    opened.reread()
    waiting = waiting_for(opened)
    if waiting["step"] is None:
        return _("Signed. The return is on its way.")
    return _("Signed. It leaves with the next signature: %(step)s.") % {"step": waiting["step_label"]}


def acting_from(opened: Opened) -> Unit:
    """From which unit the user sends this return back: their own (before it leaves) or a superior one. Else 404."""
    for post in access.postings(opened.user):
        role = access.ROLES[post.role]
        if post.unit_id == opened.unit.pk and "return.send_back" in role.here:
            return post.unit
        if (
            "return.turn_back" in role.under
            and opened.unit.path.startswith(post.unit.path)
            and post.unit_id != opened.unit.pk
        ):
            return post.unit
    raise Http404


def _back_context(
    opened: Opened, sent: forms.TurnBackForm, marked: dict[str, str], problems: list[str]
) -> dict[str, Any]:
    cells = opened.filed.head.cells if opened.filed and opened.filed.head else {}
    lines = display.lines(opened.form, cells, display.Page(asked=marked))
    return opened.context(form=sent, lines=lines, summary=[{"text": text, "id": "id_reason"} for text in problems])


def _sign_context(opened: Opened, problems: list[str]) -> dict[str, Any]:
    head = opened.filed.head if opened.filed else None
    before = filing.yesterday(opened.form, opened.unit, opened.on)
    cells = head.cells if head else {}
    waiting = waiting_for(opened)
    step = waiting["step"]
    mine = step is not None and access.can(opened.user, step.verb, opened.unit)
    lines = display.lines(opened.form, cells, display.Page(before=before))
    return opened.context(
        version=head, lines=lines, steps=steps_for(opened), mine=mine,
        against=display.system_rows(opened.form, head, opened.known) if head else [],
        changes=display.difference_rows(opened.form, before, cells, head.reasons if head else {}) if before else [],
        all_zero=not rules.is_important(opened.form, cells),
        summary=[{"text": text, "id": ""} for text in problems], **waiting,
    )  # fmt: skip


def _may(opened: Opened) -> dict[str, bool]:
    """Which buttons the page shows: what the state allows and the user's postings give."""
    allowed = rules.ALLOWED[opened.filed.state if opened.filed else "not_started"]
    can = {
        verb: access.can(opened.user, verb, opened.unit)
        for verb in ("return.fill", "return.turn_back", "return.send_back")
    }
    closed = filing.is_closed(opened.form, opened.unit, opened.on, opened.now)
    gatherer = opened.unit.kind not in opened.form.filed_by
    return {
        "may_fill": can["return.fill"] and "fill" in allowed and not closed and not gatherer,
        "may_turn_back": can["return.turn_back"] and "turn_back" in allowed,
        "may_send_back": can["return.send_back"] and "send_back" in allowed,
        "may_reopen": closed and access.can(opened.user, "return.reopen", opened.unit),
        "may_gather": gatherer and access.can(opened.user, "return.gather", opened.unit),
        "may_export": access.can(opened.user, "return.export", opened.unit),
        "closed": closed,
    }


def _history(opened: Opened) -> dict[str, Any]:
    filed = opened.filed
    if filed is None:
        return {"versions": [], "events": []}
    past = filing.history(filed)
    versions = []
    for newer, older in zip(past.versions, [*past.versions[1:], None], strict=True):
        versions.append(
            {
                "version": newer,
                "lines": display.lines(opened.form, newer.cells),
                "signatures": past.signatures.get(newer.pk, []),
                "turned": past.turn_backs.get(newer.pk),
                "counts": newer.pk == filed.counted_id,
                "against": display.system_rows(
                    opened.form, newer, opened.known if newer is past.versions[0] and newer.system else {}
                ),
                "changes": display.difference_rows(opened.form, older.cells, newer.cells, newer.reasons)
                if older
                else [],
            }
        )
    events = Event.objects.filter(subject_kind="return", subject_id=str(filed.pk))[:100]
    return {"versions": versions, "events": display.timeline(events)}
