"""What superiors granted on a day: units let off, and later deadlines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from lianfang.core import clock
from lianfang.obligations.models import Exemption, Extension
from lianfang.orgs.models import Unit, sponsored_by


@dataclass(frozen=True)
class Grants:
    """Of one deadline. ``free``: paths of units that owe nothing; ``later``: path and deadline of those that have
    longer."""

    free: tuple[str, ...]
    later: tuple[tuple[str, datetime], ...]

    def __bool__(self) -> bool:
        return bool(self.free or self.later)


class Row(NamedTuple):
    """``due_at`` None: the unit owes nothing from the first day to the last."""

    slot: str
    path: str
    from_on: date
    to_on: date
    due_at: datetime | None


_BACK = timedelta(days=7)  # a page of today asks about the days before, too
_ROWS = """
    SELECT e.slot, u.path, e.from_on, e.to_on, NULL::timestamptz
    FROM obligations_exemption e JOIN orgs_unit u ON u.id = e.unit_id
    WHERE e.kind = %(kind)s AND e.from_on <= %(on)s AND e.to_on >= %(since)s AND e.ended_at IS NULL
    UNION ALL SELECT e.slot, u.path, e."on", e."on", e.due_at
    FROM obligations_extension e JOIN orgs_unit u ON u.id = e.unit_id
    WHERE e.kind = %(kind)s AND e."on" BETWEEN %(since)s AND %(on)s AND e.ended_at IS NULL
    ORDER BY 2
"""


def of_day(kind: str, on: date, near: Unit | None = None) -> list[Row]:
    """Everything that was granted. One query; its answer, and that for the week before, are kept on the object
    ``near``, which lives for one request."""
    kept: dict[str, tuple[date, list[Row]]] = near.__dict__.setdefault("_granted", {}) if near is not None else {}
    if kind not in kept or not kept[kind][0] - _BACK <= on <= kept[kind][0]:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, {"kind": kind, "on": on, "since": on - _BACK})
            kept[kind] = on, [Row(*row) for row in cursor.fetchall()]
    return [row for row in kept[kind][1] if row.from_on <= on <= row.to_on]


def grants(kind: str, slot: str, on: date, near: Unit | None = None) -> Grants:
    rows = [row for row in of_day(kind, on, near) if row.slot in ("", slot)]
    return Grants(
        tuple(row.path for row in rows if row.due_at is None),
        tuple((row.path, row.due_at.astimezone(clock.ZONE)) for row in rows if row.due_at is not None),
    )


def let_off(unit: Unit, kind: str, slot: str, on: date) -> list[Exemption]:
    """Units at or below the unit, or around it, that were let off that day, in the order of the tree."""
    if not grants(kind, slot, on, unit).free:
        return []
    rows = Exemption.objects.on(on).filter(_near(unit), kind=kind, slot__in=("", slot))
    return list(rows.select_related("unit", "by").order_by("unit__path", "at"))


def extended(unit: Unit, kind: str, slot: str, on: date) -> list[Extension]:
    """Units at or below the unit, or around it, that have longer that day, in the order of the tree."""
    if not grants(kind, slot, on, unit).later:
        return []
    rows = Extension.objects.standing(on).filter(_near(unit), kind=kind, slot=slot)
    return list(rows.select_related("unit", "by").order_by("unit__path", "at"))


def moved(kind: str, slot: str, unit: Unit, on: date, due_at: datetime, near: Unit | None = None) -> datetime:
    """The deadline of the unit, if later was granted to it or to what lies around it."""
    later = grants(kind, slot, on, near or unit).later
    return max([due_at, *(due for path, due in later if unit.path.startswith(path))])


def moved_in_sql(
    kind: str, slot: str, on: date, due: str, near: Unit | None = None
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """The same of each row ``u`` of units, whose deadline is the SQL ``due``."""
    values: dict[str, Any] = {}
    whens = []
    for number, (path, due_at) in enumerate(grants(kind, slot, on, near).later):
        values[f"later_path_{number}"], values[f"later_{number}"] = path + "%", due_at
        whens.append(f"CASE WHEN u.path LIKE %(later_path_{number})s THEN %(later_{number})s::timestamptz END")
    return (f"greatest({', '.join([due, *whens])})" if whens else due), values


def below(unit: Unit, on: date) -> list[str]:
    """Paths of all that the unit answers for: its own, and those of schools that are sponsored from it."""
    if unit.school_id is not None:
        return [unit.path]
    outside = Unit.objects.filter(pk__in=sponsored_by([unit.path], on)).exclude(path__startswith=unit.path)
    return [unit.path, *outside.values_list("path", flat=True)]


def within(granted: Iterable[str], asked: Sequence[str]) -> list[str]:
    """As much of the granted paths as lies in the asked ones."""
    found = {one if one.startswith(path) else path
             for one in granted for path in asked if one.startswith(path) or path.startswith(one)}  # fmt: skip
    return sorted(found)


def _near(unit: Unit) -> Q:
    return Q(unit__path__startswith=unit.path) | Q(unit_id__in=unit.ancestor_ids)
