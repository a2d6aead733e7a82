"""Running an emergency plan, for an emergency or as a drill.

A drill is owed, shown and recorded as one: it has obligations of its own kinds, whose ladders stay in the school, and
nobody outside is told of it by anything here.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.models import Emergency, PlanRun, PlanStep
from lianfang.cases.queries import plans as queries
from lianfang.cases.rules import plans as rules
from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def begin(*, by: User, school: Unit, plan: str, emergency: Emergency | None, key: UUID, now: datetime) -> PlanRun:
    """Without an ``emergency`` it is a drill. The same ``key`` twice is one run, and so is the same plan for the same
    emergency. Raises `Refused` for an emergency of another school or one that is over."""
    found = PlanRun.objects.filter(key=key).first()
    if found is None and emergency is not None:
        found = PlanRun.objects.filter(emergency=emergency, plan=plan).first()
    if found is not None:
        return found
    text = rules.plans().get(plan)
    if text is None:
        raise refuse("cases.plan_unknown", "plan")
    if emergency is not None and not _runs(emergency, school):
        raise refuse("cases.plan_emergency", "occasion")
    made = PlanRun(
        school=school, plan=plan, text=msgspec.to_builtins(text), emergency=emergency, started_at=now, by=by, key=key
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # two at one moment
        same = PlanRun.objects.filter(key=key) | PlanRun.objects.filter(emergency__isnull=False, emergency=emergency)
        return same.get(plan=plan)
    _owe(made, by, now)
    events.record("plan.begun", by=by, unit=school, subject=made, now=now)
    return made


@transaction.atomic
def note(
    *, by: User, run: PlanRun, step: str, outcome: str, at: datetime, result: str = "", key: UUID, now: datetime
) -> PlanStep:  # fmt: skip
    """A step was done, or does not apply here. What was noted of it before is corrected by this and stays readable. The
    same ``key`` twice is said once. Raises `Refused`, `LookupError` for a step the plan does not have."""
    row = _locked(run)
    if again := PlanStep.objects.filter(key=key).first():
        return again
    if rules.kept(row.text).step(step) is None:
        raise LookupError(step)
    result = result.strip()
    code = rules.flaw((row.started_at, row.ended_at), outcome, at, result, now)
    if code:
        raise refuse(code, "result" if code == "cases.plan_reason_missing" else "at")
    before = row.steps.filter(step=step, corrected_by__isnull=True).first()
    made = PlanStep.objects.create(
        run=row, number=row.steps.count() + 1, step=step, outcome=outcome, at=at, result=result or None,
        corrects=before, noted_at=now, by=by, key=key,
    )  # fmt: skip
    singles.fulfil(key=_key(row, step), by=by, now=now)
    _owe(row, by, now)
    verb = "plan.corrected" if before else "plan.noted"
    events.record(verb, by=by, unit=row.school, subject=row, now=now)
    return made


@transaction.atomic
def finish(*, by: User, run: PlanRun, went_well: str, to_change: str, now: datetime) -> PlanRun:
    """It is over, with what is to be learnt from it. What was not done is no longer owed and stays visible as not done;
    then ``to_change`` has to say why. A run that is over stays as it is. Raises `Refused`."""
    row = _locked(run)
    if row.ended_at is not None:
        return row
    stands = queries.stands(row, now)
    if not went_well.strip():
        raise refuse("cases.plan_words_missing", "went_well")
    if not to_change.strip():
        left = any(one.noted is None for one in stands)
        raise refuse("cases.plan_left_over" if left else "cases.plan_words_missing", "to_change")
    row.went_well, row.to_change, row.ended_at, row.ended_by = went_well.strip(), to_change.strip(), now, by
    row.save(update_fields=["went_well", "to_change", "ended_at", "ended_by"])
    for one in stands:
        if one.noted is None:
            singles.withdraw(key=_key(row, one.step.id), by=by, reason="", now=now)
    events.record("plan.finished", by=by, unit=row.school, subject=row, now=now)
    return row


def _runs(emergency: Emergency, school: Unit) -> bool:
    """As it stands now: it may have been ended since the page was opened."""
    rows = Emergency.objects.select_for_update(of=("self",)).filter(pk=emergency.pk, school=school)
    return rows.filter(ended_at__isnull=True).exists()


def _locked(run: PlanRun) -> PlanRun:
    return PlanRun.objects.select_for_update(of=("self",)).select_related("school").get(pk=run.pk)


def _owe(run: PlanRun, by: User, now: datetime) -> None:
    """Whatever has a time by now is owed by the duty that answers for it. A corrected moment moves what waits for
    it."""
    page = reverse("cases:plan", args=[run.pk])
    for one in queries.stands(run, now):
        if one.noted is not None or one.due_at is None:
            continue
        kind, key = f"{'drill' if run.drill else 'plan'}_{one.step.duty}", _key(run, one.step.id)
        singles.owe(kind=kind, key=key, unit=run.school, due_at=one.due_at, by=by, now=now, url=page)
        singles.move(key=key, due_at=one.due_at, now=now)


def _key(run: PlanRun, step: str) -> str:
    return f"plan:{run.pk}:{step}"
