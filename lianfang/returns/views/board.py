"""The board of an area: who has reported, who is missing, whom to call."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.returns import charts, display, rules
from lianfang.returns.queries import board as reads
from lianfang.returns.queries import filing, rollup
from lianfang.returns.views.opening import Opened, open_return
from lianfang.returns.views.pages import day_links
from lianfang.ui.needs import needs

SHOWN = 12  # of the missing, on the board itself; the list has them all


@needs("board.view")
def board(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """First line, the missing by name, then the areas below as tiles and a table; htmx asks for the live part alone."""
    opened = open_return(request, form, on, pk, "board.view")
    if opened.unit.kind in opened.form.filed_by:
        return redirect("returns:detail", *opened.address)
    context = _board(opened, request.GET.get("only", ""))
    if request.headers.get("HX-Request"):
        return render(request, "returns/_board_live.html", context)
    context |= day_links(opened, "returns:board")
    context |= charts.completeness(context["total"], on, context["school_due"], opened.now)
    return render(request, "returns/board.html", context)


@needs("board.view")
def schools(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The list of schools behind a number of the board, 50 a page."""
    opened = open_return(request, form, on, pk, "board.view")
    only = request.GET.get("only", "")
    if only not in reads.FILTERS:
        raise Http404
    total = reads.total(reads.counts(opened.form, opened.unit, on, opened.now))
    whole = total.number(only)
    page = Paginator(range(whole), reads.PAGE).get_page(request.GET.get("page"))
    rows = reads.schools(opened.form, opened.unit, on, opened.now, only=only, page=page.number)
    tabs = _tabs(opened, total, only)
    may_chase = _may_chase(opened)
    context = opened.context(rows=rows, page=page, only=only, tabs=tabs, whole=whole, may_chase=may_chase)
    return render(request, "returns/schools.html", context)


def _board(opened: Opened, only: str) -> dict[str, Any]:
    form, unit, on, now = opened.form, opened.unit, opened.on, opened.now
    by_child = reads.counts(form, unit, on, now)
    total = reads.total(by_child)
    sums = rollup.sums_by_child(form, unit, on)
    missing = reads.schools(form, unit, on, now, only="missing", most=SHOWN) if total.missing else []
    children = reads.children(by_child)
    areas = [
        _area(opened, children.get(pk), count, sums.get(pk))
        for pk, count in sorted(by_child.items(), key=lambda item: _order(children.get(item[0])))
    ]
    shown = [area for area in areas if not area["is_school"] or area["count"].important or not area["count"].reported]
    return opened.context(
        total=total, counts=_counts(opened, total), missing=missing, missing_count=total.missing,
        areas=shown, plain=len(areas) - len(shown), fields=form.counts, groups=form.groups,
        tiles=[area["tile"] for area in areas if not area["is_school"]],
        sums=_sum_rows(form, sums), school_due=filing.due_of(form, unit, on, tier="school"),
        may_chase=_may_chase(opened), only=only,
        gatherer=rollup.gathers(form, unit) and access.can(opened.user, "return.gather", unit),
    )  # fmt: skip


def _may_chase(opened: Opened) -> bool:
    return opened.now <= rules.closes_at(opened.form, opened.on) and access.can(
        opened.user, "return.chase", opened.unit
    )


def _order(unit: Unit | None) -> tuple[int, str]:
    return (unit.position, unit.code) if unit else (10**9, "")


def _area(opened: Opened, child: Unit | None, count: reads.Count, sums: rollup.Sums | None) -> dict[str, Any]:
    """One child of the unit as a table row and a tile. A school stands for itself; the rest came by sponsor line."""
    name = child.label if child else _("Sponsored schools")
    is_school = child is not None and child.kind in opened.form.filed_by
    if child is None:
        url = reverse("returns:schools", args=opened.address)
    else:
        page = "returns:detail" if is_school else "returns:board"
        url = reverse(page, args=[opened.form.id, opened.on, child.pk])
    done = count.reported == count.expected
    quiet = "quiet" if not count.expected else "done" if done else "late" if count.late else "quiet"
    tone = "alarm" if count.important else quiet
    state = (
        "let_off"
        if is_school and count.let_off
        else next((state for state, number in count.states.items() if number), "not_started")
        if is_school
        else "done"
        if done
        else "missing"
    )
    return {
        "name": name, "url": url, "count": count, "is_school": is_school, "state": state,
        "cells": [_words(sums, cell) for cell in opened.form.count_cells],
        "tile": {"name": name, "url": url, "tone": tone, "value": f"{count.reported}/{count.expected}",
                 "note": _("%(count)s late") % {"count": count.late} if count.late else ""},
    }  # fmt: skip


def _words(sums: rollup.Sums | None, cell: str) -> str:
    if sums is None:
        return "0"
    return display.value_words([sums.values.get(cell, 0), sums.unverified.get(cell, 0)])


def _sum_rows(form: Any, by_child: dict[int, rollup.Sums]) -> list[str]:
    whole = rollup.Sums()
    for part in by_child.values():
        for cell, value in part.values.items():
            whole.add(cell, value, part.unverified[cell])
    return [_words(whole, cell) for cell in form.count_cells]


def _counts(opened: Opened, total: reads.Count) -> list[dict[str, Any]]:
    """The first line: 已签 126 / 140 · 未报 9 · 退回 2 · 迟报 3, each a link to its list."""
    base = reverse("returns:schools", args=opened.address)
    rows = [
        (_("Reported"), total.reported, "done", "circle-check", "", total.expected),
        (_("Not reported"), total.missing, "late" if total.missing else "quiet", "circle-dashed", "missing", None),
        (_("Waiting for signature"), total.states["submitted"], "due", "signature", "submitted", None),
        (
            _("Returned"),
            total.states["returned"],
            "alarm" if total.states["returned"] else "quiet",
            "arrow-back-up",
            "returned",
            None,
        ),
        (_("Late"), total.late, "late" if total.late else "quiet", "clock-exclamation", "late", None),
        *[row for row in _seldom(total) if row[1]],
        (
            _("With cases"),
            total.important,
            "alarm" if total.important else "quiet",
            "alert-triangle",
            "important",
            None,
        ),
    ]
    return [
        {
            "label": label,
            "value": value,
            "of": of,
            "tone": tone,
            "icon": icon,
            "url": base + (f"?only={only}" if only else ""),
        }
        for label, value, tone, icon, only, of in rows
    ]


def _seldom(total: reads.Count) -> list[tuple[str, int, str, str, str, int | None]]:
    """What most days do not have, and then takes no room."""
    return [
        (_("Not as the system says"), total.differing, "due", "scale", "differing", None),
        (_("Let off"), total.let_off, "quiet", "calendar-off", "let_off", None),
    ]


def _tabs(opened: Opened, total: reads.Count, only: str) -> list[dict[str, Any]]:
    base = reverse("returns:schools", args=opened.address)
    names = {
        "": _("All"),
        "missing": _("Not reported"),
        "late": _("Late"),
        "submitted": _("Waiting for signature"),
        "returned": _("Returned"),
        **({"let_off": _("Let off")} if total.let_off else {}),
        "important": _("With cases"),
        **({"differing": _("Not as the system says")} if total.differing or only == "differing" else {}),
    }
    return [
        {
            "label": name,
            "url": base + (f"?only={key}" if key else ""),
            "current": key == only,
            "count": total.number(key),
        }
        for key, name in names.items()
    ]
