"""Where a duty has nobody, and who answers at each level of a school."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast

from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import rules
from lianfang.people.models import Posting


def gaps(units: UnitQuerySet, day: date, duties: Collection[str] = ()) -> UnitQuerySet:
    """Those of the units in which a duty they must have filled (`rules.REQUIRED`) has no holder on that day.

    ``duties`` limits the list to these duties (all by default). Rows carry ``lacks_<duty>`` for each of the duties and
    come in the order of the tree, with their superior and its school.
    """
    return _lacking(units, day, duties).select_related("parent__school").order_by("path")


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
    """Those that lack a duty, each marked with which. They are found kind by kind: said as one "this or that or …",
    PostgreSQL looks up postings unit by unit, which takes seconds over the classes of a province."""
    wanted, rows = _wanted(duties), units.on(day)
    parts = [
        rows.filter(reduce(or_, (Q(_nobody(duty, day)) for duty in asked)), kind__in=kinds).order_by().values("pk")
        for asked, kinds in _kinds_by_duties(wanted).items()
    ]
    marks = {f"lacks_{duty}": Q(kind__in=_kinds(duty)) & Q(_nobody(duty, day)) for duty in wanted}
    return rows.annotate(**marks).filter(pk__in=Unit.objects.none().values("pk").union(*parts, all=True))


def _nobody(duty: str, day: date) -> Any:
    return ~Exists(Posting.objects.counted_on(day).filter(unit=OuterRef("pk"), role__in=rules.DUTIES[duty]))


def _kinds(duty: str) -> list[str]:
    return [kind for kind, required in rules.REQUIRED.items() if duty in required]


def _kinds_by_duties(wanted: list[str]) -> dict[tuple[str, ...], list[str]]:
    """The kinds of unit that must have the same of these duties filled, together."""
    found: dict[tuple[str, ...], list[str]] = {}
    for kind, required in rules.REQUIRED.items():
        if asked := tuple(duty for duty in wanted if duty in required):
            found.setdefault(asked, []).append(kind)
    return found


def _wanted(duties: Collection[str]) -> list[str]:
    return [duty for duty in rules.DUTIES if not duties or duty in duties]
