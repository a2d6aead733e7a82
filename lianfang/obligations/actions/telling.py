"""Telling the people of many silent units in one transaction, and the rows of the ledger that keep it from being said
twice. Ladders (`chasing`) and askings by hand (`asking`) differ in whom they make one message for, and in nothing else.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from lianfang.core import prepared
from lianfang.notices.actions import many as notices
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import spec
from lianfang.obligations.queries import holders
from lianfang.obligations.sources import Silent, Source

BLOCK = 20_000  # units told of in one transaction
_NOBODY: tuple[int, tuple[int, ...]] = (0, ())
_ENTER = """
INSERT INTO obligations_chase (school_id, "on", unit_id, kind, slot, step, at, by_id, due_at, told, notice_id)
SELECT w.school_id, %s, w.unit_id, %s, %s, %s, %s, %s, w.due_at, w.told, w.notice_id
FROM unnest(%s::int[], %s::int[], %s::timestamptz[], %s::smallint[], %s::uuid[])
    AS w (school_id, unit_id, due_at, told, notice_id)
ORDER BY w.school_id, w.unit_id
ON CONFLICT DO NOTHING
RETURNING unit_id
"""


@dataclass(frozen=True)
class Step:
    """What is said about one deadline of a kind's day: ``rung`` of its ladder, or the same by hand (``by_id``).
    ``code`` is its name in the ledger, ``unit`` in whose name it is said."""

    kind: spec.Kind
    slot: str
    on: date
    code: str
    rung: spec.Rung
    now: datetime
    unit: int
    by_id: int | None = None


class Found(NamedTuple):
    """A silent unit, whom to tell, and the unit at which these were found; 0: nobody was, up to the root."""

    row: Silent
    unit: int
    users: tuple[int, ...]

    @property
    def is_above(self) -> bool:
        return bool(self.unit) and self.unit != self.row.unit_id


def find(step: Step, rows: Collection[Silent]) -> list[Found]:
    """Whom the step tells for each of the units. Four queries at most."""
    roles = step.rung.roles or step.kind.roles
    held = holders.tell_many([(row.unit_id, row.school_id) for row in rows], step.rung.at, roles, step.on)
    found = []
    for row in rows:
        unit, users = held.get(row.unit_id, _NOBODY)
        if row.named and (named := tuple(sorted({user for role, user in row.named if role in roles}))):
            unit, users = row.unit_id, named
        found.append(Found(row, unit, users))
    return found


def still(step: Step, source: Source, due_by: datetime, rows: Iterable[Silent]) -> set[int]:
    """Those of the units that are silent at this very moment: nobody is told of what they have just done."""
    schools = {row.school_id for row in rows}  # shorter than to name every class
    around = holders.places(schools)
    paths = sorted(around[pk].path for pk in schools if pk in around)
    return {row.unit_id for row in source.silent(step.slot, step.on, due_by, paths)}


def enter(step: Step, rows: Sequence[tuple[Found, UUID | None]]) -> set[int]:
    """Write the step into the ledger, with the message each is told by; units for which it was not taken before."""
    if not rows:
        return set()
    moments: dict[datetime, str] = {}
    values: list[Any] = [
        step.on, step.kind.id, step.slot, step.code, step.now, step.by_id,
        prepared.listed([found.row.school_id for found, _ in rows]),
        prepared.listed([found.row.unit_id for found, _ in rows]),
        _array(moments.get(found.row.due_at) or _said(found.row.due_at, moments) for found, _ in rows),
        prepared.listed([len(found.users) for found, _ in rows]),
        _array(str(note) if note else "NULL" for _, note in rows),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        return {unit for (unit,) in cursor.fetchall()}


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"


def _said(at: datetime, moments: dict[datetime, str]) -> str:
    """A deadline as text: very many share a few."""
    moments[at] = f'"{at.isoformat()}"'
    return moments[at]


def post(step: Step, drafts: Iterable[Draft]) -> None:
    notices.post_many(drafts=list(drafts), channels=step.rung.channels, urgent=step.kind.urgent, now=step.now)
