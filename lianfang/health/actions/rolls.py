"""Rolls: the round of a class in one row, those it names in one more each. Many in one transaction, each once.

A correction names the version it corrects. Two that correct the same version, or two first ones, are never both taken:
if they say the same, the second is "again"; if not, it is held for the class teacher to compare.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.actions import holding, settling
from lianfang.health.queries import versions
from lianfang.health.rules import sent as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.parcels import AGAIN, TAKEN, Outcome, RollIn, Seat
from lianfang.health.rules.sent import ABSENCES, ROUNDS, Flaw, Named, Source
from lianfang.health.rules.status import Absence

_NOTE = "health_check.note"
_PUT = """
INSERT INTO health_roll (at, seen_at, key, after, school_id, "on", unit_id, group_id, by_id, sender_id, round, expected,
                         named, seconds, reason)
SELECT %s, s.* FROM unnest(%s::timestamptz[], %s::bigint[], %s::bigint[], %s::int[], %s::date[], %s::int[], %s::int[],
    %s::int[], %s::uuid[], %s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[]) AS s
ON CONFLICT DO NOTHING
RETURNING school_id, "on", key
"""
_NAME = """
INSERT INTO health_check (at, key, person_id, school_id, "on", unit_id, symptoms, source, round, temperature,
                          temperature_again, absence, seen_by_doctor, onset_on, by_id, sender_id, note)
SELECT %s, s.* FROM unnest(%s::bigint[], %s::uuid[], %s::int[], %s::date[], %s::int[], %s::int[], %s::smallint[],
    %s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::boolean[], %s::date[], %s::int[], %s::uuid[],
    %s::bytea[]) AS s
"""
_COUNT = """
INSERT INTO health_tally AS t (school_id, "on", unit_id, morning, noon, evening, expected, first_at, last_at,
                               cards, symptomatic, ill, leave, unknown, isolated, fever)
SELECT s.*, %s, %s, 0, 0, 0, 0, 0, 0, 0
FROM unnest(%s::int[], %s::date[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[]) AS s
ON CONFLICT (school_id, "on", unit_id) DO UPDATE
SET morning = t.morning + excluded.morning, noon = t.noon + excluded.noon, evening = t.evening + excluded.evening,
    expected = coalesce(t.expected, excluded.expected), first_at = coalesce(t.first_at, excluded.first_at),
    last_at = excluded.last_at
"""


@transaction.atomic
def take(rolls: Sequence[RollIn], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order."""
    found: dict[int, Outcome] = {}
    good: dict[tuple[int, date, int], int] = {}
    for number, roll in enumerate(rolls):
        if flaws := [*rules.flaws(roll.sent, now), *_strangers(roll)]:
            found[number] = Outcome("held", tuple(flaws))
        elif (roll.seat.school_id, roll.on, roll.key) in good:
            found[number] = AGAIN
        else:
            good[roll.seat.school_id, roll.on, roll.key] = number
    put = _put([rolls[number] for number in good.values()], now)
    for one, number in good.items():
        found[number] = TAKEN if one in put else _not_put(rolls[number])
    taken = [rolls[number] for one, number in good.items() if one in put]
    _name(taken, now)
    _count(taken, now)
    settling.settle([*_named_now(taken), *versions.named_before(taken), *versions.loose_ends(taken)], now=now)
    held = [(rolls[number], outcome) for number, outcome in found.items() if outcome.flaws]
    holding.hold(held, now=now)
    return [found[number] for number in range(len(rolls))]


def _strangers(roll: RollIn) -> list[Flaw]:
    if roll.expected is None:
        return [Flaw("health.unit_closed", "unit")]
    return [
        Flaw("health.person_elsewhere", f"exceptions.{number}.person")
        for number, one in enumerate(roll.sent.exceptions)
        if one.person in roll.strangers
    ]


def _put(rolls: list[RollIn], now: datetime) -> set[tuple[int, date, int]]:
    if not rolls:
        return set()
    months.ensure({roll.on for roll in rolls})
    rows = sorted((_row(roll) for roll in rolls), key=lambda row: (row[3], row[4], row[5], row[1]))
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [now, *(list(column) for column in zip(*rows, strict=True))])
        return {(school, on, key) for school, on, key in cursor.fetchall()}


def _row(roll: RollIn) -> tuple[object, ...]:
    sent = roll.sent
    return (
        sent.at, roll.key, None if sent.after is None else rules.key(sent.after), roll.seat.school_id, roll.on,
        roll.seat.unit_id, sent.group, roll.author.by_id, roll.author.sender_id, int(ROUNDS[sent.round]),
        roll.expected or 0, len(sent.exceptions), sent.seconds, sent.reason,
    )  # fmt: skip


def _not_put(roll: RollIn) -> Outcome:
    """It was here before, or says the same as the version that counts, or differs from it."""
    current = versions.current(roll)
    if current is None:
        return Outcome("held", (Flaw("health.roll_not_first", "after"),))
    if roll.key in versions.keys(roll) or current.says == said_by(roll.sent.exceptions):
        return AGAIN
    return Outcome("held", (Flaw("health.roll_differs", ""),))


def said_by(named: Sequence[Named]) -> Mapping[UUID, tuple[object, ...]]:
    """What a roll says of each it names, as `versions.current` reads it back."""
    return {
        one.person: (
            symptoms.packed(one.symptoms), rules.tenths(one.temperature), rules.tenths(one.temperature_again),
            _absence(one), one.seen_by_doctor, one.onset_on,
        )
        for one in named
    }  # fmt: skip


def _absence(one: Named) -> int:
    return int(ABSENCES[one.absent] if one.absent else Absence.NONE)


def _name(rolls: list[RollIn], now: datetime) -> None:
    if not any(roll.sent.exceptions for roll in rolls):
        return
    sealer = Sealer()
    rows = []
    for roll in rolls:
        for one in roll.sent.exceptions:
            rows.append((
                roll.key, one.person, roll.seat.school_id, roll.on, roll.seat.unit_id, symptoms.packed(one.symptoms),
                int(Source.ROLL), int(ROUNDS[roll.sent.round]), rules.tenths(one.temperature),
                rules.tenths(one.temperature_again), _absence(one), one.seen_by_doctor, one.onset_on,
                roll.author.by_id, roll.author.sender_id, sealer.text(one.note, _NOTE),
            ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NAME, [now, *(list(column) for column in zip(*rows, strict=True))])


def _count(rolls: list[RollIn], now: datetime) -> None:
    """The first version of a class's round is one more class that has reported; a correction is not."""
    counted: Counter[tuple[int, date, int, str]] = Counter()
    expected: dict[tuple[int, date, int], int] = {}
    for roll in rolls:
        if roll.sent.after is None and roll.sent.group == 0:
            place = (roll.seat.school_id, roll.on)
            expected[*place, roll.seat.unit_id] = roll.expected or 0
            for unit in {roll.seat.unit_id, roll.seat.school_id}:
                counted[*place, unit, roll.sent.round] += 1
    rows = [
        (*place, *(counted[*place, name] for name in ROUNDS), expected.get(place))
        for place in sorted({one[:3] for one in counted})
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [now, now, *(list(column) for column in zip(*rows, strict=True))])


def _named_now(rolls: list[RollIn]) -> list[tuple[Seat, date, UUID]]:
    return [(roll.seat, roll.on, one.person) for roll in rolls for one in roll.sent.exceptions]
