"""Cards: many in one transaction, each once. One statement writes them, one adds to the counts of their classes."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db import connection, transaction

from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.actions import holding, settling
from lianfang.health.queries import limits
from lianfang.health.rules import sent as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.parcels import AGAIN, TAKEN, CardIn, Outcome
from lianfang.health.rules.sent import Round
from lianfang.health.rules.status import has_fever

_NOTE, _ANSWERS = "health_check.note", "health_check.answers"
# Several columns of a batch at once, as arrays: a third of the price of as many rows of parameters. The statement sees
# the table as it was before it: "earlier" is a card of the same day that was there already.
_PUT = """
WITH put AS (
    INSERT INTO health_check (at, key, person_id, school_id, "on", unit_id, symptoms, source, round, temperature,
                              temperature_again, seen_by_doctor, onset_on, by_id, sender_id, answers, note)
    SELECT %s, s.* FROM unnest(
        %s::bigint[], %s::uuid[], %s::int[], %s::date[], %s::int[], %s::int[], %s::smallint[], %s::smallint[],
        %s::smallint[], %s::smallint[], %s::boolean[], %s::date[], %s::int[], %s::uuid[], %s::bytea[], %s::bytea[]
    ) AS s
    ON CONFLICT DO NOTHING
    RETURNING key, person_id, school_id, "on", unit_id, source
)
SELECT put.key, put.person_id, put.source = 1 AND NOT EXISTS (
    SELECT FROM health_check c
    WHERE c.school_id = put.school_id AND c."on" = put."on" AND c.person_id = put.person_id AND c.source = 1
) FROM put
"""
_COUNT = """
INSERT INTO health_tally AS t (school_id, "on", unit_id, cards, first_at, last_at,
                               morning, noon, evening, symptomatic, ill, leave, unknown, isolated, fever)
SELECT s.school_id, s."on", s.unit_id, s.cards, %s, %s, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM unnest(%s::int[], %s::date[], %s::int[], %s::int[]) AS s (school_id, "on", unit_id, cards)
ON CONFLICT (school_id, "on", unit_id)
DO UPDATE SET cards = t.cards + excluded.cards, first_at = coalesce(t.first_at, excluded.first_at),
              last_at = excluded.last_at
"""


@transaction.atomic
def take(cards: Sequence[CardIn], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order. After the commit they are durable, counted, and their day is derived."""
    found: dict[int, Outcome] = {}
    good: dict[tuple[int, object], tuple[int, CardIn]] = {}
    for number, card in enumerate(cards):
        if flaws := rules.flaws(card.sent, now):
            found[number] = Outcome("held", tuple(flaws))
        elif (card.key, card.sent.person) in good:
            found[number] = AGAIN
        else:
            good[card.key, card.sent.person] = (number, card)
    holding.hold([(cards[number], outcome) for number, outcome in found.items() if outcome.flaws], now=now)
    new = _put([card for _, card in good.values()], now)
    for one, (number, _) in good.items():
        found[number] = TAKEN if one in new else AGAIN
    fresh = [card for one, (_, card) in good.items() if one in new]
    _count([card for card in fresh if new[card.key, card.sent.person]], now)
    ill = [card for card in fresh if _says_ill(card)]
    settling.settle([(card.seat, card.on, card.sent.person) for card in ill], now=now)
    return [found[number] for number in range(len(cards))]


def _put(cards: list[CardIn], now: datetime) -> dict[tuple[int, object], bool]:
    """Those that were not there before → whether each is the person's first card of the day."""
    if not cards:
        return {}
    months.ensure({card.on for card in cards})
    sealer = Sealer() if any(card.sent.note or card.sent.answers for card in cards) else None
    rows = sorted((_row(card, sealer) for card in cards), key=lambda row: (row[2], row[3], row[1].bytes))
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [now, *(list(column) for column in zip(*rows, strict=True))])
        return {(key, person): first for key, person, first in cursor.fetchall()}


def _row(card: CardIn, sealer: Sealer | None) -> tuple[object, ...]:
    sent = card.sent
    packed = None if sent.symptoms is None else symptoms.packed(sent.symptoms)
    answers = sealer.seal(msgspec.json.encode(sent.answers), _ANSWERS) if sealer and sent.answers else None
    note = sealer.text(sent.note, _NOTE) if sealer else None
    return (
        card.key, sent.person, card.seat.school_id, card.on, card.seat.unit_id, packed, int(card.source),
        int(Round.NONE), rules.tenths(sent.temperature), rules.tenths(sent.temperature_again), sent.seen_by_doctor,
        sent.onset_on, card.author.by_id, card.author.sender_id, answers, note,
    )  # fmt: skip


def _count(cards: list[CardIn], now: datetime) -> None:
    """One more card of the class, and of its school."""
    counted: Counter[tuple[int, date, int]] = Counter()
    for card in cards:
        for unit in {card.seat.unit_id, card.seat.school_id}:
            counted[card.seat.school_id, card.on, unit] += 1
    if not counted:
        return
    rows = sorted(counted.items())  # everybody takes the locks in one order
    columns = [list(column) for column in zip(*((*place, number) for place, number in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now, now, *columns])


def _says_ill(card: CardIn) -> bool:
    if card.sent.symptoms:
        return True
    first, again = rules.tenths(card.sent.temperature), rules.tenths(card.sent.temperature_again)
    if first is None and again is None:
        return False
    return has_fever(first, again, limits.fever(card.seat.school_id, card.on))
