"""Taking the telephone list along."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def exported(*, by: User, unit: Unit, lines: int, now: datetime) -> None:
    """Who took the 24-hour telephones of how many units."""
    events.record("duty.numbers_exported", by=by, unit=unit, subject=unit, detail={"lines": lines}, now=now)
