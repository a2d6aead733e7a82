"""Targets: a card held back of each class and of nobody's class, a roll; groups of a department and of the school; a
device that sends; each of another school as well."""

from typing import Any

from lianfang.core.ids import uuid7
from lianfang.health.actions import holding
from lianfang.health.models import Group, Sender
from lianfang.health.rules.parcels import Author, CardIn, Outcome, RollIn, Seat
from lianfang.health.rules.sent import Card, Flaw, Roll, key
from lianfang.orgs.models import Unit
from tests.cast import Cast

_HOT = Outcome("held", (Flaw("health.temperature_impossible", "temperature"),))
_ROUND = Outcome("held", (Flaw("health.round_unknown", "round"),))


def things(cast: Cast) -> dict[str, list[Any]]:
    places = {"held": cast.class_one, "held_of_two": cast.class_two, "held_of_school": cast.school,
              "held_beyond": cast.second}  # fmt: skip
    found: dict[str, list[Any]] = {name: _card(cast, unit) for name, unit in places.items()}
    found["held_roll"] = _roll(cast, cast.class_one)
    groups = {"group_of_department": cast.department, "group_of_school": cast.school, "group_beyond": cast.second}
    for name, unit in groups.items():
        group = Group.objects.create(unit=unit, kind="staying", label="留校生（甲）", from_on=cast.day)
        found[name] = [group.pk]
    for name, school in {"sender": cast.school, "sender_beyond": cast.second}.items():
        sender = Sender.objects.create(
            token_index=name.encode(), kind="gateway", school=school, name="东门", until=cast.now, by_id=1, at=cast.now
        )
        found[name] = [sender.pk]
    return found


def _card(cast: Cast, unit: Unit) -> list[Any]:
    card = Card(id=uuid7(), person=uuid7(), on=cast.day, temperature=369)
    seat = Seat(unit.school_id or unit.pk, unit.pk)
    holding.hold([(CardIn(card, seat, cast.day, Author(1)), _HOT)], now=cast.now)
    return [seat.school_id, cast.day, key(card.id)]


def _roll(cast: Cast, unit: Unit) -> list[Any]:
    roll = Roll(id=uuid7(), unit=unit.pk, round="midnight", on=cast.day)
    seat = Seat(unit.school_id or unit.pk, unit.pk)
    holding.hold([(RollIn(roll, seat, cast.day, Author(1), 9), _ROUND)], now=cast.now)
    return [seat.school_id, cast.day, key(roll.id)]
