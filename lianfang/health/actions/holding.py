"""Records that break a rule are kept with their reasons, until somebody mends or drops them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.rules.parcels import CardIn, Outcome, RollIn
from lianfang.health.rules.sent import Card, Source

_HOLD = """
INSERT INTO health_held (at, key, school_id, "on", unit_id, person_id, by_id, sender_id, kind, reasons, sent)
SELECT %s, s.* FROM json_to_recordset(%s::json) AS s (
    key bigint, school_id int, "on" date, unit_id int, person_id uuid, by_id int, sender_id uuid, kind smallint,
    reasons jsonb, sent bytea)
ON CONFLICT DO NOTHING
"""
_PLACE = "health_held.sent"


class _Row(msgspec.Struct):
    key: int
    school_id: int
    on: date
    unit_id: int
    person_id: UUID | None
    by_id: int | None
    sender_id: UUID | None
    kind: int
    reasons: list[list[str]]
    sent: str | None


def hold(records: Sequence[tuple[CardIn | RollIn, Outcome]], *, now: datetime) -> None:
    """They lie under the day they came: a wrong day (2030) finds a place too. Runs in the caller's transaction."""
    if not records:
        return
    months.ensure({now.date()})
    sealer = Sealer()
    rows = [_row(record, outcome, sealer, now.date()) for record, outcome in records]
    rows.sort(key=lambda row: (row.school_id, row.key))  # everybody takes the locks in one order
    prepared.ask((_HOLD, [now, prepared.rows(rows)]))


def _row(record: CardIn | RollIn, outcome: Outcome, sealer: Sealer, on: date) -> _Row:
    person = record.sent.person if isinstance(record.sent, Card) else None
    return _Row(
        record.key, record.seat.school_id, on, record.seat.unit_id, person, record.author.by_id,
        record.author.sender_id, int(Source.ROLL if person is None else Source.CARD),
        [[flaw.code, flaw.field] for flaw in outcome.flaws],
        prepared.octets(sealer.seal(msgspec.json.encode(record.sent), _PLACE)),
    )  # fmt: skip
