"""What the pages of a card show."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from lianfang.core import clock
from lianfang.health import card_words
from lianfang.health.forms.cards import CardForm
from lianfang.health.models import Check
from lianfang.health.queries import asking, cards, places, seats
from lianfang.health.queries.cards import Coming
from lianfang.health.rules import card as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.asking import Asking
from lianfang.health.rules.coming import Reason
from lianfang.health.rules.parcels import CardIn, Seat
from lianfang.health.rules.sheets import code, reference
from lianfang.health.views.door import Speaker
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import claims


@dataclass(frozen=True)
class Opened:
    """A person's card of today."""

    speaker: Speaker
    seat: Seat
    on: date
    now: datetime

    @cached_property
    def unit(self) -> Unit:
        return seats.unit_of(self.seat)

    @cached_property
    def policy(self) -> Asking:
        return asking.policy(self.unit, self.on)

    @property
    def edition(self) -> rules.Edition:
        return rules.catalog()[self.policy.edition]

    @cached_property
    def coming(self) -> Coming:
        return cards.coming(self.unit, self.on, [self.speaker.person.pk], self.policy)[self.speaker.person.pk]

    @property
    def language(self) -> str:
        return get_language() or "zh"

    def card(self, form: CardForm) -> CardIn:
        sent = form.sent(self.speaker.person.pk, self.on)
        return CardIn(sent, self.seat, self.on, self.speaker.author, follows=form.corrects)


def opened(speaker: Speaker) -> Opened | None:
    """None for whoever belongs to no school today."""
    now = clock.now()
    seat = seats.of_people([speaker.person.pk], now.date()).get(speaker.person.pk)
    return None if seat is None else Opened(speaker, seat, now.date(), now)


def blank(found: Opened, *, correct: bool) -> CardForm:
    """Empty, or with what the card that is corrected says."""
    said = _said(found.coming.card) if correct and found.coming.card is not None else {}
    return CardForm(found.edition, today=found.on, initial=said)


def _said(card: Check) -> dict[str, Any]:
    answers = {f"a-{item}": value for item, value in dict(card.answers or {}).items()}
    return {
        "follows": code(card.key), "symptoms": [one.code for one in symptoms.unpacked(card.symptoms)],
        "temperature": None if card.temperature is None else card.temperature / 10, "onset_on": card.onset_on,
        "seen_by_doctor": bool(card.seen_by_doctor), **answers,
    }  # fmt: skip


def nowhere(request: HttpRequest, speaker: Speaker) -> HttpResponse:
    return render(request, "health/card_nowhere.html", {"frame": frame(speaker)})


def sheet(request: HttpRequest, found: Opened, form: CardForm, *, status: int = 200) -> HttpResponse:
    usual = [words for item in found.edition.items if (words := card_words.usual(item, found.language))]
    corrects = bool(form["follows"].value())
    context = {
        **_about(found), "form": form, "usual": usual, "items": list(form.items()), "corrects": corrects,
        "asked": found.coming.asked or corrects or found.speaker.staff, "edition": found.edition.label(found.language),
    }  # fmt: skip
    return render(request, "health/card.html", context, status=status)


def told(request: HttpRequest, found: Opened, card: Check) -> HttpResponse:
    """What was said today, what it means for today, and whose turn is next."""
    reasons = card_words.listed(card_words.reasons(found.coming, found.language))
    context = {
        **_about(found), "card": card, "said": card_words.said(card, found.language),
        "reference": reference(card.key), "reasons": reasons,
        "teachers": teachers(found.unit, found.on) if found.coming.reasons else [], "next": _next(found),
    }  # fmt: skip
    return render(request, "health/card_told.html", context)


def of_class(unit: Unit, on: date, may_fill: bool) -> dict[str, Any]:
    """Those who had better stay at home, those whose card is wanted, and how many of the class are neither."""
    members = places.members(places.Place(unit), on)
    policy = asking.policy(unit, on)
    found = cards.coming(unit, on, [member.person for member in members], policy)
    language = get_language() or "zh"
    kept, owing = [], []
    for member in members:
        coming = found[member.person]
        if [*coming.reasons] not in ([], [Reason.NO_CARD]):
            said = card_words.said(coming.card, language, note=False) if coming.card else []
            kept.append({"member": member, "why": card_words.reasons(coming, language), "said": said, "of": coming})
        elif coming.owes:
            owing.append(member)
    asked = sum(coming.asked for coming in found.values())
    return {
        "unit": unit, "on": on, "kept": kept, "owing": owing, "asked": asked,
        "given": sum(coming.asked and coming.card is not None for coming in found.values()),
        "may_fill": may_fill and on == clock.today(), "edition": rules.catalog()[policy.edition].label(language),
    }  # fmt: skip


def frame(speaker: Speaker) -> str:
    """Staff see these pages in the frame of their own."""
    return "ui/base.html" if speaker.user else "ui/family.html"


def _about(found: Opened) -> dict[str, Any]:
    return {"frame": frame(found.speaker), "found": found, "person": found.speaker.person, "unit": found.unit}


def teachers(unit: Unit, on: date) -> list[User]:
    """Whom a family calls: who looks after the class, the class teacher first."""
    held = access.holders(unit.ancestor_ids, ["class_teacher", "counsellor"], on)
    nearest = sorted(held, key=lambda row: (row.role != "class_teacher", row.deputy))
    return [row.user for row in nearest[:2]]


def _next(found: Opened) -> Speaker | None:
    """The next child of this telephone whose card is wanted and has not come."""
    mine = found.speaker.claim
    if mine is None:
        return None
    for claim in claims.claims_of(mine.device, found.on):
        other = opened(Speaker(claim.person, claim))
        if claim.pk != mine.pk and other is not None and other.coming.owes:
            return other.speaker
    return None
