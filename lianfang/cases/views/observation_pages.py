"""What the pages of temperatures show. Why somebody is watched stands nowhere here: class teachers read it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lianfang.cases import isolation_words as words
from lianfang.cases.models import Observation, Reading
from lianfang.cases.queries import observing as queries
from lianfang.cases.queries.observing import Watched
from lianfang.cases.rules import observing as rules
from lianfang.cases.views.isolation_pages import grid, show
from lianfang.core import clock
from lianfang.health.rules import symptoms
from lianfang.people.models import User

__all__ = ["before", "index", "noted", "one", "onwards", "round_now", "show"]


def index(user: User, now: datetime) -> dict[str, Any]:
    rows = queries.day(user, now)
    late = sum(any(due.due_at < now for due in one.dues) for one in rows)
    waiting = sum(bool(one.dues) for one in rows)
    return {
        "rows": [_row(one, now) for one in rows], "waiting": waiting,
        "counts": [
            {"label": _("Temperature waits"), "value": waiting, "tone": "due", "icon": "temperature"},
            {"label": _("Past its time"), "value": late, "tone": "late", "icon": "clock-exclamation"},
            {"label": _("Watched in all"), "value": len(rows), "tone": "quiet", "icon": "users"},
        ],
    }  # fmt: skip


def _row(one: Watched, now: datetime) -> dict[str, Any]:
    on = clock.day_of(now)
    told = []
    for name in (found.id for found in rules.catalog().rounds):
        if name in one.readings:
            told.append(f"{words.round_of(name)} {words.degrees(one.readings[name])}")
    hot = any(row.temperature >= queries.fever(one.observation, on) for row in one.readings.values())
    return {
        "observation": one.observation, "told": told, "hot": hot, "chip": _chip(one, hot, now),
        "waits": bool(one.dues), "due": one.dues[0].due_at if one.dues else None,
    }  # fmt: skip


def _chip(one: Watched, hot: bool, now: datetime) -> dict[str, str]:
    if hot:
        return {"state": "alarm", "tone": "alarm", "label": _("fever")}
    if any(due.due_at < now for due in one.dues):
        return {"state": "late", "tone": "late", "label": _("not measured")}
    if one.dues:
        return {"state": "due", "tone": "due", "label": _("to be measured")}
    return {"state": "done", "tone": "done", "label": _("measured")}


def round_now(found: Observation, now: datetime) -> str:
    """The round that waits, else that of this hour."""
    done = queries.taken([found.pk], clock.day_of(now))
    waits = queries.waiting(found, done, now)
    return waits[0].round if waits else rules.current(now.astimezone(clock.ZONE))


def one(user: User, found: Observation, form: forms.Form, now: datetime) -> dict[str, Any]:
    return {
        "observation": found, "name": words.name(found.person), "form": form, "grid": grid(found),
        "left": queries.due_count(user, now), "fever": f"{queries.fever(found, clock.day_of(now)) / 10:.1f}",
        "history": [
            {"at": row.at, "what": words.joined(words.round_of(row.round), words.degrees(row), words.seen(row)),
             "who": row.by.name, "note": row.note.open() if row.note else "", "icon": "temperature",
             "tone": "quiet" if hasattr(row, "correction") else "done"}
            for row in found.readings.select_related("by", "correction").order_by("-at")[:60]
        ],
    }  # fmt: skip


def before(row: Reading) -> dict[str, Any]:
    """A correction begins with what stands there."""
    return {
        "temperature": f"{row.temperature / 10:.1f}", "site": row.site,
        "symptoms": [one.code for one in symptoms.unpacked(row.symptoms)],
        "note": row.note.open() if row.note else "",
    }  # fmt: skip


def noted(request: HttpRequest, found: Observation, made: Reading) -> None:
    told = {"name": words.name(found.person), "degrees": words.degrees(made)}
    if made.temperature >= queries.fever(found, made.on):
        messages.warning(request, _("%(name)s: %(degrees)s. A fever: the school doctor was told.") % told)
    else:
        messages.success(request, _("%(name)s: %(degrees)s noted.") % told)


def onwards(user: User, found: Observation, made: Reading, now: datetime) -> HttpResponse:
    """To the next who waits; after a fever, and when nobody waits, to the list."""
    rows = [one for one in queries.day(user, now) if one.dues and one.observation.pk != found.pk]
    if rows and made.temperature < queries.fever(found, made.on):
        return redirect("cases:observation", rows[0].observation.pk)
    return redirect("cases:observations")
