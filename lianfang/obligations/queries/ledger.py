"""What was done about somebody who was late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.db.models.expressions import RawSQL

from lianfang.core import prepared
from lianfang.obligations import rules
from lianfang.obligations.models import Chase


def taken(kind: str, slot: str, on: date, step: str) -> set[int]:
    """Units for which this step of the ladder or a later one was taken."""
    rows = Chase.objects.filter(on=on, kind=kind, slot=slot, step__gte=step, step__startswith="r")
    return set(rows.values_list("unit_id", flat=True))


@dataclass(frozen=True)
class ByHand:
    """When a unit was last asked by hand, and the superior in whose name."""

    at: datetime
    by_unit: int


def asked(
    kind: str, slot: str, on: date, units: Collection[int], since: datetime, until: datetime
) -> dict[int, ByHand]:  # fmt: skip
    """Those of the units that somebody asked by hand in that time. One query."""
    these = RawSQL("SELECT unnest(%s::bigint[])", [prepared.listed(units)])
    rows = Chase.objects.filter(
        on=on, kind=kind, slot=slot, step__startswith="by ", at__gt=since, at__lt=until, unit_id__in=these
    )
    found = rows.order_by("at").values_list("unit_id", "at", "step")
    return {unit: ByHand(at, rules.asked_by(step)) for unit, at, step in found}


def last_told(kind: str, slot: str, on: date, school: int, units: Collection[int]) -> dict[int, datetime]:
    """When each of these units of a school was last told, by the ladder or by hand. One query."""
    rows = Chase.objects.filter(school_id=school, on=on, kind=kind, slot=slot, unit_id__in=units, told__gt=0)
    return dict(rows.values_list("unit_id").annotate(at=Max("at")))


def last_asked_by(by_unit: int, kind: str, slot: str, on: date) -> datetime | None:
    """When anybody was last asked in the name of that unit. One query."""
    rows = Chase.objects.filter(on=on, kind=kind, slot=slot, step__startswith=rules.in_name_of(by_unit))
    return rows.aggregate(at=Max("at"))["at"]
