"""Absences: mine, who is away today, answering and calling back."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import leave as actions
from lianfang.people.models import Leave, User
from lianfang.people.queries import leave as queries
from lianfang.people.queries import postings
from lianfang.ui.needs import needs, signed_in, user_of
from lianfang.web.duties import forms, words
from lianfang.web.opening import answer, rejected


@signed_in
def leaves(request: HttpRequest) -> HttpResponse:
    """My absences and whom I stand in for; for the office also who is away today and what waits for an answer."""
    user, day = user_of(request), clock.today()
    looks, agrees = access.holds(user, "leave.view"), access.holds(user, "leave.agree")
    context = {
        "own": [words.row(leave, day) for leave in queries.own(user)[:50]],
        "standing_in": queries.standing_in_for(user, day),
        "looks": looks,
        "agrees": agrees,
        "away": [words.row(leave, day) for leave in queries.away_on(user, day)[:500]] if looks else [],
        "waiting": [words.row(leave, day) for leave in queries.waiting_for(user, day)] if agrees else [],
        "reports": bool(_own_postings(user)),
    }
    return render(request, "duties/leaves.html", context)


@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """My absence; it waits for a superior of the unit I work for."""
    user = user_of(request)
    unit = _place(user)
    form = forms.LeaveForm(_colleagues(unit, user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report(by=user, unit=unit, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/leave_report.html", form, refused, unit=unit)
        messages.success(request, _("Reported. You get a notice as soon as it is answered."))
        return redirect("duties:leave", made.pk)
    return answer(request, "duties/leave_report.html", form, unit=unit)


@signed_in
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    waits = queries.waiting_for(user_of(request), clock.today()).filter(pk=pk).exists()
    return render(
        request, "duties/leave.html", {"form": forms.AnswerForm() if waits else None, **_shown(request, found)}
    )


@needs("leave.agree")
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), forms.AnswerForm(request.POST)
    if not form.is_valid():
        return answer(request, "duties/leave.html", form, **_shown(request, found))
    data = form.cleaned_data
    try:
        actions.answer(by=user_of(request), leave=found, agreed=data["agreed"], text=data["answer"], now=clock.now())
    except Refused as refused:
        return rejected(request, "duties/leave.html", form, refused, **_shown(request, found))
    messages.success(request, _("Your answer has been recorded."))
    return redirect("duties:leaves")


@signed_in
@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back before the last day; the stand-in stops acting at once."""
    found = _visible(request, pk)
    try:
        actions.back(by=user_of(request), leave=found, now=clock.now())
    except Refused:  # whoever only looks at the list
        raise Http404 from None
    messages.success(request, _("Recorded as back. Nobody stands in any more."))
    return redirect("duties:leaves")


@needs("leave.agree")
def recall(request: HttpRequest) -> HttpResponse:
    """Call everybody back who is or will be away, with a notice."""
    user = user_of(request)
    units = access.units_for(user, "leave.agree").on(clock.today())
    own = units.filter(pk__in=[post.unit_id for post in access.postings(user)]).first()
    form = forms.RecallForm(units, request.POST or None, initial={"unit": own})
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.recall(by=user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/recall.html", form, refused)
        said = ngettext("%(count)s person has been called back.", "%(count)s people have been called back.", count)
        messages.success(
            request, said % {"count": count} if count else _("Nobody is away; nobody had to be called back.")
        )
        return redirect("duties:leaves")
    return answer(request, "duties/recall.html", form)


def _own_postings(user: User) -> list[Any]:
    return [post for post in access.postings(user) if post.user_id == user.pk]


def _place(user: User) -> Unit:
    """The school of the person's first duty, or the unit above schools they work for."""
    own = _own_postings(user)
    if not own:
        raise Http404
    unit = own[0].unit
    return unit.school if unit.school_id and unit.school_id != unit.pk else unit


def _colleagues(unit: Unit, user: User) -> QuerySet[User]:
    return postings.staff_of(unit, clock.today()).exclude(pk=user.pk)


def _visible(request: HttpRequest, pk: int) -> Leave:
    user = user_of(request)
    seen = Q(user=user) | Q(stand_in=user)
    for verb in ("leave.view", "leave.agree"):
        seen |= access.scope(user, verb, "unit__")
    rows = Leave.objects.filter(seen).select_related("unit", "user", "stand_in", "agreed_by", "recalled_by")
    return get_object_or_404(rows, pk=pk)


def _shown(request: HttpRequest, found: Leave) -> dict[str, Any]:
    """``where`` is opened for the person and those who decide, nobody else."""
    user = user_of(request)
    row = words.row(found, clock.today())
    decides = access.can(user, "leave.agree", found.unit)
    own = found.user_id == user.pk
    where = found.where.open() if found.where and (own or decides) else ""
    ends = ("waiting", "coming", "now") if own else ("coming", "now") if decides else ()
    return {"row": row, "leave": found, "where": where, "own": own, "may_end": row["now"] in ends}
