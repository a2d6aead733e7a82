"""Isolation and observation in words."""

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from lianfang.cases.case_words import day, disease, joined
from lianfang.cases.models import Bed, Reading, Stay, Where
from lianfang.cases.rules import isolation as rules
from lianfang.core import clock
from lianfang.health.rules import symptoms
from lianfang.people.models import Person
from lianfang.policies import diseases

__all__ = [
    "chip", "day", "degrees", "disease", "ends", "joined", "moment", "name", "round_of", "seen", "source",
    "whereabouts",
]  # fmt: skip

ROUNDS: dict[str, str | Promise] = {
    "morning": pgettext_lazy("of an observation", "morning"),
    "evening": pgettext_lazy("of an observation", "evening"),
}


def name(person: Person | None) -> str:
    return person.name if person else gettext("(data destroyed)")


def round_of(code: str) -> str:
    return str(ROUNDS.get(code, code))


def degrees(reading: Reading) -> str:
    return f"{reading.temperature / 10:.1f} ℃"


def seen(reading: Reading) -> str:
    """Its symptoms, joined; blank where there are none."""
    return gettext(", ").join(one.label(get_language() or "zh") for one in symptoms.unpacked(reading.symptoms))


def bed(found: Bed) -> str:
    return f"{found.place.name} {found}"


def whereabouts(stay: Stay) -> str:
    """The bed, or home or hospital with what was written of it."""
    if stay.bed is not None:
        return bed(stay.bed)
    return joined(stay.get_where_display(), stay.words.open() if stay.words else "")


def source(stay: Stay) -> dict[str, Any]:
    """Which text the days come from; its words blank where no rule gives any."""
    found = diseases.sources().get(stay.source)
    language = get_language() or "zh"
    words = (found.zh if language.startswith("zh") else found.en) if found else ""
    return {"text": words, "sure": stay.sure}


def ends(stay: Stay) -> str:
    if stay.until is None:
        return pgettext("isolation", "until the conditions of return are met")
    return pgettext("isolation", "through %(day)s") % {"day": day(stay.until)}


def chip(stay: Stay, on: date) -> dict[str, str]:
    if stay.ended_at:
        return {"state": "done", "tone": "quiet", "label": stay.get_ending_display()}
    if rules.is_over(stay.until, on):
        return {"state": "late", "tone": "late", "label": gettext("days are over")}
    tone, label = {"bed": "due", "home": "due", "hospital": "alarm"}[stay.where], str(Where(stay.where).label)
    return {"state": "info", "tone": tone, "label": label}


def moment(at: datetime | None) -> str:
    """A day as everywhere in a record, whatever day it is read on, and the time."""
    local = at.astimezone(clock.ZONE) if at else None
    return f"{day(local.date())} {local:%H:%M}" if local else ""
