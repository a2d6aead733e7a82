"""Telling the people of many silent units in one transaction, and the rows of the ledger that keep it from being said
twice. Ladders (`chasing`) and askings by hand (`asking`) differ in whom they make one message for, and in nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lianfang.core import prepared
from lianfang.notices.actions import many as notices
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import spec
from lianfang.obligations.queries import holders
from lianfang.obligations.queries.holders import Place
from lianfang.obligations.sources import Silent, Source

BLOCK = 20_000  # units told of in one transaction
_ENTER = """
INSERT INTO obligations_chase (school_id, "on", unit_id, kind, slot, step, at, by_id, due_at, told, notice_id)
SELECT w.school_id, %s, w.unit_id, %s, %s, %s, %s, %s, w.due_at, w.told, w.notice_id
FROM unnest(%s::int[], %s::int[], %s::timestamptz[], %s::smallint[], %s::uuid[])
    AS w (school_id, unit_id, due_at, told, notice_id)
ON CONFLICT DO NOTHING
RETURNING unit_id
"""


@dataclass(frozen=True)
class Step:
    """What is said about one deadline of a kind's day: ``rung`` of its ladder, or the same by hand (``by_id``).
    ``code`` is its name in the ledger."""

    kind: spec.Kind
    slot: str
    on: date
    code: str
    rung: spec.Rung
    now: datetime
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A silent unit, whom to tell, and the unit at which these were found; 0: nobody was, up to the root."""

    row: Silent
    unit: int
    users: tuple[int, ...]

    @property
    def is_above(self) -> bool:
        return bool(self.unit) and self.unit != self.row.unit_id


def find(step: Step, rows: Iterable[Silent], known: dict[int, Place]) -> list[Found]:
    """Whom the step tells for each of the units. Two queries."""
    rows = list(rows)
    roles = step.rung.roles or step.kind.roles
    held = holders.tell([known[row.unit_id] for row in rows], step.rung.at, roles, known, step.on)
    found = []
    for row in rows:
        unit, users = held.get(row.unit_id, (0, ()))
        if named := tuple(sorted({user for role, user in row.named if role in roles})):
            unit, users = row.unit_id, named
        found.append(Found(row, unit, users))
    return found


def still(
    step: Step, source: Source, due_by: datetime, rows: Iterable[Silent], known: dict[int, Place]
) -> set[int]:  # fmt: skip
    """Those of the units that are silent at this very moment: nobody is told of what they have just done."""
    around = {known.get(row.school_id) or known[row.unit_id] for row in rows}  # shorter than to name every class
    return {row.unit_id for row in source.silent(step.slot, step.on, due_by, sorted(one.path for one in around))}


def enter(step: Step, rows: Sequence[tuple[Found, UUID | None]]) -> set[int]:
    """Write the step into the ledger, with the message each is told by; units for which it was not taken before."""
    if not rows:
        return set()
    values: list[Any] = [
        step.on, step.kind.id, step.slot, step.code, step.now, step.by_id,
        prepared.listed(found.row.school_id for found, _ in rows),
        prepared.listed(found.row.unit_id for found, _ in rows),
        [found.row.due_at for found, _ in rows], prepared.listed(len(found.users) for found, _ in rows),
        [note for _, note in rows],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        return {unit for (unit,) in cursor.fetchall()}


def post(step: Step, drafts: Iterable[Draft]) -> None:
    notices.post_many(drafts=list(drafts), channels=step.rung.channels, urgent=step.kind.urgent, now=step.now)
