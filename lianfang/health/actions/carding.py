"""A card from a page: checked before it is taken, since whoever fills it can mend it at once; and telling the school of
it."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from lianfang.core.problems import Problem, Refused
from lianfang.health.actions import cards
from lianfang.health.queries import limits, seats
from lianfang.health.queries import unheard as queries
from lianfang.health.rules import card as rules
from lianfang.health.rules import sent as sendings
from lianfang.health.rules.parcels import CardIn
from lianfang.health.rules.status import has_fever
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import claiming
from lianfang.people.models import Device

# Who is told that somebody of a class is not well: those who look after the class, and the doctor of the school.
TOLD = ("class_teacher", "counsellor", "doctor")
_MOST = 500  # in one run


@transaction.atomic
def fill(*, card: CardIn, unit: Unit, now: datetime) -> str:
    """ "taken" or "again". Raises `Refused` with problems at their fields ("answers.where" for an item)."""
    found = [Problem(flaw.code, flaw.field) for flaw in sendings.flaws(card.sent, now)]
    if found:
        raise Refused(*found)
    (outcome,) = cards.take([card], now=now)
    if outcome.state == "taken" and _matters(card):
        _tell(card.on, card.sent.person, unit, now)
    return outcome.state


def tell_of_landed(*, now: datetime) -> int:
    """The same for cards that did not come from a page: every minute. How many were told of."""
    found = queries.unheard(now, _MOST)
    units = seats.by_key({one.unit_id for one in found})
    for one in found:
        _tell(one.on, one.person, units[one.unit_id], now)
    return len(found)


def _matters(card: CardIn) -> bool:
    sent = card.sent
    hot = has_fever(
        sendings.tenths(sent.temperature), sendings.tenths(sent.temperature_again),
        limits.fever(card.seat.school_id, card.on),
    )  # fmt: skip
    return bool(sent.symptoms) or hot or bool(rules.kept_away(sent.answers or {}))


def _tell(on: date, person: UUID, unit: Unit, now: datetime) -> None:
    """Class teacher and doctor hear of it once a day for each person. The notice says of which class, and nothing of
    anybody."""
    held = access.holders(unit.ancestor_ids, TOLD, now.date())
    notices.post(
        by=None, unit=unit, to={row.user_id for row in held}, key=queries.key(on, person), kind="card.ill",
        params={"unit": unit.label, "on": on.isoformat()}, url=reverse("health:cards", args=[unit.pk, on]), now=now,
    )  # fmt: skip


@transaction.atomic
def seen(*, device: Device, now: datetime) -> None:
    """A family's telephone was used today."""
    claiming.seen(device=device, now=now)


@transaction.atomic
def refused(*, device: Device, now: datetime) -> None:
    """It asked for somebody it does not stand for."""
    claiming.refused(device=device, now=now)
