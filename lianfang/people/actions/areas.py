"""Leaders who answer for named units (分包包干), and the ledger of their visits."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import AreaAssignment, AreaVisit, User


@transaction.atomic
def assign(*, by: User, user: User, unit: Unit, task: str, from_on: date, now: datetime) -> AreaAssignment:
    """The person answers for the unit from that day on. Raises `Refused` when they do already."""
    User.objects.select_for_update().get(pk=user.pk)
    if AreaAssignment.objects.filter(user=user, unit=unit, to_on__isnull=True).exists():
        raise refuse("people.area_already", "user", name=user.name, unit=unit.name)
    made = AreaAssignment.objects.create(user=user, unit=unit, task=task.strip(), from_on=from_on)
    events.record("area.assigned", by=by, unit=unit, subject=made, detail={"user": user.pk}, now=now)
    return made


@transaction.atomic
def end(*, by: User, assignment: AreaAssignment, to_on: date, now: datetime) -> AreaAssignment:
    """The last day. Doing so twice changes nothing; what was found stays in the ledger."""
    assignment = _row(assignment)
    if assignment.to_on is None:
        assignment.to_on = max(to_on, assignment.from_on)
        assignment.save(update_fields=["to_on"])
        told = {"user": assignment.user_id}
        events.record("area.ended", by=by, unit=assignment.unit, subject=assignment, detail=told, now=now)
    return assignment


@transaction.atomic
def visit(
    *, by: User, assignment: AreaAssignment, on: date, found: str, problem: str, due_on: date | None, now: datetime
) -> AreaVisit:
    """A line of the ledger, by who answers for the unit. A problem has a day until which it is to be put right.

    Raises `Refused` for a visit that is still to come or lies before the assignment, one in which nothing was found, a
    problem without a day, and somebody else's assignment.
    """
    assignment, found, problem = _row(assignment), found.strip(), problem.strip()
    if assignment.user_id != by.pk or assignment.to_on is not None:
        raise refuse("people.area_not_yours")
    if not assignment.from_on <= on <= now.date():
        raise refuse("people.visit_day", "on")
    if not found:
        raise refuse("people.visit_empty", "found")
    if problem and (due_on is None or due_on < on):
        raise refuse("people.visit_due", "due_on")
    made = AreaVisit.objects.create(
        assignment=assignment, on=on, found=found, problem=problem, due_on=due_on if problem else None, by_id=by.pk,
        at=now,
    )  # fmt: skip
    told = {"on": on.isoformat(), "problem": bool(problem)}
    events.record("area.visited", by=by, unit=assignment.unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def settle(*, by: User, visit: AreaVisit, on: date, note: str, now: datetime) -> AreaVisit:
    """What was found has been put right, and how. Raises `Refused` when there was no problem, it is settled already,
    or nothing is said about how."""
    rows = AreaVisit.objects.select_for_update(of=("self",)).select_related("assignment__unit")
    visit, note = rows.get(pk=visit.pk), note.strip()
    if visit.assignment.user_id != by.pk:
        raise refuse("people.area_not_yours")
    if not visit.problem or visit.settled_on is not None:
        raise refuse("people.visit_settled")
    if not visit.on <= on <= now.date():
        raise refuse("people.visit_day", "on")
    if not note:
        raise refuse("people.visit_note_missing", "note")
    visit.settled_on, visit.settled_note = on, note
    visit.save(update_fields=["settled_on", "settled_note"])
    events.record("area.settled", by=by, unit=visit.assignment.unit, subject=visit, now=now)
    return visit


def _row(assignment: AreaAssignment) -> AreaAssignment:
    rows = AreaAssignment.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(pk=assignment.pk)
