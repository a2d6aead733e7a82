"""Reading a health record is an event too: by staff, and by the family."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.actions import claiming
from lianfang.people.models import Claim, Person, User


@transaction.atomic
def viewed(*, by: User, person: Person, unit: Unit, printed: bool, now: datetime) -> None:
    """Staff opened somebody's health record, or printed it."""
    events.record(
        "person.health_printed" if printed else "person.health_viewed", by=by, unit=unit, subject=person, now=now
    )


def looked(*, claim: Claim, now: datetime) -> None:
    """The family opened it."""
    claiming.looked(claim=claim, what="health", now=now)
