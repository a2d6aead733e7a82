"""Cards: many in one transaction, each once. One statement writes them and adds to the counts of their classes."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.actions import holding, settling
from lianfang.health.queries import limits
from lianfang.health.rules import card as card_rules
from lianfang.health.rules import sent as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.parcels import AGAIN, TAKEN, CardIn, Outcome
from lianfang.health.rules.status import has_fever

_NOTE, _ANSWERS = "health_check.note", "health_check.answers"
# A person's first card of the day (source 1) is one more card of the class and of its school. NOT EXISTS sees what the
# table held before, and `settling.turn` lets nobody else of the school write meanwhile.
_PUT = """
WITH put AS (
    INSERT INTO health_check (at, key, after, person_id, school_id, "on", unit_id, symptoms, source, round, temperature,
                              temperature_again, seen_by_doctor, onset_on, by_id, sender_id, answers, note)
    SELECT %s, key, after, person_id, school_id, "on", unit_id, symptoms, source, 0, temperature, temperature_again,
           seen_by_doctor, onset_on, by_id, sender_id, answers, note
    FROM json_to_recordset(%s::json) AS s (
        key bigint, after bigint, person_id uuid, school_id int, "on" date, unit_id int, symptoms int, source smallint,
        temperature smallint, temperature_again smallint, seen_by_doctor boolean, onset_on date, by_id int,
        sender_id uuid, answers bytea, note bytea)
    ON CONFLICT DO NOTHING
    RETURNING key, person_id, school_id, "on", unit_id, source
), first AS (
    SELECT school_id, "on", unit_id, count(DISTINCT person_id) AS cards FROM put
    WHERE source = 1 AND NOT EXISTS (
        SELECT FROM health_check c WHERE c.school_id = put.school_id AND c."on" = put."on"
        AND c.person_id = put.person_id AND c.source = 1)
    GROUP BY school_id, "on", unit_id
), counted AS (
    INSERT INTO health_tally AS t (school_id, "on", unit_id, cards, first_at, last_at,
                                   morning, noon, evening, symptomatic, ill, leave, unknown, isolated, fever)
    SELECT school_id, "on", u.unit, sum(cards), %s, %s, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM first CROSS JOIN LATERAL (SELECT unit_id UNION SELECT school_id) AS u (unit) GROUP BY school_id, "on", u.unit
    ON CONFLICT (school_id, "on", unit_id)
    DO UPDATE SET cards = t.cards + excluded.cards, first_at = coalesce(t.first_at, excluded.first_at),
                  last_at = excluded.last_at
)
SELECT key, person_id FROM put
"""


class _Row(msgspec.Struct, omit_defaults=True):
    key: int
    person_id: UUID
    school_id: int
    on: date
    unit_id: int
    source: int
    after: int | None = None
    symptoms: int | None = None
    temperature: int | None = None
    temperature_again: int | None = None
    seen_by_doctor: bool | None = None
    onset_on: date | None = None
    by_id: int | None = None
    sender_id: UUID | None = None
    answers: str | None = None
    note: str | None = None


@transaction.atomic(savepoint=False)
def take(cards: Sequence[CardIn], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order. After the commit they are durable, counted, and their day is derived."""
    found: dict[int, Outcome] = {}
    good: dict[tuple[int, UUID], tuple[int, CardIn]] = {}
    for number, card in enumerate(cards):
        if flaws := rules.flaws(card.sent, now, card.oldest):
            found[number] = Outcome("held", tuple(flaws))
        elif (card.key, card.sent.person) in good:
            found[number] = AGAIN
        else:
            good[card.key, card.sent.person] = (number, card)
    new = _put([card for _, card in good.values()], now)
    for one, (number, _) in good.items():
        found[number] = TAKEN if one in new else AGAIN
    holding.hold([(cards[number], outcome) for number, outcome in found.items() if outcome.flaws], now=now)
    feverish = limits.fevers({(card.seat.school_id, card.on) for _, card in good.values() if _measured(card)})
    new_cards = [card for one, (_, card) in good.items() if one in new]
    telling = [card for card in new_cards if card.after is not None or _says_ill(card, feverish)]
    settling.settle([(card.seat, card.on, card.sent.person) for card in telling], now=now)
    return [found[number] for number in range(len(cards))]


def _put(cards: list[CardIn], now: datetime) -> set[tuple[int, UUID]]:
    """Those that were not there before."""
    if not cards:
        return set()
    months.ensure({card.on for card in cards})
    sealer = Sealer() if any(card.sent.note or card.sent.answers for card in cards) else None
    rows = sorted((_row(card, sealer) for card in cards), key=lambda row: (row.school_id, row.unit_id))
    turn = settling.turn({(row.school_id, row.on) for row in rows})
    _, put = prepared.ask(turn, (_PUT, [now, prepared.rows(rows), now, now]))
    return {(key, person) for key, person in put}


def _row(card: CardIn, sealer: Sealer | None) -> _Row:
    sent, seat, author = card.sent, card.seat, card.author
    made = _Row(card.key, sent.person, seat.school_id, card.on, seat.unit_id, int(card.source), card.after)
    made.symptoms = None if sent.symptoms is None else symptoms.packed(sent.symptoms)
    made.temperature, made.temperature_again = rules.tenths(sent.temperature), rules.tenths(sent.temperature_again)
    made.seen_by_doctor, made.onset_on = sent.seen_by_doctor, sent.onset_on
    made.by_id, made.sender_id = author.by_id, author.sender_id
    if sealer:
        unusual = card_rules.unusual(sent.answers or {})
        answers = sealer.seal(msgspec.json.encode(unusual), _ANSWERS) if unusual else None
        made.answers, made.note = prepared.octets(answers), prepared.octets(sealer.text(sent.note, _NOTE))
    return made


def _measured(card: CardIn) -> bool:
    return card.sent.temperature is not None or card.sent.temperature_again is not None


def _says_ill(card: CardIn, feverish: dict[tuple[int, date], int]) -> bool:
    """``feverish``: tenths of a degree from which a temperature is a fever, by school and day."""
    if card.sent.symptoms:
        return True
    if not _measured(card):
        return False
    first, again = rules.tenths(card.sent.temperature), rules.tenths(card.sent.temperature_again)
    return has_fever(first, again, feverish[card.seat.school_id, card.on])
