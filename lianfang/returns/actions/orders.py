"""What authorities order: a form from a day on, terms of their own, a closed day opened again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.policies import actions as policies
from lianfang.returns import rules
from lianfang.returns.models import Assignment, Reopening
from lianfang.returns.spec import Form

if TYPE_CHECKING:
    from lianfang.policies.models import Override


@transaction.atomic
def assign(*, by: User | None, unit: Unit, form: Form, from_on: date, now: datetime) -> Assignment:
    """From that day on every unit of the form's kinds below ``unit`` owes it. Ordering it twice changes nothing."""
    row, made = Assignment.objects.get_or_create(
        form=form.id, unit=unit, from_on=from_on, defaults={"by": by, "at": now}
    )
    if made:
        events.record("return.assigned", by=by, unit=unit, subject=row, now=now)
    return row


@transaction.atomic
def decide(
    *, by: User, unit: Unit, form: Form, term: str, value: str, from_on: date, reason: str, now: datetime
) -> Override:
    """A unit's own term for its area, from a day on: a cut-off ("due.school", "due.city": a time of day) or whether
    one may sign what one alone filled in ("self_sign": allowed or refused). Raises `Refused` for a value that is
    neither."""
    if not reason.strip():
        raise refuse("returns.reason_missing", "reason")
    if term == "self_sign":
        fits = value in ("allowed", "refused")
    else:
        fits = form.tier(term.removeprefix("due.")) is not None and rules.is_clock(value)
    if not fits:
        raise refuse("returns.term_wrong", "value", value=value)
    return policies.override(
        by=by, unit=unit, key=f"returns.{form.id}.{term}", value=value, from_on=from_on, to_on=None,
        reason=reason.strip(), now=now,
    )  # fmt: skip


@transaction.atomic
def reopen(*, by: User, unit: Unit, form: Form, on: date, reason: str, now: datetime, hours: int = 24) -> Reopening:
    """Let a unit file for a closed day once more, for some hours. Raises `Refused` without a reason or if it is
    open.
    """
    if not reason.strip():
        raise refuse("returns.reason_missing", "reason")
    if now <= rules.closes_at(form, on):
        raise refuse("returns.not_reopenable", day=date_format(on, "DATE_FORMAT"))
    row = Reopening.objects.create(
        form=form.id, on=on, unit=unit, reason=reason.strip(), until=now + timedelta(hours=hours), by=by, at=now
    )
    events.record(
        "return.reopened",
        by=by,
        unit=unit,
        now=now,
        detail={"form": form.id, "on": on.isoformat(), "reason": row.reason},
    )
    return row
