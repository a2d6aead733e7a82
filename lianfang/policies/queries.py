"""What holds for a unit on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from lianfang.orgs.models import Unit
from lianfang.policies.models import Assessment, Override


@dataclass(frozen=True)
class Decided:
    """An override in force: whose it is, and since when."""

    key: str
    value: str
    path: str


def in_force(unit: Unit, on: date, prefix: str) -> Mapping[str, str]:
    """key → value of every override whose key starts with ``prefix`` for this unit: nearest unit, then latest row,
    wins.
    """
    rows = _current(on, prefix).filter(unit_id__in=unit.ancestor_ids).order_by("unit__path", "at")
    return {row.key: row.value for row in rows}


def decisions(unit: Unit, prefix: str) -> list[Override]:
    """Every decision ever made with that prefix at the unit or above it, newest first (past ones stay readable)."""
    rows = Override.objects.filter(key__startswith=prefix, unit_id__in=unit.ancestor_ids).select_related("unit")
    return list(rows.order_by("-at"))


def below(unit: Unit, on: date, prefix: str) -> list[Decided]:
    """All overrides of that prefix that touch the unit's subtree, outermost first (so that later ones win)."""
    rows = (
        _current(on, prefix)
        .filter(Q(unit_id__in=unit.ancestor_ids) | Q(unit__path__startswith=unit.path))
        .select_related("unit")
        .order_by("unit__path", "at")
    )
    return [Decided(row.key, row.value, row.unit.path) for row in rows]


def assessed(module: str, unit: Unit, day: date) -> bool:
    """Whether an impact assessment of the module, made at the unit or above it, holds on that day (control F09)."""
    return Assessment.objects.filter(module=module, unit_id__in=unit.ancestor_ids, valid_to__gte=day).exists()


def _current(on: date, prefix: str) -> QuerySet[Override]:
    return Override.objects.filter(key__startswith=prefix, from_on__lte=on).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on)
    )
