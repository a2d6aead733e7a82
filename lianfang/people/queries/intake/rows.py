"""What a row of an upload keeps in its sealed cells, and takes out of them again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import QuerySet

from lianfang.core.bulk import Opener, Sealer
from lianfang.people.models import RosterRow
from lianfang.people.models.intake import Plan
from lianfang.people.rules.deciding import Decision
from lianfang.people.rules.findings import Finding

PLACE = f"{RosterRow._meta.db_table}.cells"
_DAYS = ("born_on", "enrolled_on")
_LEFT = """
SELECT id, plan, cells, person_id FROM people_rosterrow
WHERE file_id = %s AND NOT applied AND plan = ANY(%s) ORDER BY sheet, line LIMIT %s
"""


@dataclass
class Kept:
    """``unit`` is the unit the line names or falls to (None: stays where it is), ``over`` what would be replaced."""

    cells: dict[str, Any]
    unit: int | None = None
    unit_name: str = ""
    named: bool = False
    changes: list[str] = field(default_factory=list)
    over: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: dict[str, Any], unit: int | None, unit_name: str, named: bool, decision: Decision) -> "Kept":
        return cls(cells, unit, unit_name, named, list(decision.changes), dict(decision.over))


def packed(kept: Kept, sealer: Sealer) -> bytes:
    return sealer.seal(msgspec.json.encode(kept), PLACE)


def unpacked(sealed: bytes, opener: Opener) -> Kept:
    return restored(msgspec.json.decode(opener.open(bytes(sealed), PLACE)))


def restored(told: Mapping[str, Any]) -> Kept:
    """From the opened JSON. Days come back as days."""
    kept = Kept(**told)
    for name in _DAYS:
        if kept.cells.get(name):
            kept.cells[name] = date.fromisoformat(kept.cells[name])
    return kept


def told(problems: Sequence[tuple[str, Finding]], columns: Mapping[str, int]) -> list[dict[str, Any]]:
    """Problems for the row's JSON: codes and cells, no values. ``columns``: field → column."""
    return [
        {"code": one.code, "field": at, "column": columns.get(at), "severity": one.severity, "params": dict(one.params)}
        for at, one in problems
    ]


@dataclass
class Waiting:
    """A row that is still to be taken over."""

    id: UUID
    plan: str
    kept: Kept
    person: UUID | None


def waiting(file: UUID, plans: Sequence[str], most: int) -> list[Waiting]:
    """The next rows that are not taken over yet."""
    opener = Opener()
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [file, list(plans), most])
        return [Waiting(key, plan, unpacked(cells, opener), person) for key, plan, cells, person in cursor.fetchall()]


def joined_as_pupils(file: UUID) -> "QuerySet[RosterRow, UUID | None]":
    """Those who joined as pupils by the file."""
    joined = RosterRow.objects.filter(file=file, applied=True, plan=Plan.JOIN, person__enrolments__as_a="student")
    return joined.values_list("person_id", flat=True)


def taken(file: UUID) -> Iterator[UUID]:
    """People other rows of the file already became."""
    done = RosterRow.objects.filter(file=file, applied=True, person__isnull=False)
    return done.values_list("person_id", flat=True).iterator(chunk_size=5000)
