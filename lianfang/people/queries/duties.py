"""Where a duty has nobody, and who answers at each level of a school."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast

from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import rules
from lianfang.people.models import Posting


def gaps(units: UnitQuerySet, day: date, duties: Collection[str] = ()) -> UnitQuerySet:
    """Those of the units in which a duty they must have filled (`rules.REQUIRED`) has no holder on that day.

    ``duties`` limits the list to these duties (all by default). Rows carry ``lacks_<duty>`` for each of the duties and
    come in the order of the tree, with their superior.
    """
    return _lacking(units, day, duties).select_related("parent").order_by("path")


@dataclass(frozen=True)
class AreaGaps:
    """How many units in and under ``unit`` lack each duty; ``total`` units lack at least one."""

    unit: Unit
    total: int
    lacks: dict[str, int]


def by_area(units: UnitQuerySet, above: Unit, day: date, duties: Collection[str] = ()) -> list[AreaGaps]:
    """The gaps among ``units`` counted for each unit right below ``above``, in one pass over them. Two queries."""
    wanted = _wanted(duties)
    depth = above.path.count(".")
    part = Func(F("path"), Value("."), Value(depth + 1), function="split_part")
    inside = units.under(above).exclude(pk=above.pk)
    sums: dict[str, Any] = {f"n_{duty}": Count("pk", filter=Q(**{f"lacks_{duty}": True})) for duty in wanted}
    lacking = _lacking(inside, day, wanted).annotate(area=Cast(part, IntegerField()))
    rows: Iterable[Any] = lacking.order_by().values("area").annotate(total=Count("pk"), **sums)
    counted = {row["area"]: row for row in rows}
    areas = Unit.objects.filter(pk__in=counted).order_by("position", "code")
    return [
        AreaGaps(area, counted[area.pk]["total"], {duty: counted[area.pk][f"n_{duty}"] for duty in wanted})
        for area in areas
    ]


def contact_net(school: Unit, day: date) -> UnitQuerySet:
    """The school, its campuses, departments and classes in the order of the tree, each with ``answering``: who answers
    there (`rules.NET`), holders before deputies. Two queries."""
    roles = {role for named in rules.NET.values() for role in named}
    held = Posting.objects.on(day).filter(role__in=roles).select_related("user").order_by("deputy", "pk")
    inside = Unit.objects.under(school).on(day).filter(kind__in=rules.NET)
    return inside.prefetch_related(Prefetch("postings", held, to_attr="answering")).order_by("path")


def _lacking(units: UnitQuerySet, day: date, duties: Collection[str]) -> UnitQuerySet:
    lacking = Q(pk__in=[])
    rows = units.on(day)
    for duty in _wanted(duties):
        kinds = [kind for kind, required in rules.REQUIRED.items() if duty in required]
        held = Posting.objects.on(day).filter(unit=OuterRef("pk"), role__in=rules.DUTIES[duty])
        rows = rows.annotate(**{f"lacks_{duty}": Q(kind__in=kinds) & ~Exists(held)})
        lacking |= Q(**{f"lacks_{duty}": True})
    return rows.filter(lacking)


def _wanted(duties: Collection[str]) -> list[str]:
    return [duty for duty in rules.DUTIES if not duties or duty in duties]
