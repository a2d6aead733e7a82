"""What the class checks of today bring to the home page beside the rolls: findings, absences, surveys, key people."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.health.queries import absences, held, hints, key_people, surveys, today
from lianfang.health.rules.plan import Wanted
from lianfang.obligations.sources import Owed
from lianfang.people import access
from lianfang.people.models import User


def tasks(user: User, now: datetime) -> list[Owed]:
    """Rows of 今日待办: whom to follow up, what was held back and waits for somebody's hand, what wants to be
    verified."""
    return [*_absent(user, now), *_held(user), *_hints(user), *_surveys(user, now), *_followed(user, now)]


def findings(user: User, now: datetime) -> list[dict[str, Any]]:
    """Where somebody was found today, by name for those who look after them."""
    found = []
    for unit, count in today.found(user, now):
        if count:
            words = ngettext("%(count)s finding today", "%(count)s findings today", count) % {"count": count}
            found.append({"unit": unit, "words": words, "url": reverse("health:findings_today", args=[unit.pk])})
    return found


def _absent(user: User, now: datetime) -> list[Owed]:
    """Absent pupils to follow up today: one row for all of them."""
    count, due_at = absences.due_today(user, now) if access.holds(user, absences.VERB) else (0, None)
    if not count:
        return []
    words = ngettext("%(count)s absent pupil to follow up", "%(count)s absent pupils to follow up", count)
    return [_row(words % {"count": count}, _("Follow up"), reverse("health:absences"), due_at)]


def _held(user: User) -> list[Owed]:
    count = held.waiting(user).count() if access.holds(user, held.VERB) else 0
    if not count:
        return []
    words = ngettext("%(count)s report is held back", "%(count)s reports are held back", count) % {"count": count}
    return [_row(words, _("Look and mend"), reverse("health:held"))]


def _hints(user: User) -> list[Owed]:
    count = hints.waiting_count(user)
    if not count:
        return []
    words = ngettext("%(count)s report to verify", "%(count)s reports to verify", count) % {"count": count}
    return [_row(words, _("Verify"), reverse("health:hints"))]


def _surveys(user: User, now: datetime) -> list[Owed]:
    """One's own answer, then those that are missing in one's classes."""
    rows = [
        (one.survey, reverse("health:survey_answer", args=[one.survey.pk, user.person_id]), _("Fill in"), "")
        for one in surveys.owed_by(user, now.date())
    ]
    for one, unit, missing in surveys.lacking(user):
        words = ngettext("%(count)s answer missing", "%(count)s answers missing", missing) % {"count": missing}
        rows.append((one, reverse("health:survey", args=[one.pk, unit.pk]), _("See who"), f"{unit.label} · {words}"))
    return [_row(one.title, action, href, one.due_at, note) for one, href, action, note in rows]


def _followed(user: User, now: datetime) -> list[Owed]:
    """Key people who have to be asked now: one row for all of them."""
    count, due_at = key_people.due_count(user, now) if access.holds(user, key_people.VERB) else (0, None)
    if not count:
        return []
    people = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return [_row(_("Ask key people"), _("Ask today"), reverse("health:key_people"), due_at, people)]


def _row(title: str, action: str, url: str, due_at: datetime | None = None, note: str = "") -> Owed:
    return Owed("", title, action, url, None, due_at, state="due", note=note)


def label(wanted: Wanted) -> str:
    return wanted.round.label(get_language() or "zh")
