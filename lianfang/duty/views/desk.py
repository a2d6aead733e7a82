"""The roster as a table and on paper, its posts, and single shifts given to somebody else."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.duty import words
from lianfang.duty.actions import planning
from lianfang.duty.actions import posts as actions
from lianfang.duty.forms import AssignForm, PostForm, month_of
from lianfang.duty.queries import roster as reads
from lianfang.duty.views.opening import answer, managed, post_managed, rejected, seen, shift_managed
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

_WEEK = timedelta(days=7)


@needs(reads.VIEW)
def roster(request: HttpRequest, unit: int, on: date) -> HttpResponse:
    """A week, or with ``?span=month`` a month."""
    found, month = seen(request, unit), request.GET.get("span") == "month"
    first, last = month_of(on) if month else _week(on)
    context = _table(found, first, last) | {
        "month": month, "may_manage": access.can(user_of(request), reads.MANAGE, found), "on": on,
        "earlier": first - timedelta(days=1), "later": last + timedelta(days=1), "span": request.GET.get("span", ""),
    }  # fmt: skip
    return render(request, "duty/roster.html", context)


@needs(reads.VIEW)
def sheet(request: HttpRequest, unit: int, on: date) -> HttpResponse:
    """值班表 of the month, A4."""
    return render(request, "duty/sheet.html", _table(seen(request, unit), *month_of(on)))


@needs(reads.MANAGE)
def new_post(request: HttpRequest, unit: int) -> HttpResponse:
    found = managed(request, unit)
    form = PostForm(found, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.keep(by=user_of(request), unit=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/post.html", form, refused, unit=found)
        messages.success(request, _("The post is kept from now on. Plan its shifts next."))
        return redirect("duty:plan", made.pk)
    return answer(request, "duty/post.html", form, unit=found)


@needs(reads.MANAGE)
def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    post = post_managed(request, pk)
    form = PostForm(post.unit, post, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(by=user_of(request), post=post, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/post.html", form, refused, unit=post.unit, post=post)
        messages.success(request, _("The post has been changed."))
        return redirect("duty:unit", post.unit_id)
    return answer(request, "duty/post.html", form, unit=post.unit, post=post)


@needs(reads.MANAGE)
@require_POST
def close_post(request: HttpRequest, pk: int) -> HttpResponse:
    post = post_managed(request, pk)
    try:
        actions.close(by=user_of(request), post=post, now=clock.now())
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
        return redirect("duty:post", pk)
    messages.success(request, _("The post is no longer kept. Its roster stays on record."))
    return redirect("duty:unit", post.unit_id)


@needs(reads.MANAGE)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody else, or somebody at last, keeps the shift."""
    row = shift_managed(request, pk)
    form, context = AssignForm(row, request.POST or None), {"row": row, "hours": words.hours(row.from_at, row.to_at)}
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.assign(by=user_of(request), shift=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/assign.html", form, refused, **context)
        messages.success(request, _("The roster has been changed; whoever takes the shift gets a notice."))
        return redirect("duty:shift", made.pk)
    return answer(request, "duty/assign.html", form, **context)


@needs(reads.MANAGE)
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shift_managed(request, pk)
    try:
        planning.take_back(by=user_of(request), shift=row, now=clock.now())
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
        return redirect("duty:shift", pk)
    messages.success(request, _("The shift has been taken back."))
    return redirect("duty:roster", row.post.unit_id, clock.day_of(row.from_at))


def _table(unit: Unit, first: date, last: date) -> dict[str, Any]:
    now, posts = clock.now(), list(reads.posts(unit))
    days = reads.days(posts, first, last, now)
    rows = [
        {"on": day.on, "cells": [(post, [words.line(line, now) for line in day.of(post)]) for post in posts]}
        for day in days
    ]
    gaps = [(post, reads.holes(post, days)) for post in posts if post.answers]
    return {
        "unit": unit, "posts": posts, "rows": rows, "first": first, "last": last, "today": clock.day_of(now),
        "empty": not any(day.lines for day in days), "vacant": sum(line.vacant for day in days for line in day.lines),
        "gaps": [(post, span) for post, spans in gaps for span in spans],
    }  # fmt: skip


def _week(on: date) -> tuple[date, date]:
    first = on - timedelta(days=on.weekday())
    return first, first + _WEEK - timedelta(days=1)
