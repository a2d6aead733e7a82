"""Every night: are the counts of the day before what was said? What is not is put right, and an event says so."""

import logging
from collections import Counter
from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.health.actions import recounting
from lianfang.health.queries import seats

log = logging.getLogger(__name__)


def compare(on: date, *, now: datetime) -> int:
    """Each school in a transaction of its own; in how many something differed. A school that cannot be counted does not
    keep the others from it."""
    differing = 0
    for school in recounting.schools_of(on):
        try:
            differing += _compare(school, on, now)
        except Exception:
            log.exception("school %s on %s was not counted anew", school, on)
    return differing


@transaction.atomic
def _compare(school: int, on: date, now: datetime) -> bool:
    """The event names the counts and by how much they were wrong, summed over the classes."""
    found = recounting.recount(school, on, now=now)
    if not found:
        return False
    wrong = Counter[str]()
    for one in found:
        wrong[one.what] += abs(one.now - one.was)
    unit = seats.school(school)
    detail = {"on": on.isoformat(), "counts": dict(sorted(wrong.items()))}
    events.record("board.differed", by=None, unit=unit, detail=detail, now=now)
    return True
