"""What is owed once, about very many people at the same moment: a statement for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lianfang.core import prepared
from lianfang.core.ids import uuid7
from lianfang.obligations import spec
from lianfang.obligations.models import Obligation, Outcome

_OWE = """
INSERT INTO obligations_obligation AS o (id, kind, key, unit_id, label, url, due_at, at, rung, outcome, reason)
SELECT w.id, %s, w.key, w.unit_id, '', w.url, w.due_at, %s, 0, '', ''
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::text[], %s::timestamptz[]) AS w (id, key, unit_id, url, due_at)
ORDER BY w.key
ON CONFLICT (key) DO UPDATE SET
    unit_id = excluded.unit_id, due_at = excluded.due_at,
    rung = CASE WHEN o.due_at IS DISTINCT FROM excluded.due_at THEN 0 ELSE o.rung END
WHERE o.ended_at IS NULL AND (o.unit_id, o.due_at) IS DISTINCT FROM (excluded.unit_id, excluded.due_at)
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """What whoever holds one of the kind's roles at the unit owes, by its ``key`` (`singles.owe`)."""

    key: str
    unit_id: int
    due_at: datetime | None
    url: str


def owe(*, kind: str, things: Sequence[Thing], now: datetime) -> None:
    """All of these are owed, at these units and until these moments; a new deadline begins the ladder anew. Doing it
    again changes nothing, and nothing that has ended is opened. Whoever calls leaves the trace: no event is written for
    each. Raises `LookupError` for a kind no file describes."""
    spec.kind(kind)
    if not things:
        return
    columns: list[Any] = [
        [uuid7() for _ in things], [one.key for one in things], prepared.listed(one.unit_id for one in things),
        [one.url for one in things], [one.due_at for one in things],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OWE, [kind, now, *columns])


def fulfil(*, keys: Collection[str], now: datetime) -> None:
    """What is still open of these was done. As `owe`, without an event for each."""
    _end(keys, Outcome.DONE, now)


def withdraw(*, keys: Collection[str], now: datetime) -> None:
    """What is still open of these is no longer owed."""
    _end(keys, Outcome.WITHDRAWN, now)


def _end(keys: Collection[str], outcome: Outcome, now: datetime) -> None:
    if keys:
        Obligation.objects.waiting().filter(key__in=keys).update(outcome=outcome, ended_at=now)
