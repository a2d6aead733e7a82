"""Today at one's unit, and what whoever is on duty does: check in, hand over, take over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.duty import words
from lianfang.duty.actions import on_duty
from lianfang.duty.forms import HandoverForm
from lianfang.duty.models import Handover, Shift
from lianfang.duty.queries import answering, roster, swaps
from lianfang.duty.rules import OPENS
from lianfang.duty.views.opening import answer, rejected, seen, shift_seen
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.ui.needs import needs, signed_in, user_of

_AHEAD = timedelta(hours=24)


@needs(roster.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Today at the unit one works for."""
    unit = roster.home(user_of(request))
    if unit is None:
        raise Http404
    return _today(request, unit)


@needs(roster.VIEW)
def today(request: HttpRequest, unit: int) -> HttpResponse:
    return _today(request, seen(request, unit))


@signed_in
def shift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One shift: who, when, what was handed over before it, and what can be done now."""
    return render(request, "duty/shift.html", _shift(request, shift_seen(request, pk)))


@signed_in
@require_POST
def check_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shift_seen(request, pk)
    try:
        made = on_duty.check_in(by=user_of(request), shift=row, now=clock.now())
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        messages.success(request, _("You are checked in since %(at)s.") % {"at": words.minute(made.at)})
    return redirect("duty:shift", pk)


@signed_in
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The note for whoever comes next."""
    row = shift_seen(request, pk)
    if row.user_id != user_of(request).pk:
        raise Http404
    given = getattr(row, "handover", None)
    initial = {"note": given.note, "still_open": given.still_open} if given else None
    form = HandoverForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            on_duty.hand_over(by=user_of(request), shift=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/hand_over.html", form, refused, row=row)
        messages.success(request, _("Noted. Whoever comes next reads it and takes over."))
        return redirect("duty:shift", pk)
    return answer(request, "duty/hand_over.html", form, row=row)


@signed_in
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Handover.objects.filter(shift__in=roster.visible(user_of(request)))
    found = get_object_or_404(rows.select_related("shift"), pk=pk)
    try:
        on_duty.take(by=user_of(request), handover=found, now=clock.now())
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        messages.success(request, _("You have taken over."))
    return redirect((request.POST.get("back") == "home" and "duty:home") or "duty:mine")


def _today(request: HttpRequest, unit: Unit) -> HttpResponse:
    user, now = user_of(request), clock.now()
    posts = list(roster.posts(unit))
    found = answering([unit], now)[unit.pk]
    lines = roster.lines(roster.shifts_of(posts, now, now + _AHEAD), now)
    mine = next(iter(roster.mine(user, now)), None)
    context = {
        "unit": unit, "posts": posts, "found": found, "chain": words.chain(found), "now": now,
        "said": words.said_of(found),
        "running": [words.line(each, now) for each in lines if each.shift.from_at <= now],
        "next": [words.line(each, now) for each in lines if each.shift.from_at > now],
        "mine": words.line(roster.lines([mine], now)[0], now) if mine else None,
        "near": mine is not None and mine.from_at - OPENS <= now, "today": clock.day_of(now),
        "may_manage": access.can(user, roster.MANAGE, unit), "untaken": list(roster.untaken(user, now)),
        "asked": len(swaps.waiting_for(user, now)), "has_below": not unit.school_id,
    }  # fmt: skip
    return render(request, "duty/today.html", context)


def _shift(request: HttpRequest, row: Shift) -> dict[str, Any]:
    user, now = user_of(request), clock.now()
    own, unit = row.user_id == user.pk and row.withdrawn_at is None, row.post.unit
    line = words.line(roster.lines([row], now)[0], now)
    manages = row.withdrawn_at is None and access.can(user, roster.MANAGE, unit)
    waiting = swaps.open_of([row.pk], now).get(row.pk)
    return {
        "row": row, "line": line, "own": own, "unit": unit, "given": getattr(row, "handover", None),
        "before": roster.before(row) if own or manages else None, "swap": waiting,
        "may_check_in": own and line["state"] in ("open", "missed"), "ahead": row.from_at > now,
        "may_hand_over": own and row.from_at <= now, "may_swap": own and row.from_at > now and waiting is None,
        "may_assign": manages and (row.from_at > now or (line["vacant"] and row.to_at > now)),
        "may_take_back": manages and row.from_at > now, "opens": row.from_at - OPENS,
    }  # fmt: skip
