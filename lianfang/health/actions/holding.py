"""Records that break a rule are kept with their reasons, until somebody mends or drops them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection
from psycopg.types.json import Jsonb

from lianfang.core.actions import months
from lianfang.core.bulk import Sealer
from lianfang.health.rules.parcels import CardIn, Outcome, RollIn
from lianfang.health.rules.sent import Card, Source

_HOLD = """
INSERT INTO health_held (at, key, school_id, "on", unit_id, person_id, by_id, sender_id, kind, reasons, sent)
SELECT %s, s.* FROM unnest(%s::bigint[], %s::int[], %s::date[], %s::int[], %s::uuid[], %s::int[], %s::uuid[],
                           %s::smallint[], %s::jsonb[], %s::bytea[]) AS s
ON CONFLICT DO NOTHING
"""
_PLACE = "health_held.sent"


def hold(records: Sequence[tuple[CardIn | RollIn, Outcome]], *, now: datetime) -> None:
    """They lie under the day they came: a wrong day (2030) finds a place too. Runs in the caller's transaction."""
    if not records:
        return
    months.ensure({now.date()})
    sealer = Sealer()
    rows = []
    for record, outcome in records:
        is_card = isinstance(record.sent, Card)
        rows.append((
            record.key, record.seat.school_id, now.date(), record.seat.unit_id,
            record.sent.person if is_card else None, record.author.by_id, record.author.sender_id,
            int(Source.CARD if is_card else Source.ROLL), Jsonb([[flaw.code, flaw.field] for flaw in outcome.flaws]),
            sealer.seal(msgspec.json.encode(record.sent), _PLACE),
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [now, *(list(column) for column in zip(*rows, strict=True))])
