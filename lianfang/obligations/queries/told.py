"""Who was told of something that is owed once, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from lianfang.notices.models import Delivery
from lianfang.obligations.models import Chase, Obligation


@dataclass(frozen=True)
class Told:
    """A step of the ladder. ``names`` is empty where nobody holds the duty."""

    at: datetime
    names: tuple[str, ...]


def told(key: str, school_id: int, since: date) -> list[Told]:
    """Of the obligation with this key, at a school, since the day it was opened: the oldest first. Three queries."""
    pk = Obligation.objects.filter(key=key).values_list("pk", flat=True).first()
    rows = list(Chase.objects.filter(school_id=school_id, on__gte=since, slot=str(pk)).order_by("at", "step"))
    names: dict[object, list[str]] = {row.notice_id: [] for row in rows}
    delivered = Delivery.objects.filter(notice__in=[row.notice_id for row in rows if row.notice_id])
    for notice, name in delivered.order_by("user__name").values_list("notice", "user__name") if rows else ():
        names[notice].append(name)
    return [Told(row.at, tuple(names[row.notice_id])) for row in rows]
