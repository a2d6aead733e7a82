"""What came in at the landing: checked against rights and roster, and taken, a batch in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianfang.core import prepared
from lianfang.health.actions import cards, holding, rolls, settling
from lianfang.health.models import Sender
from lianfang.health.queries import seats, senders
from lianfang.health.queries.seats import Reported
from lianfang.health.queries.senders import Rights
from lianfang.health.rules import sent as rules
from lianfang.health.rules.parcels import CardIn, Outcome, RollIn, Seat
from lianfang.health.rules.sent import Card, Flaw, Roll, Source
from lianfang.people.queries import claims

UNKNOWN = Outcome("refused", (Flaw("health.sender_unknown", ""),))
NOT_YOURS = Outcome("refused", (Flaw("health.person_unknown", "person"),))
NOT_YOUR_CLASS = Outcome("refused", (Flaw("health.unit_elsewhere", "unit"),))
ELSEWHERE = Outcome("held", (Flaw("health.person_elsewhere", "person"),))


@dataclass(frozen=True)
class Landed:
    """A record as it came, with the digest of the token it came with."""

    token: bytes
    sent: Card | Roll


@dataclass
class _Batch:
    """What a batch has to be held against, read in one journey; and what becomes of it, by place."""

    now: datetime
    rights: dict[bytes, Rights]
    seats: dict[tuple[UUID, date], list[Seat]]
    units: dict[tuple[int, date], Reported]
    members: set[tuple[int, date, UUID]]
    groups: dict[tuple[int, date], tuple[int, set[UUID]]]
    found: dict[int, Outcome] = field(default_factory=dict)
    cards: dict[int, CardIn] = field(default_factory=dict)
    rolls: dict[int, RollIn] = field(default_factory=dict)
    strays: dict[int, CardIn] = field(default_factory=dict)


@transaction.atomic
def land(records: Sequence[Landed], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order. When this returns and its transaction has committed, what is "taken" or
    "held" is on disk."""
    batch = _read(records, now)
    for number, record in enumerate(records):
        rights = batch.rights.get(record.token)
        if rights is None:
            batch.found[number] = UNKNOWN
        elif isinstance(record.sent, Card):
            _card(batch, number, record.sent, rights)
        else:
            _roll(batch, number, record.sent, rights)
    if batch.cards and batch.rolls:  # one turn for both, or two batches could wait for each other
        places = {(card.seat.school_id, card.on) for card in batch.cards.values()}
        prepared.ask(settling.turn(places | {(roll.seat.school_id, roll.on) for roll in batch.rolls.values()}))
    holding.hold([(card, ELSEWHERE) for card in batch.strays.values()], now=now)
    batch.found |= dict.fromkeys(batch.strays, ELSEWHERE)
    if batch.cards:
        batch.found |= zip(batch.cards, cards.take(list(batch.cards.values()), now=now), strict=True)
    if batch.rolls:
        batch.found |= zip(batch.rolls, rolls.take(list(batch.rolls.values()), now=now), strict=True)
    return [batch.found[number] for number in range(len(records))]


def _read(records: Sequence[Landed], now: datetime) -> _Batch:
    tokens = list({record.token for record in records})
    days = [(record.sent, rules.day_of(record.sent, now)) for record in records]
    people = {(sent.person, on) for sent, on in days if isinstance(sent, Card)}
    sent_rolls = [(sent, on) for sent, on in days if isinstance(sent, Roll)]
    asked = [senders.asked(tokens, now), claims.speakers(tokens, now)]
    asked += [seats.where(people)] if people else []
    if sent_rolls:
        asked.append(seats.units({(sent.unit, on) for sent, on in sent_rolls}))
        asked.append(seats.members((sent.unit, on, one.person) for sent, on in sent_rolls for one in sent.exceptions))
    known, families, *rest = prepared.ask(*asked)
    places = rest.pop(0) if people else []
    units, members = rest if sent_rolls else ([], [])
    rights = senders.rights(known, families, now.date())
    _seen([pk for _, pk, _, _, seen_on in known if seen_on != now.date()], now.date())
    groups = seats.of_groups({(sent.group, on) for sent, on in sent_rolls if sent.group})
    return _Batch(now, rights, seats.gathered(places), seats.reported(units), set(members), groups)


def _seen(who: list[UUID], on: date) -> None:
    """Once a day each. A sender that another batch is writing down is left to it: nobody waits here."""
    if who:
        free = Sender.objects.filter(pk__in=who).select_for_update(skip_locked=True)
        Sender.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(seen_on=on)


def _card(batch: _Batch, number: int, sent: Card, rights: Rights) -> None:
    """A family sends for its own and nobody else; a gateway's card of somebody else's pupil is kept for the school."""
    on = rules.day_of(sent, batch.now)
    places = batch.seats.get((sent.person, on), [])
    if rights.school_id is not None:
        own = [seat for seat in places if seat.school_id == rights.school_id]
        seat = own[-1] if own else Seat(rights.school_id, rights.school_id)
        (batch.cards if own else batch.strays)[number] = CardIn(sent, seat, on, rights.author, Source.DEVICE)
    elif sent.person not in rights.people or not places:
        batch.found[number] = NOT_YOURS
    else:
        batch.cards[number] = CardIn(sent, places[-1], on, rights.author)


def _roll(batch: _Batch, number: int, sent: Roll, rights: Rights) -> None:
    on = rules.day_of(sent, batch.now)
    there = batch.units.get((sent.unit, on))
    if there is None or not rights.may_report(there):
        batch.found[number] = NOT_YOUR_CLASS
        return
    seat = Seat(there.school_id, sent.unit)
    expected = there.expected if there.exists else None
    strangers = {one.person for one in sent.exceptions if (sent.unit, on, one.person) not in batch.members}
    if sent.group:
        unit, people = batch.groups.get((sent.group, on), (None, set[UUID]()))
        expected = len(people) if there.exists and unit == sent.unit else None
        strangers = {one.person for one in sent.exceptions} - people
    batch.rolls[number] = RollIn(sent, seat, on, rights.author, expected, frozenset(strangers))
