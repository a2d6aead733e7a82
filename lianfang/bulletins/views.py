"""The daily analysis: the day on one page, the meeting over it, what was decided and what came of it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.bulletins import forms, rules, words
from lianfang.bulletins.actions import decisions, packs
from lianfang.bulletins.models import Decision, Pack
from lianfang.bulletins.queries import packs as reads
from lianfang.bulletins.queries.packs import DECIDE, MAKE, VIEW
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.orgs.rules import SCHOOLS
from lianfang.people import access
from lianfang.ui.needs import needs, signed_in, user_of

REJECTED = 422
DAYS = 14  # of the trend


@needs(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Today, of the unit one mainly works for."""
    unit = access.highest(user_of(request), VIEW)
    if unit is None:
        raise Http404
    return redirect("bulletins:day", unit.pk, clock.today())


@needs(VIEW)
def day(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    unit = _unit(request, pk, VIEW)
    pack = reads.newest(unit, on)
    if number := request.GET.get("version", ""):
        pack = get_object_or_404(reads.versions(unit, on), version=number if number.isdecimal() else 0)
    context = _day(request, unit, on, pack)
    return render(request, "bulletins/day.html" if pack else "bulletins/none.html", context)


@needs(VIEW)
def printed(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """The same for paper, A4."""
    unit = _unit(request, pk, VIEW)
    pack = get_object_or_404(reads.versions(unit, on)[:1])
    return render(request, "bulletins/sheet.html", _day(request, unit, on, pack))


@needs(MAKE)
@require_POST
def make(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """Gather the figures as they are now: another version, the earlier ones stay."""
    unit = _unit(request, pk, MAKE)
    try:
        packs.make(by=user_of(request), unit=unit, on=on, now=clock.now())
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        messages.success(request, _("The figures were gathered as they are now."))
    return redirect("bulletins:day", unit.pk, on)


@needs(DECIDE)
def meet(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    pack, form = _to_decide(request, pk, on), forms.MeetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        packs.meet(by=user_of(request), pack=pack, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("The record of the meeting stands on the page."))
        return redirect("bulletins:day", pk, on)
    return _form(request, "bulletins/meet.html", form, pack=pack)


@needs(DECIDE)
def decide(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    pack = _to_decide(request, pk, on)
    form = forms.DecideForm(pack.unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decisions.decide(by=user_of(request), pack=pack, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return _form(request, "bulletins/decide.html", _rejected(form, refused), pack=pack)
        messages.success(request, _("Decided. It stands on that person's list from now on."))
        return redirect("bulletins:day", pk, on)
    return _form(request, "bulletins/decide.html", form, pack=pack)


@signed_in
def decision(request: HttpRequest, pk: str) -> HttpResponse:
    """Whoever carries it out says here when it is done."""
    row = _decision(request, pk)
    own, form = row.user_id == user_of(request).pk, forms.ResultForm(request.POST or None)
    if request.method == "POST" and not own:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            decisions.carried_out(by=user_of(request), decision=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            messages.warning(request, refused.problems[0].text)
        return redirect("bulletins:decision", pk)
    return _form(request, "bulletins/decision.html", form, row=row, own=own, **_standing(request, row))


@needs(DECIDE)
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    row, form = _decision(request, pk), forms.WithdrawForm(request.POST or None)
    if not access.can(user_of(request), DECIDE, row.pack.unit):
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            decisions.withdraw(by=user_of(request), decision=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            messages.warning(request, refused.problems[0].text)
        return redirect("bulletins:decision", pk)
    return _form(request, "bulletins/withdraw.html", form, row=row)


# ── what the pages are made of ────────────────────────────────────────────────────────────────────────────────────────


def _day(request: HttpRequest, unit: Unit, on: date, pack: Pack | None) -> dict[str, Any]:
    now, today = clock.now(), clock.today()
    context = {
        "unit": unit, "on": on, "pack": pack, "now": now, "is_today": on == today, "ahead": on > today,
        "earlier": on - timedelta(days=1), "later": on + timedelta(days=1) if on < today else None,
        "may_make": access.can(user_of(request), MAKE, unit), "may_decide": access.can(user_of(request), DECIDE, unit),
        "decided": _lines(reads.decisions(unit, now, on=on)),
    }  # fmt: skip
    if pack is None:
        return context
    facts, language = pack.read, get_language() or "zh-hans"
    open_ones = [one for one in reads.decisions(unit, now) if one.row.pack.on < on]
    whole = unit.school_id is not None or unit.kind in SCHOOLS
    return context | {
        "facts": facts, "whole": whole, "returns": words.returns(facts),
        "checks": words.checks(facts.checks, language, whole=whole),
        "late": words.late(facts.late), "problems": words.problems(facts.problems, language),
        "counts": words.counts(facts, language, whole=whole), "trend": _trend(unit, on, whole=whole),
        "open_ones": _lines(open_ones), "meetings": reads.meetings(unit, on),
        "versions": list(reads.versions(unit, on)),
    }  # fmt: skip


def _trend(unit: Unit, on: date, *, whole: bool) -> dict[str, Any] | None:
    known = {pack.on: pack.read for pack in reads.before(unit, on, DAYS)}
    return words.trend(rules.trend(known, on, DAYS, school=whole), whole=whole)


def _lines(decided: list[reads.Decided]) -> list[dict[str, Any]]:
    return [{"row": one.row, "chip": words.STATES[one.state][0], "said": words.STATES[one.state][1]} for one in decided]


def _standing(request: HttpRequest, row: Decision) -> dict[str, Any]:
    state = reads.standing(row, clock.now())
    may_withdraw = not row.obligation.outcome and access.can(user_of(request), DECIDE, row.pack.unit)
    sees = access.can(user_of(request), VIEW, row.pack.unit)
    chip, said = words.STATES[state]
    return {
        "chip": chip, "said": said, "may_withdraw": may_withdraw, "sees": sees,
        "answers": words.answers(row, said, clock.now()),
    }  # fmt: skip


def _unit(request: HttpRequest, pk: int, verb: str) -> Unit:
    return get_object_or_404(access.units_for(user_of(request), verb), pk=pk)


def _to_decide(request: HttpRequest, pk: int, on: date) -> Pack:
    return get_object_or_404(reads.versions(_unit(request, pk, DECIDE), on)[:1])


def _decision(request: HttpRequest, pk: str) -> Decision:
    return get_object_or_404(reads.visible(user_of(request)), pk=pk)


def _rejected(form: forms.DecideForm, refused: Refused) -> forms.DecideForm:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
    return form


def _form(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = REJECTED if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
