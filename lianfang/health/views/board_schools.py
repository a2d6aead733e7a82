"""The board of a school, or of a part of it, in words and figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lianfang.health.actions import opening
from lianfang.health.queries import classes, held, places
from lianfang.health.queries.classes import Day, Row
from lianfang.health.queries.owed import KIND
from lianfang.health.rules.boards import FINDINGS, Standing, column, known, standing
from lianfang.health.rules.plan import Wanted
from lianfang.health.views import board_figures as figures
from lianfang.health.views.board_opening import Opened, chosen, label, tabs, usual
from lianfang.obligations.queries import grants, ledger
from lianfang.people import access

PAGE, LIVE = "health/board_school.html", "health/_board_school_live.html"


def page(request: HttpRequest, found: Opened) -> dict[str, Any]:
    return live(request, found) | found.day_links("health:board")


def live(request: HttpRequest, found: Opened) -> dict[str, Any]:
    """The part that refreshes by itself. ``shown`` in the address are the lines that stood among the missing when the
    page was opened: they stay where they are, whatever comes in."""
    day = classes.day(found.unit, found.on)
    if found.is_today and any(row.expected is None for row in day.classes):
        opening.open_day(found.on, [found.school_id])  # founded today, or the worker has not come to it
        day = classes.day(found.unit, found.on)
    owed = _owed(day)
    wanted = chosen(request, owed, found)
    context = found.context(round=wanted.round if wanted else None, rows=_table(found, day, wanted), whole=found.whole)
    context |= {"off": found.off if day.off else ""}
    context |= {"headings": figures.headings(), "round_label": label(wanted.round) if wanted else ""}
    context |= {"tabs": tabs(owed, wanted, {one.round.code: len(_missing(day, one)) for one in owed})}
    context |= {"counts": _counts(found, day, wanted), "has_findings": found.whole and _sees(found, "finding.view")}
    if wanted is not None:
        context |= _round(request, found, day, wanted)
    return context


def _round(request: HttpRequest, found: Opened, day: Day, wanted: Wanted) -> dict[str, Any]:
    owing, code = day.owing(wanted.round.code), wanted.round.code
    shown = {*filter(None, request.GET.get("shown", "").split(","))}
    missing = _missing(day, wanted)
    listed = [row for row in owing if row in missing or row.key in shown] if shown else missing
    called = classes.teachers(listed, found.on) if listed else {}
    due = _dues(found, wanted, listed)
    asked = ledger.last_told(KIND, code, found.on, found.school_id, {row.unit.pk for row in listed})
    may_chase = found.is_today and bool(missing) and access.can(found.user, "notice.post", found.unit)
    return {
        "only_groups": day.only_groups(code),
        "due": found.due(wanted), "opens": _at(found, wanted), "missing_count": len(missing),
        "owing_count": len(owing), "past_due": found.past(wanted),
        "missing": [_line(row, code, called, asked, found.now, due[row.key]) for row in listed],
        "let_off": grants.let_off(found.unit, KIND, code, found.on),
        "shown": ",".join(row.key for row in listed),
        "may_chase": may_chase,
    }  # fmt: skip


def _at(found: Opened, wanted: Wanted) -> datetime:
    return places.due_at(Wanted(wanted.round, wanted.opens, wanted.opens), found.on)


def _owed(day: Day) -> list[Wanted]:
    """Rounds that anybody owes, as the first kind that owes them has them; and those that came in all the same."""
    kinds = ["class", *sorted({row.group.kind for row in day.groups if row.group})]
    found: dict[str, Wanted] = {}
    for kind in kinds:
        for one in day.planned(kind):
            found.setdefault(one.round.code, one)
    for code in ("morning", "noon", "evening"):
        if code not in found and any(row.reported(code) for row in (*day.classes, *day.groups)):
            found[code] = usual(code)
    in_order = {code: at for at, code in enumerate(("morning", "noon", "evening"))}
    return [found[code] for code in sorted(found, key=in_order.__getitem__)]


def _missing(day: Day, wanted: Wanted) -> list[Row]:
    return [row for row in day.owing(wanted.round.code) if not row.reported(wanted.round.code)]


def _dues(found: Opened, wanted: Wanted, rows: Sequence[Row]) -> dict[str, datetime]:
    """Until when each is in time, by `Row.key`."""
    usual, code = places.due_at(wanted, found.on), wanted.round.code
    return {row.key: grants.moved(KIND, code, row.unit, found.on, usual, near=found.unit) for row in rows}


def _line(
    row: Row, code: str, called: Any, asked: dict[int, datetime], now: datetime, due_at: datetime
) -> dict[str, Any]:  # fmt: skip
    teacher = called.get(row.key)
    came = row.reported(code)
    return {
        "row": row, "came": came, "state": "done" if came else "missing" if now > due_at else "not_started",
        "at": row.came.get(_number(code)), "name": teacher.name if teacher else "",
        "phone": teacher.work_phone if teacher else "", "asked": asked.get(row.unit.pk),
    }  # fmt: skip


def _number(code: str) -> int:
    return int(usual(code).round.number)


def _table(found: Opened, day: Day, wanted: Wanted | None) -> list[dict[str, Any]]:
    """One line a class and group. What authorities see has no counts of a class."""
    rows = [*day.classes, *day.groups]
    columns = [column([known(row.count(name), row.heard) for row in rows], whole=True).cells for name in FINDINGS]
    code = wanted.round.code if wanted else ""
    owing = {row.key for row in day.owing(code)} if code else set()
    due = _dues(found, wanted, rows) if wanted else {}
    return [
        {"row": row, "state": _state(row, code, row.key in owing, bool(wanted) and found.now > due[row.key]),
         "let_off": day.let_off(row, code) if code else "",
         "at": row.came.get(_number(code)) if code else None,
         "cells": _cells([cells[at] for cells in columns]) if found.whole and row.group is None else [],
         "cards": row.count("cards")}
        for at, row in enumerate(rows)
    ]  # fmt: skip


def _cells(values: Sequence[int | str | None]) -> list[tuple[str, int | str | None]]:
    """Each under its heading, which a telephone shows beside it."""
    return list(zip(figures.headings(), values, strict=True))


def _state(row: Row, code: str, owes: bool, past: bool) -> Standing:
    """A class that nobody owes the round of, and that has reported it all the same, has reported it."""
    if code and row.reported(code):
        return Standing.DONE
    if row.expected is None and row.group is None:
        return Standing.UNKNOWN
    return standing(1 if owes else 0, 0, past_due=past)


def _counts(found: Opened, day: Day, wanted: Wanted | None) -> list[dict[str, Any]]:
    """已报 43/45 班 · 未报 2 · 有症状 7 …"""
    counts: list[dict[str, Any]] = []
    if wanted is not None:
        missing, owing = len(_missing(day, wanted)), len(day.owing(wanted.round.code))
        counts = figures.completeness(owing - missing, owing, missing, late=found.past(wanted),
                                       groups=day.only_groups(wanted.round.code))  # fmt: skip
    heard = any(row.heard for row in day.classes)
    link = reverse("health:findings", args=found.address) if found.whole and _sees(found, "finding.view") else ""
    counts += figures.findings({name: known(count, heard) for name, count in day.counts.items()}, found.whole, link)
    people = sum(row.expected or 0 for row in day.classes)
    known_people = people if all(row.expected is not None for row in day.classes) and day.classes else None
    cards = day.total("cards")
    return [*counts, {"label": _("People expected"), "value": known_people, "icon": "users"},
            *([{"label": _("Cards"), "value": cards, "of": known_people, "icon": "id"}] if cards else []),
            *_held(found)]  # fmt: skip


def _held(found: Opened) -> list[dict[str, Any]]:
    url = reverse("health:held") if _sees(found, held.VERB) else ""
    return figures.held_back(held.count_of(found.unit), url) if found.is_today else []


def _sees(found: Opened, verb: str) -> bool:
    return access.can(found.user, verb, found.unit)
