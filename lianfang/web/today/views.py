"""The list of the missing of one deadline: look, ask, take the telephone numbers along."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core.problems import Refused
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.ui.needs import signed_in
from lianfang.web.opening import answer, rejected
from lianfang.web.today import actions, asking_words, sheet
from lianfang.web.today import missing as reads
from lianfang.web.today.forms import ExemptForm, ExtendForm, PurposeForm
from lianfang.web.today.missing import Opened
from lianfang.web.units import sheets

EXEMPT = "obligation.exempt"


@signed_in
def missing(request: HttpRequest, pk: int, kind: str, slot: str, on: date) -> HttpResponse:
    """Whoever has not reported, in the order of the tree, with whom to call and what was done about it."""
    found = reads.opened(request, pk, kind, slot, on)
    page, lines = reads.page(found, request.GET.get("page"))
    context = _context(found, page=page, lines=lines, may_chase=found.may_ask)
    context["let_off"] = grants.let_off(found.unit, kind, slot, on)
    context["extended"] = grants.extended(found.unit, kind, slot, on)
    context["may_exempt"] = found.is_today and access.holds(found.user, EXEMPT)
    context |= {"counts": _counts(found), "gaps": access.can(found.user, "gap.view", found.unit), "path": found.path()}
    return render(request, "today/missing.html", context)


@signed_in
@require_POST
def chase(request: HttpRequest, pk: int, kind: str, slot: str, on: date) -> HttpResponse:
    """Ask all who are missing, or the one named; then back to the board or list where it was tapped."""
    found = reads.opened(request, pk, kind, slot, on)
    one = request.POST.get("unit", "")
    only = found.units.exclude(pk=pk).filter(pk=int(one)).first() if one.isdecimal() and len(one) < 19 else None
    if not found.may_ask or (one and only is None):
        raise Http404  # not everybody, because one was misspelt
    try:
        asked = actions.ask(found, only)
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        tone = messages.success if asked.units else messages.warning
        tone(request, " ".join(asking_words.said(asked)))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else found.at(found.unit))


@signed_in
def phones(request: HttpRequest, pk: int, kind: str, slot: str, on: date) -> HttpResponse:
    """The list with telephone numbers as a spreadsheet, for a purpose."""
    found = reads.opened(request, pk, kind, slot, on, "notice.post")
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lines = reads.lines(found, list(found.units))
        purpose = form.cleaned_data["purpose"]
        try:
            seal = actions.phones_taken(by=found.user, found=found, lines=len(lines), purpose=purpose, now=found.now)
        except Refused as refused:
            return rejected(request, "today/phones.html", form, refused, **_context(found))
        return sheets.answer(sheet.written(found, lines, seal), sheet.name(found))
    return answer(request, "today/phones.html", form, **_context(found))


@signed_in
def exempt(request: HttpRequest, pk: int, kind: str, slot: str, on: date, child: int) -> HttpResponse:
    """A unit below need not report for some days."""
    found = reads.opened(request, pk, kind, slot, on)
    unit = _below(found, child)
    form = ExemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.let_off(found, unit, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "today/exempt.html", form, refused, **_context(found, child=unit))
        messages.success(request, _("%(unit)s need not report. It is noted with your name.") % {"unit": unit.name})
        return redirect("today:missing", *found.address)
    return answer(request, "today/exempt.html", form, **_context(found, child=unit))


@signed_in
@require_POST
def exempt_end(request: HttpRequest, pk: int, kind: str, slot: str, on: date, child: int) -> HttpResponse:
    """It has to report again."""
    found = reads.opened(request, pk, kind, slot, on)
    unit = _below(found, child)
    actions.owes_again(found, unit)
    messages.success(request, _("%(unit)s has to report again.") % {"unit": unit.name})
    return redirect("today:missing", *found.address)


@signed_in
def extend(request: HttpRequest, pk: int, kind: str, slot: str, on: date, child: int) -> HttpResponse:
    """A unit below has longer today."""
    found = reads.opened(request, pk, kind, slot, on)
    unit = _below(found, child)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_longer(found, unit, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "today/extend.html", form, refused, **_context(found, child=unit))
        words = _("%(unit)s has until %(time)s. It is noted with your name.")
        messages.success(request, words % {"unit": unit.name, "time": f"{form.cleaned_data['until']:%H:%M}"})
        return redirect("today:missing", *found.address)
    return answer(request, "today/extend.html", form, **_context(found, child=unit))


@signed_in
@require_POST
def extend_end(request: HttpRequest, pk: int, kind: str, slot: str, on: date, child: int) -> HttpResponse:
    """The usual deadline holds again."""
    found = reads.opened(request, pk, kind, slot, on)
    unit = _below(found, child)
    actions.as_usual(found, unit)
    messages.success(request, _("For %(unit)s the usual deadline holds again.") % {"unit": unit.name})
    return redirect("today:missing", *found.address)


def _below(found: Opened, child: int) -> Unit:
    """Only from above, and only on the day itself. Raises `Http404`."""
    rows = access.units_for(found.user, EXEMPT).filter(path__startswith=found.unit.path).exclude(pk=found.unit.pk)
    if not found.is_today:
        raise Http404
    return get_object_or_404(rows, pk=child)


def _counts(found: Opened) -> list[dict[str, Any]]:
    total = found.total
    let_off = {"label": _("Let off"), "value": total.let_off, "tone": "quiet", "icon": "calendar-off"}
    return [
        {"label": _("Reported"), "value": total.done, "of": total.owing, "tone": "done", "icon": "circle-check"},
        {"label": _("Not reported"), "value": total.missing, "tone": "late" if total.missing else "quiet",
         "icon": "circle-dashed"},
        {"label": _("Late"), "value": total.late, "tone": "late" if total.late else "quiet",
         "icon": "clock-exclamation"},
        *([let_off] if total.let_off else []),
    ]  # fmt: skip


def _context(found: Opened, **more: Any) -> dict[str, Any]:
    return {"found": found, "unit": found.unit, "slot": found.slot, "total": found.total, "on": found.on, **more}
