"""Words and signs of absences."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.people.models import Leave
from lianfang.people.queries import leave

# Keys of `people.rules.leave.KINDS`.
LEAVE_KINDS: Mapping[str, str | Promise] = {
    "leave": _("On leave"),
    "away": _("Out of town, to be reached by telephone"),
    "standby": _("On stand-by, ready to come"),
}

_STATES: Mapping[str, tuple[str, str, str | Promise]] = {
    "waiting": ("due", "", _("Waiting for an answer")),
    "coming": ("done", "quiet", _("Agreed, to come")),
    "now": ("info", "", _("Away now")),
    "over": ("done", "quiet", _("Over")),
    "refused": ("returned", "", _("Refused")),
    "recalled": ("alarm", "", _("Called back")),
}


def row(absence: Leave, day: date) -> dict[str, Any]:
    state = leave.state(absence, day)
    icon, tone, label = _STATES[state]
    kind = LEAVE_KINDS.get(absence.kind, absence.kind)
    return {"leave": absence, "kind": kind, "now": state, "sign": {"state": icon, "tone": tone, "label": label}}
