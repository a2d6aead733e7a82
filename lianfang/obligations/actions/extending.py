"""A superior grants a unit a later deadline today, with a reason; and takes that back."""

from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events, turns
from lianfang.core.problems import refuse
from lianfang.obligations import spec
from lianfang.obligations.actions.exempting import SHORTEST_REASON
from lianfang.obligations.models import Extension
from lianfang.obligations.queries import granted
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def extend(
    *, by: User, kind: str, slot: str, unit: Unit, due_at: datetime, reason: str, now: datetime
) -> Extension:  # fmt: skip
    """The unit and what lies below it have until ``due_at`` of today; an earlier extension ends. Raises `Refused`
    without a reason, for a moment that is over, not today or not after the deadline as it stands, and on a day without
    it; `LookupError` for a kind no file describes."""
    source, today, reason = granted.source(spec.kind(kind)), clock.day_of(now), " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise refuse("obligations.reason_missing", "reason")
    deadline = next((one for one in source.slots(unit, today) if one.code == slot), None)
    if deadline is None:
        raise refuse("obligations.no_deadline")
    if clock.day_of(due_at) != today or due_at <= max(now, deadline.due_at):
        after = max(now, deadline.due_at).astimezone(clock.ZONE)
        raise refuse("obligations.until_wrong", "until", after=f"{after:%H:%M}")
    turns.turn(f"extension {unit.pk} {kind} {slot}")  # two superiors at once
    Extension.objects.standing(today).filter(kind=kind, slot=slot, unit=unit).update(ended_at=now, ended_by=by)
    made = Extension.objects.create(
        kind=kind, slot=slot, unit=unit, on=today, due_at=due_at, reason=reason, by=by, at=now
    )
    detail = {"kind": kind, "slot": slot, "until": f"{due_at.astimezone(clock.ZONE):%H:%M}"}
    events.record("extension.granted", by=by, unit=unit, subject=made, detail=detail, reason=reason, now=now)
    return made


@transaction.atomic
def end(*, by: User, extension: Extension, now: datetime) -> None:
    """The usual deadline holds again. Ending twice changes nothing."""
    if Extension.objects.filter(pk=extension.pk, ended_at__isnull=True).update(ended_at=now, ended_by=by):
        events.record("extension.ended", by=by, unit=extension.unit, subject=extension, now=now)
