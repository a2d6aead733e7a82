"""What somebody's units owe: how complete each is, how many are late, and the way to who is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from lianfang.health.queries import today
from lianfang.health.queries.owed import KIND as ROLL
from lianfang.health.queries.today import Watched
from lianfang.obligations import spec
from lianfang.obligations.queries import granted
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns.queries import board, filing, tasks
from lianfang.returns.queries.owed import RETURNS
from lianfang.returns.queries.words import say
from lianfang.returns.spec import Form
from lianfang.ui import words
from lianfang.web.today.checks import label


@dataclass(frozen=True)
class Row:
    unit: Unit
    what: str
    counts: str
    late: int
    important: int
    missing: int
    due: datetime | None
    url: str
    action: str


def owed(user: User, now: datetime) -> list[Row]:
    """By the clock."""
    found = [_roll(one, now) for one in today.watched(user, now)]
    found += [
        _return(form, unit, count, now)
        for form, unit, count in tasks.watched(user, now)
        if count.expected or not count.let_off
    ]
    return sorted(found, key=lambda row: (row.due is None, row.due.timestamp() if row.due else 0, row.unit.path))


def _roll(one: Watched, now: datetime) -> Row:
    counts = _("%(n)s of %(of)s classes reported") % {"n": words.number(one.reported), "of": words.number(one.expected)}
    missing = (one.expected or 0) - one.reported  # classes, as on the list: `Watched.missing` counts schools in an area
    late = 0
    if missing and now > one.due_at:
        code = one.round.round.code
        late = missing - granted.source(spec.kind(ROLL)).in_time(one.unit, code, now.date(), now)
    url, action = _way(one.unit, ROLL, one.round.round.code, now, missing)
    if not one.board:
        url, action = reverse("health:mine"), _("To the classes")
    elif not missing:
        url = reverse("health:board_today", args=[one.unit.pk]) + f"?round={one.round.round.code}"
    return Row(one.unit, label(one.round), counts, late, 0, missing, one.due_at, url, action)


def _return(form: Form, unit: Unit, count: board.Count, now: datetime) -> Row:
    values = {"reported": words.number(count.reported), "expected": words.number(count.expected)}
    counts = _("%(reported)s of %(expected)s reported") % values
    if count.let_off:
        counts += " · " + _("%(count)s let off") % {"count": words.number(count.let_off)}
    due = filing.due_of(form, unit, now.date(), tier="school")
    url, action = _way(unit, RETURNS.kind, form.id, now, count.missing)
    if not count.missing:
        url = reverse("returns:board", args=[form.id, now.date(), unit.pk])
    return Row(unit, say(form.short), counts, count.overdue, count.important, count.missing, due, url, action)


def _way(unit: Unit, kind: str, slot: str, now: datetime, missing: int) -> tuple[str, str]:
    if not missing:
        return "", _("To the board")
    return reverse("today:missing", args=[unit.pk, kind, slot, now.date()]), _("See who")
