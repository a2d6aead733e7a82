"""What the class checks of today bring to the home page: rounds owed, findings, boards to keep an eye on."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.health.queries import absences, held, hints, key_people, surveys, today
from lianfang.health.queries.today import Owed, Watched
from lianfang.health.rules.plan import Wanted
from lianfang.people import access
from lianfang.people.models import User


def tasks(user: User, now: datetime) -> list[dict[str, Any]]:
    """Rows of 今日待办: one tap reports a class that is well; then what was held back and waits for somebody's hand,
    and what wants to be verified."""
    owed = [_task(one) for one in today.owed(user, now)]
    others = [*_held(user), *_hints(user), *_surveys(user, now), *_followed(user, now)]
    return [*owed, *_absent(user, now), *others]


def findings(user: User, now: datetime) -> list[dict[str, Any]]:
    """Where somebody was found today, by name for those who look after them."""
    found = []
    for unit, count in today.found(user, now):
        if count:
            words = ngettext("%(count)s finding today", "%(count)s findings today", count) % {"count": count}
            found.append({"unit": unit, "words": words, "url": reverse("health:findings_today", args=[unit.pk])})
    return found


def areas(user: User, now: datetime) -> list[dict[str, Any]]:
    """Completeness of the round that opened last, of each unit one looks after."""
    return [_area(one, now) for one in today.watched(user, now)]


def _task(one: Owed) -> dict[str, Any]:
    return {
        "title": f"{_label(one.round)} · {one.place.label}",
        "action": _("Look") if one.done else _("Check the class"),
        "href": reverse("health:roll_today", args=[one.place, one.round.round.code]),
        "due": one.due_at, "state": "done" if one.done else "not_started", "unit": one.place.unit.school or "",
        "note": "", "on": None, "done": one.done,
    }  # fmt: skip


def _absent(user: User, now: datetime) -> list[dict[str, Any]]:
    """Absent pupils to follow up today: one row for all of them."""
    count, due_at = absences.due_today(user, now) if access.holds(user, absences.VERB) else (0, None)
    if not count:
        return []
    words = ngettext("%(count)s absent pupil to follow up", "%(count)s absent pupils to follow up", count)
    return [{
        "title": words % {"count": count}, "action": _("Follow up"), "href": reverse("health:absences"), "due": due_at,
        "state": "due", "unit": "", "note": "", "on": None, "done": False,
    }]  # fmt: skip


def _held(user: User) -> list[dict[str, Any]]:
    count = held.waiting(user).count() if access.holds(user, held.VERB) else 0
    if not count:
        return []
    words = ngettext("%(count)s report is held back", "%(count)s reports are held back", count) % {"count": count}
    return [{
        "title": words, "action": _("Look and mend"), "href": reverse("health:held"), "due": None, "state": "due",
        "unit": "", "note": "", "on": None, "done": False,
    }]  # fmt: skip


def _hints(user: User) -> list[dict[str, Any]]:
    count = hints.waiting_count(user)
    if not count:
        return []
    words = ngettext("%(count)s report to verify", "%(count)s reports to verify", count) % {"count": count}
    return [{
        "title": words, "action": _("Verify"), "href": reverse("health:hints"), "due": None,
        "state": "due", "unit": "", "note": "", "on": None, "done": False,
    }]  # fmt: skip


def _surveys(user: User, now: datetime) -> list[dict[str, Any]]:
    """One's own answer, then those that are missing in one's classes."""
    rows = [
        (one.survey, reverse("health:survey_answer", args=[one.survey.pk, user.person_id]), _("Fill in"), "")
        for one in surveys.owed_by(user, now.date())
    ]
    for one, unit, missing in surveys.lacking(user):
        words = ngettext("%(count)s answer missing", "%(count)s answers missing", missing) % {"count": missing}
        rows.append((one, reverse("health:survey", args=[one.pk, unit.pk]), _("See who"), f"{unit.label} · {words}"))
    return [
        {"title": one.title, "action": action, "href": href, "due": one.due_at, "state": "due", "unit": "",
         "note": note, "on": None, "done": False}
        for one, href, action, note in rows
    ]  # fmt: skip


def _followed(user: User, now: datetime) -> list[dict[str, Any]]:
    """Key people who have to be asked now: one row for all of them."""
    count, due_at = key_people.due_count(user, now) if access.holds(user, key_people.VERB) else (0, None)
    if not count:
        return []
    people = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return [{
        "title": _("Ask key people"), "action": _("Ask today"), "href": reverse("health:key_people"), "due": due_at,
        "state": "not_started", "unit": "", "note": people, "on": None, "done": False,
    }]  # fmt: skip


def _area(one: Watched, now: datetime) -> dict[str, Any]:
    board = reverse("health:board_today", args=[one.unit.pk]) + f"?round={one.round.round.code}"
    return {
        "unit": one.unit, "check": _label(one.round), "watched": one, "late": now > one.due_at and one.missing > 0,
        "url": board if one.board else reverse("health:mine"),
        "action": _("To the board") if one.board else _("To the classes"),
    }  # fmt: skip


def _label(wanted: Wanted) -> str:
    return wanted.round.label(get_language() or "zh")
