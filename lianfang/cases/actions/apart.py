"""The day of whoever is kept apart says so: at once when somebody is, and every few minutes for the days after."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianfang.cases.queries import isolation as queries
from lianfang.core import clock
from lianfang.health.actions import apart
from lianfang.health.queries import figures


def follow(*, now: datetime) -> int:
    """Marks whoever is kept apart today and is not marked, and takes the mark from who is not any longer; how many.
    Doing it again changes nothing."""
    on, changed = clock.day_of(now), 0
    wanted = queries.apart(on)
    marked = figures.apart(list(wanted), on)
    for school in sorted({*wanted, *marked}):
        people = dict.fromkeys(wanted.get(school, set()) - marked.get(school, set()), True)
        people |= dict.fromkeys(marked.get(school, set()) - wanted.get(school, set()), False)
        apart.mark(school_id=school, on=on, people=people, now=now)
        changed += len(people)
    return changed


@transaction.atomic
def marked(*, school_id: int, person: UUID, now: datetime) -> None:
    """The same of one person, at once."""
    on = clock.day_of(now)
    now_apart = person in queries.apart(on, person).get(school_id, ())
    apart.mark(school_id=school_id, on=on, people={person: now_apart}, now=now)
