"""Rolls: the round of a class in one row, those it names in one more each. Many in one transaction, each once.

A correction names the version it corrects. Two that correct the same version, or two first ones, are never both taken:
if they say the same, the second is "again"; if not, it is held for the class teacher to compare.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.actions import holding, settling
from lianfang.health.queries import seats, versions
from lianfang.health.rules import sent as rules
from lianfang.health.rules import symptoms
from lianfang.health.rules.parcels import AGAIN, TAKEN, Outcome, RollIn, Seat
from lianfang.health.rules.sent import ABSENCES, ROUNDS, Flaw, Named, Source
from lianfang.health.rules.status import Absence

_Name = tuple[int, date, int]  # school, day, key
_NOTE = "health_check.note"
# Whom a roll names is written only with the roll. The first version of a class's round is one more class that has
# reported; a correction is not, and neither is the roll of a dormitory. The version that a correction corrects must be
# there.
_PUT = """
WITH sent AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rolls)s::json) AS s (
        seen_at timestamptz, key bigint, after bigint, school_id int, "on" date, unit_id int, group_id int, by_id int,
        sender_id uuid, round smallint, expected smallint, named smallint, seconds smallint, reason text)
), put AS (
    INSERT INTO health_roll (at, seen_at, key, after, school_id, "on", unit_id, group_id, by_id, sender_id, round,
                             expected, named, seconds, reason)
    SELECT %(now)s, seen_at, key, after, school_id, "on", unit_id, group_id, by_id, sender_id, round, expected, named,
           seconds, reason
    FROM sent AS s
    WHERE after IS NULL OR EXISTS (
        SELECT FROM health_roll b WHERE b.school_id = s.school_id AND b."on" = s."on" AND b.unit_id = s.unit_id
        AND b.group_id = s.group_id AND b.round = s.round AND b.key = s.after)
    ON CONFLICT DO NOTHING
    RETURNING school_id, "on", unit_id, group_id, round, key, after, expected
), checks AS (
    INSERT INTO health_check (at, key, person_id, school_id, "on", unit_id, symptoms, source, round, temperature,
                              temperature_again, absence, seen_by_doctor, onset_on, by_id, sender_id, note)
    SELECT %(now)s, n.key, n.person_id, n.school_id, n."on", n.unit_id, n.symptoms, n.source, put.round, n.temperature,
           n.temperature_again, n.absence, n.seen_by_doctor, n.onset_on, n.by_id, n.sender_id, n.note
    FROM json_to_recordset(%(named)s::json) AS n (
        key bigint, person_id uuid, school_id int, "on" date, unit_id int, symptoms int, source smallint,
        temperature smallint, temperature_again smallint, absence smallint, seen_by_doctor boolean, onset_on date,
        by_id int, sender_id uuid, note bytea)
    JOIN put USING (school_id, "on", key)
), counted AS (
    INSERT INTO health_tally AS t (school_id, "on", unit_id, morning, noon, evening, expected, first_at, last_at,
                                   cards, symptomatic, ill, leave, unknown, isolated, fever)
    SELECT school_id, "on", u.unit, count(*) FILTER (WHERE round = 1), count(*) FILTER (WHERE round = 2),
           count(*) FILTER (WHERE round = 3), max(expected) FILTER (WHERE u.unit = unit_id), %(now)s, %(now)s,
           0, 0, 0, 0, 0, 0, 0
    FROM put CROSS JOIN LATERAL (SELECT unit_id UNION SELECT school_id) AS u (unit)
    WHERE after IS NULL AND group_id = 0 GROUP BY school_id, "on", u.unit
    ON CONFLICT (school_id, "on", unit_id) DO UPDATE
    SET morning = t.morning + excluded.morning, noon = t.noon + excluded.noon, evening = t.evening + excluded.evening,
        expected = coalesce(t.expected, excluded.expected), first_at = coalesce(t.first_at, excluded.first_at),
        last_at = excluded.last_at
)
SELECT school_id, "on", key FROM put
"""


class _Row(msgspec.Struct, omit_defaults=True):
    key: int
    school_id: int
    on: date
    unit_id: int
    group_id: int
    round: int
    expected: int
    named: int
    reason: str
    after: int | None = None
    seen_at: datetime | None = None
    by_id: int | None = None
    sender_id: UUID | None = None
    seconds: int | None = None


class _NamedRow(msgspec.Struct, omit_defaults=True):
    key: int
    person_id: UUID
    school_id: int
    on: date
    unit_id: int
    source: int
    symptoms: int
    absence: int
    temperature: int | None = None
    temperature_again: int | None = None
    seen_by_doctor: bool | None = None
    onset_on: date | None = None
    by_id: int | None = None
    sender_id: UUID | None = None
    note: str | None = None


@transaction.atomic(savepoint=False)
def take(rolls: Sequence[RollIn], *, now: datetime) -> list[Outcome]:
    """What became of each, in their order."""
    found: dict[int, Outcome] = {}
    good: dict[_Name, int] = {}
    for number, roll in enumerate(rolls):
        if flaws := [*rules.flaws(roll.sent, now, roll.oldest), *_strangers(roll)]:
            found[number] = Outcome("held", tuple(flaws))
        elif _name(roll) in good:
            found[number] = AGAIN
        else:
            good[_name(roll)] = number
    put: set[_Name] = set()
    concerned: list[settling.Of] = []
    for wave in _waves([rolls[number] for number in good.values()]):
        there, others = _put(wave, now)
        put |= there
        concerned += others
    known = versions.stored([rolls[number] for one, number in good.items() if one not in put])
    for one, number in good.items():
        found[number] = TAKEN if one in put else AGAIN if one in known else _compared(rolls[number])
    settling.settle([*concerned, *_named_now([rolls[number] for one, number in good.items() if one in put])], now=now)
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


def _name(roll: RollIn) -> _Name:
    return roll.seat.school_id, roll.on, roll.key


def _waves(rolls: list[RollIn]) -> Iterator[list[RollIn]]:
    """A version that came together with the one it corrects is taken after that one, and only if that one is there. Who
    follow one another in a circle are in no wave."""
    waiting = {_name(roll): roll for roll in rolls}
    while wave := [roll for roll in waiting.values() if (*_name(roll)[:2], roll.after) not in waiting]:
        yield wave
        for roll in wave:
            del waiting[_name(roll)]


def _put(rolls: list[RollIn], now: datetime) -> tuple[set[_Name], list[settling.Of]]:
    """Those that were not there before; and whose day may be another one through them, whom they do not name."""
    months.ensure({roll.on for roll in rolls})
    rows = sorted((_row(roll) for roll in rolls), key=lambda row: (row.school_id, row.unit_id))
    values = {"rolls": prepared.rows(rows), "named": prepared.rows(_named_rows(rolls)), "now": now}
    turn = settling.turn({(row.school_id, row.on) for row in rows})
    _, put, before, loose = prepared.ask(
        turn, (_PUT, values), versions.named_before(rolls), versions.loose_ends(rolls)
    )  # fmt: skip
    told = (*before, *loose, *versions.loose_in_groups(rolls))
    concerned = [(Seat(school, unit), on, person) for school, on, unit, person in told]
    return {(school, on, key) for school, on, key in put}, concerned


def _row(roll: RollIn) -> _Row:
    sent = roll.sent
    return _Row(
        roll.key, roll.seat.school_id, roll.on, roll.seat.unit_id, sent.group, int(ROUNDS[sent.round]),
        roll.expected or 0, len(sent.exceptions), sent.reason, roll.after,
        sent.at, roll.author.by_id, roll.author.sender_id, sent.seconds,
    )  # fmt: skip


def _compared(roll: RollIn) -> Outcome:
    """It says the same as the version that counts, or differs from it."""
    current = versions.current(roll)
    if current is None:
        return Outcome("held", (Flaw("health.roll_not_first", "after"),))
    if current.says == said_by(roll.sent.exceptions):
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


def _named_rows(rolls: list[RollIn]) -> list[_NamedRow]:
    sealer = Sealer() if any(one.note for roll in rolls for one in roll.sent.exceptions) else None
    return [
        _NamedRow(
            roll.key, one.person, roll.seat.school_id, roll.on, roll.seat.unit_id, int(Source.ROLL),
            symptoms.packed(one.symptoms), _absence(one), rules.tenths(one.temperature),
            rules.tenths(one.temperature_again), one.seen_by_doctor, one.onset_on, roll.author.by_id,
            roll.author.sender_id, prepared.octets(sealer.text(one.note, _NOTE)) if sealer else None,
        )
        for roll in rolls
        for one in roll.sent.exceptions
    ]  # fmt: skip


def _named_now(rolls: list[RollIn]) -> list[settling.Of]:
    """In the roll of a dormitory they stand beside pupils of other classes: each day belongs to the own class."""
    of_groups = [(one.person, roll.on) for roll in rolls if roll.sent.group for one in roll.sent.exceptions]
    own = seats.on_days(of_groups)
    found = []
    for roll in rolls:
        for one in roll.sent.exceptions:
            at_school = [seat for seat in own.get((one.person, roll.on), ()) if seat.school_id == roll.seat.school_id]
            found.append(((at_school or [roll.seat])[-1], roll.on, one.person))
    return found
