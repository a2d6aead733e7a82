"""Who is kept apart on a day: a fact of another record, which makes the day "isolated" whatever rolls and cards say."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianfang.core.actions import months
from lianfang.health.actions import settling
from lianfang.health.queries import seats
from lianfang.health.rules.parcels import Seat


@transaction.atomic
def mark(*, school_id: int, on: date, people: Mapping[UUID, bool], now: datetime) -> None:
    """``people``: whether each is kept apart that day. Whoever is not any longer gets the day that was reported. Who
    belongs to no unit of the school counts for the school alone."""
    if not people:
        return
    months.ensure({on})
    known = seats.of_people(people, on, school_id)
    wanted = [(known.get(person, Seat(school_id, school_id)), on, person) for person in people]
    settling.settle(wanted, apart=people, now=now)
