"""What comes next for somebody who has nothing left to do: the next deadline of their own duties."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianfang.obligations import spec
from lianfang.obligations.queries.granted import recurring
from lianfang.obligations.sources import Slot
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

_DAYS = 10  # looked ahead: over a long holiday nothing is said


@dataclass(frozen=True)
class Coming:
    label: str
    opens_at: datetime
    due_at: datetime


def coming(user: User, now: datetime) -> Coming | None:
    """The first thing that can be done after this moment. Asks day by day, so only where a page is empty."""
    asked = [
        (source, unit)
        for kind, source in recurring().items()
        for unit in _units(user, spec.kind(kind).roles, now.date())
    ]
    for ahead in range(_DAYS if asked else 0):
        slots = [slot for source, unit in asked for slot in source.slots(unit, now.date() + timedelta(days=ahead))]
        after = [slot for slot in slots if slot.opens_at > now]
        if after:
            return _said(min(after, key=lambda slot: (slot.opens_at, slot.due_at)))
    return None


def _said(slot: Slot) -> Coming:
    return Coming(slot.label, slot.opens_at, slot.due_at)


def _units(user: User, roles: tuple[str, ...], on: date) -> list[Unit]:
    """One unit for each duty: its classes have the same checks."""
    return list({post.role: post.unit for post in access.postings(user, on) if post.role in roles}.values())
