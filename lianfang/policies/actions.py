"""Deciding differently from the file."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.policies.models import Override


@transaction.atomic
def override(
    *, by: events.Actor, unit: Unit, key: str, value: str, from_on: date, to_on: date | None, reason: str, now: datetime
) -> Override:
    """Write a dated decision of a unit. A later row of the same unit and key replaces it from its first day on."""
    row = Override.objects.create(
        unit=unit,
        key=key,
        value=value,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        by_id=by.pk,
        by_name=by.name,
        at=now,
    )
    events.record("policy.overridden", by=by, unit=unit, subject=row, detail={"reason": reason}, now=now)
    return row
