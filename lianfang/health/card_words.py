"""Health cards in words."""

from collections.abc import Iterable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import pgettext

from lianfang.health.models import Check
from lianfang.health.queries.cards import Coming
from lianfang.health.rules import card as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.coming import Reason
from lianfang.ui import words

REASONS: dict[Reason, str | Promise] = {
    Reason.ISOLATED: __("is in isolation"),
    Reason.KEY_PERSON: __("is under observation"),
    Reason.FEVER: __("has a fever"),
    Reason.SYMPTOMS: __("has symptoms"),
    Reason.ILL: __("is ill"),
    Reason.ANSWER: __("an answer of the card"),
    Reason.NO_CARD: __("today’s card has not come"),
}


def usual(item: rules.Item, language: str) -> str:
    """What the button for whoever is well says of a choice; of yes/no items it says no, of texts nothing."""
    return item.words(item.usual, language) if item.kind == "choice" else ""


def said(card: Check, language: str, *, note: bool = True) -> list[str]:
    """A card or check in parts of a line: symptoms (or none), temperature, doctor, first day, answers, remark."""
    told = [one.label(language) for one in symptoms.unpacked(card.symptoms)]
    if card.symptoms == 0 and not card.absence:
        told.append(_("No symptoms"))
    told += [degrees(value) for value in (card.temperature, card.temperature_again) if value is not None]
    if card.seen_by_doctor:
        told.append(_("saw a doctor"))
    if card.onset_on:
        told.append(_("since %(day)s") % {"day": words.day(card.onset_on, card.onset_on.replace(day=1))})
    for code, value in dict(card.answers or {}).items():
        if known := rules.item(code):
            told.append(known.words(value, language))
    if note and card.note:
        told.append(card.note.open())
    return told


def degrees(tenths: int) -> str:
    return _("%(degrees)s °C") % {"degrees": f"{tenths / 10:.1f}"}


def reasons(coming: Coming, language: str) -> list[str]:
    """Why somebody does not come today, each in words."""
    found = []
    for reason in coming.reasons:
        if reason is Reason.SYMPTOMS:
            found += [one.label(language) for one in symptoms.unpacked(coming.day.symptoms) if one.code != "fever"]
        elif reason is Reason.ANSWER:
            found += [_answer(item, coming, language) for item in coming.kept]
        else:
            found.append(str(REASONS[reason]))
    return found or [str(REASONS[reason]) for reason in coming.reasons]


def _answer(item: rules.Item, coming: Coming, language: str) -> str:
    value = dict(coming.card.answers or {}).get(item.code) if coming.card else None
    return item.words(value, language) if value is not None else item.label(language)


def listed(parts: Iterable[str]) -> str:
    return pgettext("between things that are counted up", ", ").join(parts)


def span(first: date, last: date, today: date) -> str:
    """Two days as one says them; one day alone."""
    if first == last:
        return words.day(first, today)
    return _("%(first)s – %(last)s") % {"first": words.day(first, today), "last": words.day(last, today)}
