"""Who was let off what, until when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db.models import Q

from lianfang.obligations.models import Exemption
from lianfang.orgs.models import Unit

Covers = Callable[[Sequence[int], datetime], bool]


def covers(kind: str, slot: str, on: date) -> Covers:
    """A function of a unit's ancestors (itself among them) and a moment: whether it owes the slot nothing on that day.
    One query."""
    rows = Exemption.objects.on(on).filter(kind=kind, slot__in=("", slot))
    free = set(rows.values_list("unit_id", flat=True))
    return lambda above, now: not free.isdisjoint(above)


def within(unit: Unit, kind: str, slot: str, on: date) -> list[Exemption]:
    """Units at or below the unit, or around it, that were let off that day, in the order of the tree."""
    near = Q(unit__path__startswith=unit.path) | Q(unit_id__in=unit.ancestor_ids)
    rows = Exemption.objects.on(on).filter(near, kind=kind, slot__in=("", slot))
    return list(rows.select_related("unit", "by").order_by("unit__path", "at"))
