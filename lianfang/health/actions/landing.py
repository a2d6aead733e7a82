"""What came in at the landing: checked against rights and roster, and taken, a batch in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianfang.health.actions import cards, holding, rolls
from lianfang.health.queries import seats, senders
from lianfang.health.queries.senders import Rights
from lianfang.health.rules import sent as rules
from lianfang.health.rules.parcels import CardIn, Outcome, RollIn, Seat
from lianfang.health.rules.sent import Card, Flaw, Roll, Source
from lianfang.orgs.models import Unit

UNKNOWN = Outcome("refused", (Flaw("health.sender_unknown", ""),))
NOT_YOURS = Outcome("refused", (Flaw("health.person_unknown", "person"),))
NOT_YOUR_CLASS = Outcome("refused", (Flaw("health.unit_elsewhere", "unit"),))


@dataclass(frozen=True)
class Landed:
    """A record as it came, with the digest of the token it came with."""

    token: bytes
    sent: Card | Roll


@transaction.atomic
def land(records: Sequence[Landed], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order. When this returns and its transaction has committed, what is "taken" or
    "held" is on disk."""
    known = senders.rights({record.token for record in records}, now)
    found: dict[int, Outcome] = {}
    card_ins: dict[int, CardIn] = {}
    roll_ins: dict[int, RollIn] = {}
    where = _seats(records, known, now)
    units = _units(records, now)
    for number, record in enumerate(records):
        rights = known.get(record.token)
        if rights is None:
            found[number] = UNKNOWN
        elif isinstance(record.sent, Card):
            found |= _card(number, record.sent, rights, where, card_ins, now)
        else:
            found |= _roll(number, record.sent, rights, units, roll_ins, now)
    found |= zip(card_ins, cards.take(list(card_ins.values()), now=now), strict=True)
    found |= zip(roll_ins, rolls.take(_counted(list(roll_ins.values())), now=now), strict=True)
    return [found[number] for number in range(len(records))]


def _seats(records: Sequence[Landed], known: dict[bytes, Rights], now: datetime) -> dict[tuple[UUID, date], Seat]:
    wanted: dict[date, set[UUID]] = defaultdict(set)
    for record in records:
        if isinstance(record.sent, Card) and record.token in known:
            wanted[rules.day_of(record.sent, now)].add(record.sent.person)
    return {(person, on): seat for on, people in wanted.items() for person, seat in seats.of_people(people, on).items()}


def _card(
    number: int, sent: Card, rights: Rights, where: dict[tuple[UUID, date], Seat], card_ins: dict[int, CardIn],
    now: datetime,
) -> dict[int, Outcome]:  # fmt: skip
    """A family sends for its own and nobody else; a gateway's card of somebody else's pupil is kept for the school."""
    on = rules.day_of(sent, now)
    seat = where.get((sent.person, on))
    if rights.school_id is not None:
        if seat is None or seat.school_id != rights.school_id:
            seat = Seat(rights.school_id, rights.school_id)
            sent_in = CardIn(sent, seat, on, rights.author, Source.DEVICE)
            outcome = Outcome("held", (Flaw("health.person_elsewhere", "person"),))
            holding.hold([(sent_in, outcome)], now=now)
            return {number: outcome}
        card_ins[number] = CardIn(sent, seat, on, rights.author, Source.DEVICE)
    elif sent.person not in rights.people or seat is None:
        return {number: NOT_YOURS}
    else:
        card_ins[number] = CardIn(sent, seat, on, rights.author)
    return {}


def _units(records: Sequence[Landed], now: datetime) -> dict[tuple[int, date], Unit]:
    wanted: dict[date, set[int]] = defaultdict(set)
    for record in records:
        if isinstance(record.sent, Roll):
            wanted[rules.day_of(record.sent, now)].add(record.sent.unit)
    return {
        (unit.pk, on): unit
        for on, units in wanted.items()
        for unit in Unit.objects.filter(pk__in=units, school__isnull=False)
    }


def _roll(
    number: int, sent: Roll, rights: Rights, units: dict[tuple[int, date], Unit], roll_ins: dict[int, RollIn],
    now: datetime,
) -> dict[int, Outcome]:  # fmt: skip
    on = rules.day_of(sent, now)
    unit = units.get((sent.unit, on))
    if unit is None or unit.school_id is None or not rights.may_report(unit):
        return {number: NOT_YOUR_CLASS}
    roll_ins[number] = RollIn(sent, Seat(unit.school_id, unit.pk), on, rights.author)
    return {}


def _counted(found: list[RollIn]) -> list[RollIn]:
    """With how many are expected, and who is named and does not belong."""
    counts: dict[tuple[int, date], int] = {}
    there: dict[date, set[int]] = {}
    for on in {roll.on for roll in found}:
        units = {roll.seat.unit_id for roll in found if roll.on == on}
        there[on] = set(seats.of_units(units, on))
        counts |= {(unit, on): number for unit, number in seats.expected(units, on).items()}
    made = []
    for roll in found:
        named = {one.person for one in roll.sent.exceptions}
        strangers = named - seats.belonging(roll.seat.unit_id, roll.on, named) if named else set()
        exists = roll.seat.unit_id in there[roll.on]
        expected = counts.get((roll.seat.unit_id, roll.on), 0) if exists else None
        made.append(RollIn(roll.sent, roll.seat, roll.on, roll.author, expected, frozenset(strangers)))
    return made
