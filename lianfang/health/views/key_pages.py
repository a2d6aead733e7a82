"""What the pages of key people show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE
from lianfang.core.ids import uuid7
from lianfang.health import key_words
from lianfang.health.actions.following import is_finding
from lianfang.health.forms.key_people import AskedForm, PlanForm, ReleaseForm, ResponsibleForm, WhichForm
from lianfang.health.models import FollowUp, KeyPerson
from lianfang.health.models.key_people import Ending
from lianfang.health.queries import key_people as queries
from lianfang.health.queries import limits
from lianfang.health.rules import following
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules.identity import age

SHOWS = ("", "all", "proposed", "over")


@dataclass(frozen=True)
class Shown:
    """Which list, and of what: ``unit`` and ``category`` narrow it, from a cell of the counts."""

    show: str
    rows: QuerySet[KeyPerson]
    unit: Unit | None
    category: str


def chosen(user: User, show: str, form: WhichForm, now: datetime) -> Shown:
    on = now.astimezone(ZONE).date()
    unit, category = form.chosen()
    show = show if show in SHOWS else ""
    if unit is not None or category:
        show = "all"
    rows = queries.over(user, now) if show == "over" else queries.waiting(user)
    if show == "":
        rows = rows.filter(queries.mine(user, on)).exclude(queries.proposed(on))
    elif show == "proposed":
        rows = rows.filter(queries.proposed(on))
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    return Shown(show, rows.filter(category=category) if category else rows, unit, category)


def places(page: Page[KeyPerson]) -> list[Unit]:
    """Whose people stand on the page: up to three units, else their schools."""
    units = list({row.unit_id: row.unit for row in page}.values())
    return units if len(units) <= 3 else list({row.school_id: row.school for row in page}.values())


def index(user: User, shown: Shown, page: Page[KeyPerson], now: datetime) -> dict[str, Any]:
    tally, last = queries.tallies(user, now), queries.last(list(page))
    here = reverse("health:key_people")
    label = key_words.category_of(shown.category) if shown.category else ""
    return {
        "page": page, "show": shown.show, "rows": [_row(row, last.get(row.pk), now) for row in page], "now": now,
        "narrowed": _(" · ").join(part for part in (shown.unit.name if shown.unit else "", label) if part),
        "counts": [
            {"label": _("Followed"), "value": tally["all"], "tone": "quiet", "icon": "user-search"},
            {"label": _("To be asked now"), "value": tally["due"], "tone": "late", "icon": "clock-exclamation"},
            {"label": _("Days over"), "value": tally["proposed"], "tone": "due", "icon": "user-check"},
        ],
        "tabs": [
            {"label": _("Mine"), "url": here, "current": shown.show == "", "count": tally["mine"]},
            {"label": _("All"), "url": f"{here}?show=all", "current": shown.show == "all", "count": tally["all"]},
            {"label": _("Days over"), "url": f"{here}?show=proposed", "current": shown.show == "proposed",
             "count": tally["proposed"]},
            {"label": _("Ended lately"), "url": f"{here}?show=over", "current": shown.show == "over",
             "count": tally["over"]},
        ],
    }  # fmt: skip


def _row(row: KeyPerson, last: FollowUp | None, now: datetime) -> dict[str, Any]:
    return {
        "row": row, "category": key_words.category(row), "days": days(row, now), "chip": chip(row, now),
        "late": _is_late(row, now), "last": key_words.told(last) if last else "", "last_at": last.at if last else None,
    }  # fmt: skip


def _is_late(row: KeyPerson, now: datetime) -> bool:
    return row.ended_on is None and row.due_at is not None and row.due_at <= now and not _is_free(row, now)


def _is_free(row: KeyPerson, now: datetime) -> bool:
    return row.ended_on is None and following.release_due(row.until, now.astimezone(ZONE).date())


def chip(row: KeyPerson, now: datetime) -> dict[str, str]:
    if row.ended_on is not None:
        return {"state": "done", "tone": "quiet", "label": str(Ending(row.ending).label)}
    if _is_free(row, now):
        return {"state": "signed", "tone": "due", "label": _("Days over")}
    if _is_late(row, now):
        return {"state": "late", "tone": "late", "label": _("To be asked now")}
    return {"state": "due", "tone": "quiet", "label": _("Followed")}


def days(row: KeyPerson, now: datetime) -> str:
    """ "第 5 天／共 14 天"; without an end "第 5 天"."""
    today = row.ended_on or now.astimezone(ZONE).date()
    number = max((today - row.since).days, 0)
    if row.until is None:
        return _("day %(n)s") % {"n": number}
    whole = (row.until - row.since).days
    return _("day %(n)s of %(of)s") % {"n": min(number, whole), "of": whole} if whole > 0 else ""


def one(user: User, row: KeyPerson, form: AskedForm, now: datetime, **forms: Any) -> dict[str, Any]:
    found, on = queries.opened(row, now), now.astimezone(ZONE).date()
    person, manages = row.person, access.can(user, queries.MANAGE, row.unit)
    edition = queries.edition_of(row)
    today = [told for told in found.follow_ups if told.reached and told.at.astimezone(ZONE).date() == on]
    ill = bool(today) and is_finding(row, today[-1])
    free = _is_free(row, now)
    people = queries.may_follow(row.unit, on) if manages and row.ended_on is None else []
    return {
        "row": row, "found": found, "form": form, "chip": chip(row, now), "days": days(row, now), "now": now,
        "category": key_words.category(row), "edition": edition.label(_language()), "is_open": row.ended_on is None,
        "sex": person.get_sex_display() if person.sex in (1, 2) else "",
        "age": age(person.born_on, on) if person.born_on else None, "free": free, "late": _is_late(row, now),
        "answers": _answers(row), "times": _times(row),
        "grid": _grid(row, found), "fever": f"{limits.fever(row.school_id, on) / 10:.1f}",
        "what_to_do": edition.found_ill.label(_language()) if ill else "",
        "ill": key_words.told(today[-1]) if ill else "",
        "timeline": _timeline(found), "manages": manages, "unreached_id": uuid7(),
        "plan_form": forms.get("plan") or PlanForm(initial={"plan": row.plan.open() if row.plan else ""}),
        "responsible_form": forms.get("responsible")
        or ResponsibleForm(people, initial={"responsible": str(row.responsible_id or "")}),
        "release_form": forms.get("release") or ReleaseForm(), "releasing": "release" in forms,
        "has_record": access.can(user, "record.view", row.unit),
    }  # fmt: skip


def _language() -> str:
    return get_language() or "zh"


def _times(row: KeyPerson) -> str:
    times = queries.edition_of(row).asking(row.category, row.rule).times
    often = ngettext("once a day, at %(times)s", "%(n)s times a day, at %(times)s", len(times))
    return often % {"n": len(times), "times": _(", ").join(times)}


def _answers(row: KeyPerson) -> list[dict[str, Any]]:
    known = [
        {"label": _("Class and rule"), "value": _(" · ").join([key_words.category(row), key_words.rule(row)])},
        {"label": _("Why"), "value": _("; ").join(key_words.reasons(row))},
        {"label": _("Counts from"), "value": row.since.isoformat()},
        {"label": _("Last day"), "value": row.until.isoformat() if row.until else _("until somebody says so")},
        {"label": _("Looked after by"), "value": row.responsible.name if row.responsible else _("nobody yet")},
        {"label": _("Listed"), "value": _listed(row)},
    ]
    if row.ended_on:
        note = row.ending_note.open() if row.ending_note else ""
        ended = _(" · ").join(part for part in (row.ended_on.isoformat(), row.ended_by_name, note) if part)
        known.append({"label": str(Ending(row.ending).label), "value": ended})
    return [one for one in known if one["value"]]


def _listed(row: KeyPerson) -> str:
    return _(" · ").join([row.from_on.isoformat(), row.by_name or _("by the rules, from what was answered")])


def _grid(row: KeyPerson, found: queries.Opened) -> dict[str, Any]:
    """The last days, one line each, with what was told at each moment; nothing there is a dash."""
    times = queries.edition_of(row).asking(row.category, row.rule).times
    return {"times": times, "lines": [{"on": on, "cells": [_cell(row, one) for one in day]} for on, day in found.days]}


def _cell(row: KeyPerson, one: FollowUp | None) -> dict[str, Any]:
    return {"told": key_words.told(one) if one else "", "ill": one is not None and is_finding(row, one)}


def _timeline(found: queries.Opened) -> list[dict[str, Any]]:
    """Newest first: every time somebody asked, and the classes before."""
    items = [
        {"at": one.at, "what": key_words.told(one) if one.reached else _("Nobody reached"), "who": one.by_name,
         "icon": "temperature" if one.reached else "phone-x", "tone": "done" if one.reached else "late",
         "note": _(" · ").join(value.open() for value in (one.place, one.note) if value)}
        for one in found.follow_ups
    ]  # fmt: skip
    chain = [found.row, *found.history]
    items += [
        {"at": row.at, "what": _("Listed: %(category)s") % {"category": key_words.category(row)}, "icon": "user-search",
         "who": row.by_name or _("Lianfang"), "tone": "quiet"}
        for row in chain
    ]  # fmt: skip
    items += [
        {"at": row.ended_at, "what": str(Ending(row.ending).label), "icon": "user-check", "who": row.ended_by_name,
         "tone": "quiet"}
        for row in chain if row.ended_at and row.ending != Ending.MOVED
    ]  # fmt: skip
    return sorted(items, key=lambda item: item["at"], reverse=True)
