"""A superior lets a unit off something that recurs, for some days and with a reason; and takes that back."""

from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.core import clock, events, turns
from lianfang.core.problems import refuse
from lianfang.obligations import spec
from lianfang.obligations.models import Exemption
from lianfang.orgs.models import Unit
from lianfang.people.models import User

LONGEST = timedelta(days=31)  # longer than that is another rule, not an exception
SHORTEST_REASON = 4


@transaction.atomic
def grant(*, by: User, kind: str, slot: str, unit: Unit, to_on: date, reason: str, now: datetime) -> Exemption:
    """From today. ``slot`` blank: every deadline of the kind. Raises `Refused` without a reason, for a last day that is
    over or too far, and where the unit was let off already; `LookupError` for a kind no file describes."""
    spec.kind(kind)
    today, reason = clock.day_of(now), " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise refuse("obligations.reason_missing", "reason")
    if not today <= to_on <= today + LONGEST:
        raise refuse("obligations.days_wrong", "to_on", last=f"{today + LONGEST}")
    turns.turn(f"exemption {unit.pk} {kind}")  # two superiors at once
    if Exemption.objects.on(today).filter(kind=kind, slot__in=("", slot), unit=unit).exists():
        raise refuse("obligations.let_off_already")
    made = Exemption.objects.create(
        kind=kind, slot=slot, unit=unit, from_on=today, to_on=to_on, reason=reason, by=by, at=now
    )
    detail = {"kind": kind, "slot": slot, "to": str(to_on)}
    events.record("exemption.granted", by=by, unit=unit, subject=made, detail=detail, reason=reason, now=now)
    return made


@transaction.atomic
def end(*, by: User, exemption: Exemption, now: datetime) -> None:
    """It is owed again from this moment. Ending twice changes nothing."""
    ended = Exemption.objects.filter(pk=exemption.pk, ended_at__isnull=True).update(ended_at=now, ended_by=by)
    if ended:
        events.record("exemption.ended", by=by, unit=exemption.unit, subject=exemption, now=now)
