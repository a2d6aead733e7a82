"""Where a duty has nobody, and who answers at each level of a school."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast

from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import rules
from lianfang.people.models import Posting

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Duty:
    """One of the roles has to be held at every unit of these kinds; of offices, at those with one of the functions."""

    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    functions: tuple[str, ...] = ()

    def lacks_more_than(self, other: "Duty") -> bool:
        """Whether every unit that lacks this lacks the other, too: one of fewer roles."""
        return set(other.roles) < set(self.roles) and set(other.kinds) >= set(self.kinds) and not other.functions

    @property
    def units(self) -> Q:
        named = Q(kind__in=self.kinds)
        return named & Q(function__in=self.functions) if self.functions else named


REQUIRED: Mapping[str, Duty] = {
    duty: Duty(roles, tuple(kind for kind, required in rules.REQUIRED.items() if duty in required))
    for duty, roles in rules.DUTIES.items()
}


def gaps(
    units: UnitQuerySet, day: date, duties: Collection[str] = (), more: Mapping[str, Duty] = _NONE
) -> UnitQuerySet:  # fmt: skip
    """Those of the units in which a duty they must have filled (`rules.REQUIRED`) has no holder on that day.

    ``duties`` limits the list to these duties; ``more``: others beside them (all of the first, and none beside them, by
    default). Rows carry ``lacks_<duty>`` for each and come in the order of the tree, with their superior and its
    school.
    """
    wanted = {**({name: REQUIRED[name] for name in duties} if duties or more else REQUIRED), **more}
    return _lacking(units, day, wanted).select_related("parent__school").order_by("path")


@dataclass(frozen=True)
class AreaGaps:
    """How many units in and under ``unit`` lack each duty; ``total`` units lack at least one."""

    unit: Unit
    total: int
    lacks: dict[str, int]


def by_area(units: UnitQuerySet, above: Unit, day: date, duties: Collection[str] = ()) -> list[AreaGaps]:
    """The gaps among ``units`` counted for each unit right below ``above``, in one pass over them. Two queries."""
    wanted = {name: REQUIRED[name] for name in duties or REQUIRED}
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


def _lacking(units: UnitQuerySet, day: date, wanted: Mapping[str, Duty]) -> UnitQuerySet:
    """Those that lack a duty, each marked with which. They are found duty by duty: said as one "this or that or …",
    PostgreSQL looks up postings unit by unit, which takes seconds over the classes of a province."""
    rows, asked = units.on(day), list(dict.fromkeys(wanted.values()))
    parts = [
        rows.filter(duty.units, _nobody(duty, day)).order_by().values("pk")
        for duty in asked
        if not any(duty.lacks_more_than(other) for other in asked)
    ]
    marks = {f"lacks_{name}": duty.units & Q(_nobody(duty, day)) for name, duty in wanted.items()}
    return rows.annotate(**marks).filter(pk__in=Unit.objects.none().values("pk").union(*parts, all=True))


def _nobody(duty: Duty, day: date) -> Any:
    return ~Exists(Posting.objects.counted_on(day).filter(unit=OuterRef("pk"), role__in=duty.roles))
