"""What superiors granted on a day: units let off, and later deadlines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

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


def grants(kind: str, slot: str, on: date) -> Grants:
    """Two queries."""
    return Grants(tuple(free_paths(kind, slot, on)), tuple(_later(kind, slot, on)))


def free_paths(kind: str, slot: str, on: date) -> list[str]:
    """Paths of units that owe nothing of the deadline. One query."""
    rows = Exemption.objects.on(on).filter(kind=kind, slot__in=("", slot))
    return list(rows.values_list("unit__path", flat=True))


def let_off(unit: Unit, kind: str, slot: str, on: date) -> list[Exemption]:
    """Units at or below the unit, or around it, that were let off that day, in the order of the tree."""
    rows = Exemption.objects.on(on).filter(_near(unit), kind=kind, slot__in=("", slot))
    return list(rows.select_related("unit", "by").order_by("unit__path", "at"))


def extended(unit: Unit, kind: str, slot: str, on: date) -> list[Extension]:
    """Units at or below the unit, or around it, that have longer that day, in the order of the tree."""
    rows = Extension.objects.standing(on).filter(_near(unit), kind=kind, slot=slot)
    return list(rows.select_related("unit", "by").order_by("unit__path", "at"))


def moved(kind: str, slot: str, unit: Unit, on: date, due_at: datetime) -> datetime:
    """The deadline of the unit, if later was granted to it or to what lies around it. One query."""
    rows = Extension.objects.standing(on).filter(kind=kind, slot=slot, unit_id__in=unit.ancestor_ids)
    return max([due_at, *rows.values_list("due_at", flat=True)])


def around(kind: str, on: date, units: Iterable[Unit]) -> dict[tuple[str, int], datetime]:
    """(slot, unit) → the later deadline granted to it, of the units and of all that lies around them. One query."""
    rows = Extension.objects.standing(on).filter(
        kind=kind, unit_id__in={pk for unit in units for pk in unit.ancestor_ids}
    )
    return {(one.slot, one.unit_id): one.due_at for one in rows}


def moved_in_sql(kind: str, slot: str, on: date, due: str, alias: str = "u") -> tuple[str, dict[str, Any]]:
    """The same of each row ``alias`` of units, whose deadline is the SQL ``due``. One query."""
    values: dict[str, Any] = {}
    whens = []
    for number, (path, due_at) in enumerate(_later(kind, slot, on)):
        values[f"later_path_{number}"], values[f"later_{number}"] = path + "%", due_at
        whens.append(f"CASE WHEN {alias}.path LIKE %(later_path_{number})s THEN %(later_{number})s::timestamptz END")
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


def _later(kind: str, slot: str, on: date) -> Iterable[tuple[str, datetime]]:
    rows = Extension.objects.standing(on).filter(kind=kind, slot=slot).order_by("unit__path")
    return rows.values_list("unit__path", "due_at")


def _near(unit: Unit) -> Q:
    return Q(unit__path__startswith=unit.path) | Q(unit_id__in=unit.ancestor_ids)
