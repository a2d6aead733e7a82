"""The reminder before a cut-off (obligations with their full ladder come as a room of their own)."""

from datetime import datetime, timedelta

from django.urls import reverse

from lianfang.core import clock
from lianfang.notices import actions as notices
from lianfang.people import access
from lianfang.returns import spec
from lianfang.returns.queries import board, filing

AHEAD = timedelta(minutes=30)


def remind(*, now: datetime) -> int:
    """In the half hour before the schools' cut-off: one notice to the clerks and heads of every school still missing.

    Runs every five minutes; the notice's key makes it one a day. Returns how many areas were reminded.
    """
    told = 0
    on = now.astimezone(clock.ZONE).date()
    for form in spec.catalog().values():
        for unit in filing.assigned_units(form, on):
            due = filing.due_of(form, unit, on, tier="school")
            if due is None or not due - AHEAD <= now < due:
                continue
            missing = board.missing_ids(form, unit, on)
            people = access.holders(missing, ("clerk", "office_head"), on)
            if people:
                notices.post(
                    by=None, unit=unit, to=[post.user_id for post in people], now=now, kind="return.due_soon",
                    key=f"return.due_soon {form.id} {on} {unit.pk}", url=reverse("web:home"),
                    params={"on": on.isoformat(), "due": f"{due.astimezone(clock.ZONE):%H:%M}", "unit": unit.name},
                )  # fmt: skip
                told += 1
    return told
