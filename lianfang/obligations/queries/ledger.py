"""What was done about somebody who was late."""

from datetime import date

from lianfang.obligations.models import Chase


def taken(kind: str, slot: str, on: date, step: str) -> set[int]:
    """Units for which this step of the ladder or a later one was taken."""
    rows = Chase.objects.filter(on=on, kind=kind, slot=slot, step__gte=step, step__startswith="r")
    return set(rows.values_list("unit_id", flat=True))
