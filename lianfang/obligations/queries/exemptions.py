"""Who was let off what, until when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from lianfang.obligations.models import Exemption

Covers = Callable[[Sequence[int], datetime], bool]


def covers(kind: str, slot: str, on: date) -> Covers:
    """A function of a unit's ancestors (itself among them) and a moment: whether it owes the slot nothing on that day.
    One query."""
    rows = Exemption.objects.on(on).filter(kind=kind, slot__in=("", slot))
    free = set(rows.values_list("unit_id", flat=True))
    return lambda above, now: not free.isdisjoint(above)
