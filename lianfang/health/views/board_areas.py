"""The board of a county, city, province or sponsor, in words and figures: counts only."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.health import charts
from lianfang.health.queries import boards, places, terms
from lianfang.health.queries.boards import Child, Standings
from lianfang.health.queries.owed import KIND
from lianfang.health.rules.boards import FINDINGS, Standing, column, known, standing
from lianfang.health.rules.plan import Wanted
from lianfang.health.views import board_figures as figures
from lianfang.health.views.board_opening import Opened, chosen, label, tabs, usual
from lianfang.obligations.queries import grants, ledger
from lianfang.people import access

PAGE, LIVE = "health/board_area.html", "health/_board_area_live.html"
DRAWN = 10_000  # classes: the line of more takes a page of its own, so that the board stays quick
SHOWN = 12  # of the schools that lack classes, on the board itself; the list has them all
_TONES = {
    Standing.DONE: "done", Standing.PART: "due", Standing.MISSING: "late", Standing.WAITING: "quiet",
    Standing.NONE: "quiet", Standing.UNKNOWN: "quiet",
}  # fmt: skip


def page(request: HttpRequest, found: Opened) -> dict[str, Any]:
    context = live(request, found) | found.day_links("health:board")
    total: Standings | None = context.get("total")
    if total is not None and 0 < total.classes <= DRAWN:
        context |= _line(found, context["round"].code, total, context["due"])
    return context


def live(request: HttpRequest, found: Opened) -> dict[str, Any]:
    """The part that refreshes by itself. ``shown`` in the address are the schools that stood among those lacking
    classes when the page was opened: they stay where they are, whatever comes in."""
    owed = terms.rounds(found.unit, found.on)
    wanted = chosen(request, owed, found)
    off = "" if owed else found.off
    if wanted is None and off:  # nothing is owed, and cards come in all the same
        wanted = usual("morning")
    if wanted is None:
        return found.context(round=None, tabs=[], counts=[])
    code = wanted.round.code
    by_child = boards.standings(found.unit, found.on, code)
    total, units, past = boards.total(by_child), boards.children(by_child), found.past(wanted)
    shown = [int(one) for one in request.GET.get("shown", "").split(",") if one.isdecimal() and len(one) < 10][:SHOWN]
    rows = _lacking(found, code, shown, total)
    asked = ledger.last_asked_by(found.unit.pk, KIND, code, found.on)
    children, lines = _children(found, by_child, units, code, request.GET.get("page"))
    return found.context(
        round=wanted.round, round_label=label(wanted.round), due=found.due(wanted),
        opens=_opens(found, wanted), past_due=past, off=off,
        only_groups=terms.only_groups(code), total=total, counts=_counts(found, total, code, past),
        lacking=rows, shown=",".join(str(one.unit_id) for one in rows),
        asked=asked, missing_count=total.classes - total.reported, may_chase=_may_chase(found, total),
        let_off=grants.let_off(found.unit, KIND, code, found.on), tabs=tabs(owed, wanted, {code: total.lacking}),
        children=children, lines=lines,
        silent=len(by_child) - children.paginator.count, sums=_sums(found, by_child), headings=figures.headings(),
        tiles=_tiles(found, by_child, units, code, past), unopened=total.schools - total.opened,
    )  # fmt: skip


def curve(request: HttpRequest, found: Opened) -> dict[str, Any]:
    """The step line of the round, with its table."""
    owed = terms.rounds(found.unit, found.on)
    wanted = chosen(request, owed, found)
    if wanted is None:
        raise Http404
    total = boards.total(boards.standings(found.unit, found.on, wanted.round.code))
    context = found.context(
        round=wanted.round, round_label=label(wanted.round), tabs=tabs(owed, wanted, {}), total=total
    )  # fmt: skip
    line = _line(found, wanted.round.code, total, found.due(wanted))
    return context | line | found.day_links("health:board_curve")


def _line(found: Opened, code: str, total: Standings, due: datetime) -> dict[str, Any]:
    """Of classes reported by time; no option where none has."""
    running, points = 0, []
    for begun, number in boards.steps(found.unit, found.on, code):
        running += number
        points.append((min(begun + boards.STEP, found.now), running))
    if not points:
        return {"option": None}
    until = min(found.now, due.replace(hour=23, minute=59))
    option = charts.completeness(points, total.classes, due, until)
    return {"option": option, "points": points, "reported": running, "last": points[-1][0]}


def lacking(request: HttpRequest, found: Opened) -> dict[str, Any]:
    wanted = chosen(request, terms.rounds(found.unit, found.on), found)
    if wanted is None:
        raise Http404
    code = wanted.round.code
    whole = boards.total(boards.standings(found.unit, found.on, code)).lacking
    pages = Paginator(range(whole), boards.PAGE).get_page(request.GET.get("page"))
    rows = boards.lacking(found.unit, found.on, code, page=pages.number)
    return found.context(
        round=wanted.round, round_label=label(wanted.round), rows=rows, page=pages, whole=whole,
        only_groups=terms.only_groups(code),
        past_due=found.past(wanted),
    )  # fmt: skip


def _opens(found: Opened, wanted: Wanted) -> datetime:
    return places.due_at(Wanted(wanted.round, wanted.opens, wanted.opens), found.on)


def _lacking(found: Opened, code: str, shown: list[int], total: Standings) -> list[boards.Lacking]:
    if shown:
        return boards.lacking(found.unit, found.on, code, only=shown)
    return boards.lacking(found.unit, found.on, code, most=SHOWN) if total.lacking else []


def _may_chase(found: Opened, total: Standings) -> bool:
    may = bool(total.lacking) and found.is_today
    return may and access.can(found.user, "notice.post", found.unit)


def _counts(found: Opened, total: Standings, code: str, past: bool) -> list[dict[str, Any]]:
    """已报班级 21 870/22 000 · 未报 130 · 全部报齐的学校 987/1 000 · 有症状 …"""
    missing, groups = total.classes - total.reported, terms.only_groups(code)
    counts: list[dict[str, Any]] = []
    if total.classes or not found.off:
        counts = figures.completeness(total.reported, total.classes, missing, late=past, groups=groups)
    if total.owing:
        tone = "quiet" if total.lacking else "done"
        counts.append({"label": _("Schools complete"), "value": total.whole, "of": total.owing, "tone": tone,
                       "icon": "building-community"})  # fmt: skip
    heard = bool(total.heard)
    counts += figures.findings({name: known(getattr(total, name), heard) for name in FINDINGS}, whole=False)
    people = total.expected if total.opened else None
    held = figures.held_back(boards.held(found.unit, found.on)) if found.is_today else []
    return [*counts, {"label": _("People expected"), "value": people, "icon": "users"}, *held]


def _order(by_child: dict[int, Standings], units: dict[int, Child]) -> list[int]:
    """Children in the order of the tree, sponsored schools outside it last; those with nobody on the roster are left
    out."""
    whole = (*units, *(by_child.keys() - units.keys()))
    return [pk for pk in whole if by_child[pk].expected or by_child[pk].heard]


def _children(
    found: Opened, by_child: dict[int, Standings], units: dict[int, Child], code: str, number: str | None
) -> tuple[Page[int], list[dict[str, Any]]]:
    """A page of lines, one a child. Which counts are left out depends on all of them, so columns are reckoned whole."""
    order = _order(by_child, units)
    columns = [_column(by_child, order, name) for name in FINDINGS]
    page = Paginator(order, boards.PAGE).get_page(number)
    return page, [
        {"key": pk, "name": units[pk].label if pk in units else _("Sponsored schools"), "count": by_child[pk],
         "url": _url(found, pk, code) if pk in units else "", "cells": [cells[at] for cells in columns]}
        for at, pk in enumerate(page, page.start_index() - 1)
    ]  # fmt: skip


def _url(found: Opened, pk: int, code: str) -> str:
    return reverse("health:board", args=[pk, found.on]) + f"?round={code}"


def _column(by_child: dict[int, Standings], order: list[int], name: str) -> tuple[int | str | None, ...]:
    counts = [known(getattr(by_child[pk], name), bool(by_child[pk].heard)) for pk in order]
    return column(counts, whole=False).cells


def _sums(found: Opened, by_child: dict[int, Standings]) -> list[int | str | None]:
    whole = boards.total(by_child)
    return [column([known(getattr(whole, name), bool(whole.heard))], whole=False).total for name in FINDINGS]


def _standing(count: Standings, past: bool) -> Standing:
    if not count.opened:
        return Standing.UNKNOWN
    return standing(count.classes, count.reported, past_due=past)


def _tiles(
    found: Opened, by_child: dict[int, Standings], units: dict[int, Child], code: str, past: bool
) -> list[dict[str, Any]]:
    """Areas below as a grid; schools are a table."""
    tiles = []
    for pk, unit in units.items():
        count = by_child[pk]
        if unit.is_school:
            continue
        late = ngettext("%(n)s school incomplete", "%(n)s schools incomplete", count.lacking) % {"n": count.lacking}
        tiles.append({
            "name": unit.label, "url": _url(found, pk, code), "tone": _TONES[_standing(count, past)],
            "note": late if count.lacking else "",
            "value": f"{count.reported}/{count.classes}" if count.classes else None,
        })  # fmt: skip
    return tiles
