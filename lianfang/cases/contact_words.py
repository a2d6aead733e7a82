"""Contacts in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases import case_words
from lianfang.cases.models import Contact, ContactNote
from lianfang.cases.queries.exposed import said
from lianfang.cases.rules import following as rules
from lianfang.health.rules import symptoms

# What each note is called, its icon, and the words on the button that adds one.
KINDS: dict[str, tuple[str | Promise, str]] = {
    "found": (_("Found by the rules"), "user-search"),
    "added": (_("Added by hand"), "user-plus"),
    "moved": (_("Last day or nearness changed"), "calendar-event"),
    "noted": (_("Asked how they are"), "clipboard-text"),
    "released": (pgettext_lazy("a contact", "Released"), "circle-check"),
    "lost": (pgettext_lazy("a contact", "Cannot be reached"), "phone-off"),
    "again": (_("Reached again"), "phone"),
    "fell_ill": (pgettext_lazy("a contact", "Fell ill"), "stethoscope"),
    "removed": (pgettext_lazy("a contact", "Was no contact"), "x"),
}
OFFERED = ("noted", "fell_ill", "moved", "released", "lost", "again", "removed")
_CHIPS = {"followed": ("submitted", "due"), "released": ("done", "done"), "case": ("alarm", "alarm"),
          "lost": ("late", "late"), "removed": ("done", "quiet")}  # fmt: skip
_DOUBTS = {
    "early": _("earlier than the incubation allows"),
    "late": _("later than the incubation allows"),
}


def name(contact: Contact) -> str:
    if contact.person is not None:
        return contact.person.name
    return contact.outsider.open() if contact.outsider else gettext("(data destroyed)")


def link(code: str) -> str:
    way = rules.catalog().way(code)
    return way.label(get_language() or "zh") if way else code


def links(codes: Iterable[str]) -> str:
    return gettext(", ").join(link(one) for one in codes)


def days(counted: Iterable[tuple[str, int]]) -> list[str]:
    """Each like this: same class, 4 days."""
    return [
        ngettext("%(link)s, %(n)d day", "%(link)s, %(n)d days", number) % {"link": link(code), "n": number}
        for code, number in counted
    ]


def chip(contact: Contact, on: date) -> dict[str, str]:
    state, tone = _CHIPS[contact.state]
    label = str(contact.get_state_display())
    if contact.state == "followed":
        if contact.until is None:
            return {"state": state, "tone": tone, "label": label}
        if contact.until < on:
            return {"state": "due", "tone": "due", "label": gettext("days are over")}
        label = gettext("until %(day)s") % {"day": case_words.day(contact.until)}
    return {"state": state, "tone": tone, "label": label}


def doubt(code: str) -> str:
    return str(_DOUBTS[code]) if code else ""


def numbered(number: int) -> str:
    """A case without its name: "No. 12"."""
    return gettext("No. %(number)s") % {"number": number}


def timeline(notes: Iterable[ContactNote]) -> list[dict[str, Any]]:
    """Newest first."""
    return [_item(one) for one in reversed(list(notes))]


def _item(row: ContactNote) -> dict[str, Any]:
    label, icon = KINDS[row.kind]
    return {
        "at": row.at, "what": label, "icon": icon, "who": row.by.name if row.by else gettext("Lianfang, by a rule"),
        "note": gettext(" · ").join(one for one in _told(row) if one), "tone": "done",
    }  # fmt: skip


def _told(row: ContactNote) -> Iterable[str]:
    what = said(row)
    yield from days(what.days.items())
    if what.last_on:
        yield gettext("last on %(day)s") % {"day": case_words.day(what.last_on)}
    if not what.reached:
        yield gettext("could not be asked")
    elif what.symptoms is not None:
        seen = [one for one in symptoms.catalog() if one.code in what.symptoms]
        yield gettext(", ").join(one.label(get_language() or "zh") for one in seen) or gettext("no symptoms")
    if what.temperature is not None:
        yield f"{what.temperature / 10:.1f} ℃"
    yield what.text
