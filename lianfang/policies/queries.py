"""What holds for a unit on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from lianfang.orgs.models import Unit
from lianfang.policies.models import Assessment, Override, Response


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


def everywhere(on: date, prefix: str) -> list[Decided]:
    """All overrides of that prefix in force anywhere, outermost first (so that later ones win)."""
    rows = _current(on, prefix).select_related("unit").order_by("unit__path", "at")
    return [Decided(row.key, row.value, row.unit.path) for row in rows]


def assessed(module: str, unit: Unit, day: date) -> bool:
    """Whether an impact assessment of the module, made at the unit or above it, holds on that day (control F09)."""
    return Assessment.objects.filter(module=module, unit_id__in=unit.ancestor_ids, valid_to__gte=day).exists()


def mode(unit: Unit, day: date) -> Response | None:
    """The emergency response that runs for the unit on that day, the gravest one if several do; None in peacetime."""
    running = _running(day).filter(unit_id__in=unit.ancestor_ids)
    return running.select_related("unit").order_by("level", "from_on", "pk").first()


def response(pk: str) -> Response:
    """One response with its unit, for those who act on its events."""
    return Response.objects.select_related("unit").get(pk=pk)


def responses(units: Q, day: date) -> list[Response]:
    """Responses at the units of a condition on "unit__": what runs first, then the past, newest first."""
    rows = list(Response.objects.filter(units).select_related("unit").order_by("-from_on", "-pk"))
    return sorted(rows, key=lambda row: row.to_on is not None and row.to_on < day)


def assessments(units: Q) -> list[Assessment]:
    """Impact assessments at the units of a condition on "unit__", newest first; past ones stay readable."""
    return list(Assessment.objects.filter(units).select_related("unit").order_by("-at", "-pk"))


def _running(day: date) -> QuerySet[Response]:
    return Response.objects.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


def _current(on: date, prefix: str) -> QuerySet[Override]:
    return Override.objects.filter(key__startswith=prefix, from_on__lte=on).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on)
    )
