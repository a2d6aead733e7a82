"""What the pages of disinfection show."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianfang.cases import isolation_words as words
from lianfang.cases.models import Cleaning
from lianfang.cases.queries import cleaning as queries
from lianfang.cases.queries import isolation as places
from lianfang.cases.rules import cleaning as rules
from lianfang.cases.views.isolation_pages import show
from lianfang.people import access
from lianfang.people.models import User

__all__ = ["index", "one", "show"]


def index(user: User, page: Page[Cleaning], done: bool, now: datetime) -> dict[str, Any]:
    here = reverse("cases:cleaning")
    return {
        "page": page, "done": done, "rows": [_row(row, now) for row in page],
        "schools": places.schools(user, queries.CHECK),
        "tabs": [
            {"label": pgettext("disinfection", "To be done"), "url": here, "current": not done},
            {"label": pgettext("disinfection", "Register"), "url": f"{here}?done", "current": done},
        ],
    }  # fmt: skip


def _language() -> str:
    return get_language() or "zh"


def _row(row: Cleaning, now: datetime) -> dict[str, Any]:
    return {"task": row, "what": rules.kind(row.what).label(_language()), "chip": chip(row, now),
            "with": _with(row)}  # fmt: skip


def chip(row: Cleaning, now: datetime) -> dict[str, str]:
    if row.well is False:
        return {"state": "returned", "tone": "alarm", "label": _("to be done again")}
    if row.checked_at:
        return {"state": "done", "tone": "done", "label": _("looked at")}
    if row.done_at:
        return {"state": "submitted", "tone": "due", "label": _("done, not looked at")}
    if row.due_at < now:
        return {"state": "late", "tone": "late", "label": _("past its time")}
    return {"state": "due", "tone": "due", "label": pgettext("disinfection", "to be done")}


def _with(row: Cleaning) -> str:
    strength = _("%(n)s milligrams a litre") % {"n": row.strength} if row.strength else ""
    minutes = _("%(n)s minutes") % {"n": row.minutes} if row.minutes else ""
    return words.joined(row.agent, strength, row.get_how_display() if row.how else "", minutes)


def one(user: User, row: Cleaning, form: forms.Form) -> dict[str, Any]:
    kind = rules.kind(row.what)
    known = [
        (_("Finished"), words.moment(row.done_at)), (_("Begun"), words.moment(row.began_at)),
        (_("Who did it"), row.who.open() if row.who else ""), (_("What was disinfected"), row.objects_done),
        (_("With what"), _with(row)), (_("Noted by"), row.noted_by.name if row.noted_by else ""),
        (_("Looked at by"), row.checked_by.name if row.checked_by else ""),
    ]  # fmt: skip
    may_check = access.can(user, queries.CHECK, row.school)
    return {
        "task": row, "form": form, "what": kind.label(_language()), "told": kind.told(_language()),
        "source": rules.catalog().source, "sure": rules.catalog().reliability != "unverified",
        "answers": [{"label": label, "value": value} for label, value in known if value],
        "check": may_check and row.done_at and not row.checked_at and row.noted_by_id != user.pk,
        "own": row.done_at and not row.checked_at and row.noted_by_id == user.pk,
    }  # fmt: skip
