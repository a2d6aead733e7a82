"""Words and signs of the roster, for pages and sheets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianfang.core import clock
from lianfang.duty.queries.answering import Answer, Called
from lianfang.duty.queries.roster import Line

CALLED = 5

# State of a shift (`queries.roster.Line`) → chip, its word.
STATES: Mapping[str, tuple[str, str | Promise]] = {
    "in": ("done", gettext_lazy("Checked in")),
    "late": ("late", gettext_lazy("Checked in late")),
    "coming": ("not_started", gettext_lazy("Planned")),
    "open": ("due", gettext_lazy("Check-in open")),
    "missed": ("late", gettext_lazy("Not checked in")),
    "over": ("late", gettext_lazy("Over without check-in")),
    "vacant": ("missing", gettext_lazy("Nobody yet")),
    "away": ("missing", gettext_lazy("Open: on leave")),
}

SWAPS: Mapping[str, tuple[str, str | Promise]] = {
    "asked": ("pending", gettext_lazy("Waits for the colleague")),
    "agreed": ("pending", gettext_lazy("Waits for whoever leads")),
    "done": ("done", pgettext_lazy("of a swap", "Swapped")),
    "refused": ("returned", pgettext_lazy("of a swap", "Refused")),
    "void": ("info", gettext_lazy("No longer possible")),
}

_WHY: Mapping[str, str | Promise] = {
    "on_duty": gettext_lazy("On duty"),
    "leader": gettext_lazy("Leads on duty"),
    "missed": gettext_lazy("On duty, not checked in"),
    "first": gettext_lazy("Responsible at the unit"),
}


def minute(moment: datetime) -> str:
    return f"{moment.astimezone(clock.ZONE):%H:%M}"


def hours(start: datetime, end: datetime) -> str:
    """08:00–20:00; the end of a shift over midnight is told as one of the next day."""
    begins, ends = start.astimezone(clock.ZONE), end.astimezone(clock.ZONE)
    shown = f"{begins:%H:%M}–{ends:%H:%M}"
    return shown if begins.date() == ends.date() else _("%(hours)s next day") % {"hours": shown}


def line(found: Line, now: datetime) -> dict[str, Any]:
    shift = found.shift
    chip, said = STATES[found.state]
    return {
        "shift": shift, "state": found.state, "chip": chip, "said": said, "hours": hours(shift.from_at, shift.to_at),
        "who": shift.user, "leader": found.leader, "vacant": found.vacant, "on": clock.day_of(shift.from_at),
    }  # fmt: skip


def chain(found: Answer) -> list[dict[str, Any]]:
    """The first few: whoever has called five people in vain calls the unit above by its own number."""
    return [{"called": called, "why": why(called)} for called in found.chain[:CALLED]]


def why(called: Called) -> str:
    if called.why == "above":
        return _("%(unit)s, the unit above") % {"unit": called.unit.label}
    return str(_WHY[called.why])


def said_of(found: Answer) -> str:
    """Why it is this person who answers now, where that is not the one on the roster."""
    called = found.now
    if called is None:
        return _("Nobody holds a duty here or above.")
    if called.why == "first":
        return _("Nobody is on the roster: the first responsible person answers.")
    if called.why == "above":
        return _("Nobody at the unit can be called: the unit above answers.")
    if called.why == "leader" and found.rostered:
        return _("Whoever is on duty has not checked in or is on leave: the leader answers.")
    return ""
