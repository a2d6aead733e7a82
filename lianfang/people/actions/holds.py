"""Keeping data from destruction as evidence: with a reason, an assessment, and an end (control G02)."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import Hold, Person
from lianfang.people.rules import retention as rules


@transaction.atomic
def hold(
    *, by: events.Actor, unit: Unit, person: Person | None, reason: str, assessment: str, to_on: date, now: datetime
) -> Hold:
    """Nothing of the person (or of anybody of the unit) is destroyed until that day. Raises `Refused` for an assessment
    that says nothing and an end that is past or more than a year away.
    """
    today = clock.day_of(now)
    if not reason.strip():
        raise refuse("people.hold_reason_missing", "reason")
    if len(assessment.strip()) < rules.SHORTEST_ASSESSMENT:
        raise refuse("people.hold_assessment_short", "assessment", least=rules.SHORTEST_ASSESSMENT)
    if not rules.hold_lasts(today, to_on):
        raise refuse("people.hold_term", "to_on")
    row = Hold.objects.create(
        unit=unit, person=person, reason=reason.strip(), assessment=assessment.strip(), from_on=today, to_on=to_on,
        by_id=by.pk, by_name=by.name, at=now,
    )  # fmt: skip
    detail = {"until": str(to_on), **({"person": str(person.pk)} if person else {})}
    events.record("hold.set", by=by, unit=unit, subject=row, detail=detail, now=now)
    return row


@transaction.atomic
def lift(*, by: events.Actor, hold: Hold, now: datetime) -> Hold:
    """The hold ends at once. Raises `Refused` for one that was lifted before."""
    row = Hold.objects.select_for_update(of=("self",)).select_related("unit").get(pk=hold.pk)
    if row.lifted_at is not None:
        raise refuse("people.hold_lifted")
    row.lifted_at, row.lifted_by_id = now, by.pk
    row.save(update_fields=["lifted_at", "lifted_by_id"])
    events.record("hold.lifted", by=by, unit=row.unit, subject=row, now=now)
    return row
