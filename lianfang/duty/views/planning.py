"""Planning: a pattern, what it would put on the roster, publishing; a spreadsheet, what it would change, applying."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock, problems
from lianfang.core.problems import Refused, texts
from lianfang.duty import sheets, words
from lianfang.duty.actions import planning
from lianfang.duty.forms import PlanForm, SpanForm, UploadForm, month_of
from lianfang.duty.models import Pattern
from lianfang.duty.queries import plan as reads
from lianfang.duty.queries import roster, sheet
from lianfang.duty.views.opening import REJECTED, answer, managed, pattern_managed, post_managed, rejected
from lianfang.orgs.models import Unit
from lianfang.ui.needs import needs, user_of

SHOWN = 50
_AN_HOUR = 3600


@needs(roster.MANAGE)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """How a post is kept; the last pattern is offered."""
    post = post_managed(request, pk)
    form = PlanForm(post.unit, reads.newest(post), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.draw_up(by=user_of(request), post=post, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/plan.html", form, refused, post=post)
        return redirect("duty:pattern", made.pk)
    return answer(request, "duty/plan.html", form, post=post)


@needs(roster.MANAGE)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the pattern would put on the roster: until the end of the month, or for the days asked for."""
    pattern = pattern_managed(request, pk)
    since = max(pattern.from_on, clock.today())
    usual = {"since": since, "until": month_of(since)[1]}
    form = SpanForm(request.GET if "since" in request.GET else None, initial=usual)
    if form.is_bound and not form.is_valid():
        return answer(request, "duty/pattern.html", form, pattern=pattern)
    span = form.cleaned_data if form.is_bound else usual
    return answer(request, "duty/pattern.html", form, pattern=pattern, **_preview(pattern, **span))


@needs(roster.MANAGE)
@require_POST
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    pattern, form = pattern_managed(request, pk), SpanForm(request.POST)
    if not form.is_valid():
        return answer(request, "duty/pattern.html", form, pattern=pattern)
    span = form.cleaned_data
    try:
        count = planning.publish(by=user_of(request), pattern=pattern, now=clock.now(), **span)
    except Refused as refused:
        return rejected(request, "duty/pattern.html", form, refused, pattern=pattern, **_preview(pattern, **span))
    said = ngettext("%(count)s shift stands on the roster.", "%(count)s shifts stand on the roster.", count)
    messages.success(request, said % {"count": count})
    return redirect("duty:roster", pattern.post.unit_id, span["since"])


@needs(roster.MANAGE)
def choose(request: HttpRequest, unit: int) -> HttpResponse:
    """Choose a file; its wrong cells, or what it would change."""
    found = managed(request, unit)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context: dict[str, Any] = {"unit": found, "error": "", "problems": [], "total": 0}
    if form.is_bound and not form.is_valid():
        context["error"] = form.errors["file"][0]
    elif form.is_bound:
        context |= _checked(form.cleaned_data["file"], found)
    status = REJECTED if context["error"] or context["problems"] else 200
    return render(request, "duty/import.html", context, status=status)


@needs(roster.MANAGE)
@require_POST
def apply(request: HttpRequest, unit: int) -> HttpResponse:
    """All lines or none. Sent twice, it is done once."""
    found = managed(request, unit)
    try:
        entries = sheets.entries(request.POST.get("checked", ""), found, max_age=_AN_HOUR)
        done = planning.take_over(by=user_of(request), unit=found, entries=entries, now=clock.now())
    except signing.BadSignature:
        messages.error(request, problems.text("duty.sheet_stale"))
        return redirect("duty:import", unit)
    except Refused as refused:
        messages.error(request, " ".join(sorted(set(texts(refused.problems)))))
        return redirect("duty:import", unit)
    said = _("The roster has been imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
    counts = {"new": len(done.new), "changed": len(done.changed), "unchanged": done.unchanged}
    messages.success(request, said % counts)
    first = min((entry.start for entry in entries), default=clock.now())
    return redirect("duty:roster", unit, clock.day_of(first))


@needs(roster.MANAGE)
def template(request: HttpRequest, unit: int) -> HttpResponse:
    """The table to fill in, with the posts of the unit and the next month."""
    found = managed(request, unit)
    return sheets.answer(sheets.template(list(roster.posts(found)), clock.today()), _("duty-roster.xlsx"))


def _preview(pattern: Pattern, since: date, until: date) -> dict[str, Any]:
    found = reads.preview(pattern, since, until, clock.now())
    rows = [{"line": one, "hours": words.hours(one.planned.start, one.planned.end)} for one in found.lines]
    return {"found": found, "rows": rows, "since": since, "until": until}


def _checked(file: Any, unit: Unit) -> dict[str, Any]:
    now: datetime = clock.now()
    try:
        read = sheet.read(file.read(), file.name, unit, clock.day_of(now))
    except Refused as refused:
        return {"error": " ".join(texts(refused.problems))}
    compared = sheet.compare([] if read.wrong else read.entries, now)
    wrong = sorted([*read.wrong, *compared.wrong], key=lambda each: each.row)
    if wrong:
        lines = [{"row": each.row, "column": each.column, "problem": each.problem.text} for each in wrong[:SHOWN]]
        return {"problems": lines, "total": len(wrong)}
    fresh = [*compared.new, *(entry for _old, entry in compared.changed)]
    rows = [{"entry": entry, "hours": words.hours(entry.start, entry.end)} for entry in fresh]
    return {"compared": compared, "rows": rows, "name": file.name, "checked": sheets.sealed(read.entries, unit)}
