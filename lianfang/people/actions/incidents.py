"""Incidents of personal data, on record without anything personal."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.models import Event
from lianfang.orgs.models import Unit


@transaction.atomic
def report(
    *, by: events.Actor, unit: Unit, happened: Sequence[str], kinds: Sequence[str], people: int, now: datetime
) -> Event:
    """That an incident was reported: what happened to which kinds of data of about how many people. The event's id is
    the reference on both texts."""
    detail = {"happened": list(happened), "kinds": list(kinds), "people": people}
    return events.record("incident.reported", by=by, unit=unit, detail=detail, now=now)
