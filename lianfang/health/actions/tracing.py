"""What people do about an absence, step by step; each moves the moment until which the next one is owed."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events, prepared
from lianfang.core.actions import months
from lianfang.core.problems import refuse
from lianfang.health.actions import settling
from lianfang.health.models import Absence, Cause, Check, Place, Stage, Step, StepKind
from lianfang.health.queries import limits
from lianfang.health.rules import sent, symptoms
from lianfang.health.rules import tracing as rules
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Absence as Missed
from lianfang.health.rules.status import Status
from lianfang.health.rules.tracing import NewStep
from lianfang.obligations.actions import singles
from lianfang.people.models import User


@transaction.atomic
def take_step(*, by: User, absence: Absence, step: NewStep, now: datetime) -> Step:
    """What somebody did or learned. The day of the absence learns it too: a cause turns "reason not known" into ill or
    on leave. Raises `Refused` for days that have not come, and once the absence is over."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=absence.pk)
    if (known := Step.objects.filter(pk=step.id, absence=row).first()) is not None:
        return known
    if row.closed_at is not None:
        raise refuse("health.absence_over")
    _check(step, now)
    made = Step.objects.create(
        id=step.id, absence=row, kind=step.kind, at=now, by_id=by.pk, by_name=by.name, cause=step.cause,
        place=step.place, symptoms=None if step.symptoms is None else symptoms.packed(step.symptoms),
        onset_on=step.onset_on, seen_on=step.seen_on, hospital=step.hospital or None,
        diagnosis=step.diagnosis or None, note=step.note or None,
    )  # fmt: skip
    row.cause, row.place = step.cause or row.cause, step.place or row.place
    _go_on(row, step.kind, now)
    row.save()
    _owe(row, by, now)
    _tell_the_day(row, step, by, now)
    events.record("absence.traced", by=by, unit=row.unit, subject=row, detail={"kind": step.kind}, now=now)
    return made


def _check(step: NewStep, now: datetime) -> None:
    if (
        step.kind not in StepKind.values
        or step.cause not in {"", *Cause.values}
        or step.place not in {"", *Place.values}
    ):
        raise refuse("health.step_unknown")
    if step.onset_on and step.onset_on > now.date():
        raise refuse("health.onset_ahead", "onset_on")
    if step.seen_on and step.seen_on > now.date():
        raise refuse("health.seen_ahead", "seen_on")


def _go_on(row: Absence, kind: str, now: datetime) -> None:
    if kind == StepKind.RETURN:
        row.stage, row.closed_at, row.due_at, row.back_on = Stage.BACK, now, None, now.date()
    elif rules.closes(row.cause):
        row.stage, row.closed_at, row.due_at = Stage.EXPLAINED, now, None
    else:
        row.stage = Stage(rules.stage(row.stage, kind))
        if kind != StepKind.NOTE:
            row.due_at = rules.next_due(kind, row.cause, now, limits.opens(row.school_id))


def _owe(row: Absence, by: User, now: datetime) -> None:
    """Until the next time; or it is done."""
    if row.closed_at is None:
        singles.move(key=rules.owed(row.pk), due_at=row.due_at, now=now)
    else:
        singles.fulfil(key=rules.owed(row.pk), by=by, now=now)


def _tell_the_day(row: Absence, step: NewStep, by: User, now: datetime) -> None:
    """As one statement more about the last day missed."""
    missed = None
    if row.status == Status.UNKNOWN and step.cause:
        missed = Missed.LEAVE if rules.closes(step.cause) else Missed.ILL
    if missed is None and not step.symptoms and step.onset_on is None:
        return
    seat = Seat(row.school_id, row.unit_id)
    try:
        months.ensure({row.last_on})
    except months.ArchivedError:  # after a long closure: that day is closed, and what was learned stands with the step
        return
    prepared.ask(settling.turn({(row.school_id, row.last_on)}))
    Check.objects.create(
        school_id=row.school_id, on=row.last_on, person_id=row.person_id, key=sent.key(step.id), at=now,
        unit_id=row.unit_id, source=int(Source.TRACING), round=0, absence=None if missed is None else int(missed),
        symptoms=None if step.symptoms is None else symptoms.packed(step.symptoms), onset_on=step.onset_on,
        by_id=by.pk,
    )  # fmt: skip
    settling.settle([(seat, row.last_on, row.person_id)], now=now)
    if missed is Missed.ILL:
        Absence.objects.filter(pk=row.pk).update(status=int(Status.ILL))
