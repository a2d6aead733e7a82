"""Events as lines of the list, and the state of the audit chain in a sentence."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.core.models import Event
from lianfang.core.queries.chain import State
from lianfang.ui import words as ui
from lianfang.web.events import terms, words

# The clock seals each minute and checks each night; after so long something does not run.
SEALS_WITHIN, CHECKS_WITHIN = timedelta(minutes=15), timedelta(hours=30)
MOST_DETAIL = 240
_TONES = {"refused": "returned", "failed": "alarm"}


def rows(
    events: Sequence[Event], units: Mapping[int, Any], persons: Mapping[str, str], audits: bool
) -> list[dict[str, Any]]:
    """Lines for the list and the sheet. Without ``audits`` they tell neither address nor object nor detail."""
    return [_row(event, units, persons, audits) for event in events]


def _row(event: Event, units: Mapping[int, Any], persons: Mapping[str, str], audits: bool) -> dict[str, Any]:
    found = words.said(event)
    line = {
        "event": event,
        "icon": found.icon,
        "what": found.words,
        "who": words.actor(event),
        "unit": units.get(event.unit_id) if event.unit_id else None,  # None: it concerns no single unit
        "subject": _subject(event, persons, audits),
        "outcome": words.OUTCOMES.get(event.outcome, event.outcome),
        "state": _TONES.get(event.outcome, ""),
    }
    if audits:
        line["kind"] = words.KINDS.get(event.subject_kind, event.subject_kind)
        line["detail"] = Truncator(terms.said(event.detail)).chars(MOST_DETAIL)
    return line


def _subject(event: Event, persons: Mapping[str, str], audits: bool) -> str:
    """A person of a roster is never named by the event itself: by the masked name for who may see them, else by the end
    of the number."""
    if event.subject_id in persons and event.subject_kind == "person":
        return persons[event.subject_id] or _("purged")
    if event.subject_kind == "user" and event.subject_id == str(event.by_id):
        return ""
    said = terms.subject(event)
    if said or not audits or not event.subject_id or event.subject_kind == "unit":
        return said
    return _("%(kind)s …%(number)s") % {
        "kind": words.KINDS.get(event.subject_kind, event.subject_kind), "number": event.subject_id[-8:],
    }  # fmt: skip


def chain_said(state: State, now: datetime) -> dict[str, Any]:
    """Tone, heading and sentences for ``c-notice``."""
    newest, checked = state.newest, state.checked
    told = []
    if newest:
        sealed = _("The newest link is number %(number)s, sealed %(at)s.")
        told.append(sealed % {"number": newest.number, "at": ui.when(newest.at, now)})
    waits = ngettext("%(count)s event waits for its seal.", "%(count)s events wait for their seal.", state.waiting)
    told.append(waits % {"count": state.waiting})
    if checked:
        last = _("Last checked %(at)s: %(events)s events in %(links)s links.")
        told.append(last % {"at": ui.when(checked.at, now), **_counted(checked)})
    tone, title = _verdict(state, now)
    return {"tone": tone, "title": title, "told": told}


def _verdict(state: State, now: datetime) -> tuple[str, str]:
    newest, checked = state.newest, state.checked
    if checked and checked.verb == "audit.broken":
        return "alarm", _("The audit chain is broken. The operator finds the events with “manage.py audit verify”.")
    if state.waiting and (newest is None or newest.at < now - SEALS_WITHIN):
        return "late", _("Events are not being sealed: the worker of the program does not run.")
    if checked is None:
        return "due", _("The audit chain has not been checked yet. That is done each night.")
    if checked.at < now - CHECKS_WITHIN:
        return "late", _("The nightly check of the audit chain did not take place.")
    return "done", _("The audit chain holds.")


def _counted(checked: Event) -> dict[str, str]:
    return {name: ui.number(checked.detail.get(name, 0)) for name in ("events", "links")}
