"""What is owed once: opened by a room above, ended by it when the thing itself is done."""

from datetime import datetime

from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.obligations import spec
from lianfang.obligations.models import Obligation, Outcome
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def owe(
    *,
    kind: str,
    key: str,
    unit: Unit,
    due_at: datetime | None,
    by: User | None,
    now: datetime,
    user: User | None = None,
    label: str = "",
    url: str = "",
) -> Obligation:
    """Somebody owes this from now on: ``user``, or whoever has one of the kind's roles at the unit. The same key twice
    is one obligation, so that a handler may run again. ``label`` and ``url`` name no person. Raises `LookupError` for a
    kind no file describes."""
    spec.kind(kind)
    found = Obligation.objects.filter(key=key).first()
    if found is not None:
        return found
    made = Obligation(
        kind=kind, key=key, unit=unit, user=user, label=label, url=url, due_at=due_at, at=now, by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same occasion at the same moment
        return Obligation.objects.get(key=key)
    events.record("obligation.opened", by=by, unit=unit, subject=made, detail={"kind": kind}, now=now)
    return made


@transaction.atomic
def fulfil(*, key: str, by: User | None, now: datetime) -> bool:
    """The thing was done. Whether there was something open under this key."""
    return _end(key, Outcome.DONE, by, "", now)


@transaction.atomic
def withdraw(*, key: str, by: User | None, reason: str, now: datetime) -> bool:
    """It is no longer owed (the notice was taken back, the person has left). Whether something was open."""
    return _end(key, Outcome.WITHDRAWN, by, reason, now)


def _end(key: str, outcome: Outcome, by: User | None, reason: str, now: datetime) -> bool:
    row = Obligation.objects.waiting().select_for_update(of=("self",)).select_related("unit").filter(key=key).first()
    if row is None:
        return False
    row.outcome, row.ended_at, row.ended_by, row.reason = outcome, now, by, reason
    row.save(update_fields=["outcome", "ended_at", "ended_by", "reason"])
    detail = {"kind": row.kind, "outcome": outcome}
    events.record("obligation.ended", by=by, unit=row.unit, subject=row, detail=detail, reason=reason, now=now)
    return True


@transaction.atomic
def move(*, key: str, due_at: datetime | None, now: datetime) -> bool:
    """Another deadline; the ladder begins anew. Whether something was open."""
    return bool(Obligation.objects.waiting().filter(key=key).exclude(due_at=due_at).update(due_at=due_at, rung=0))


@transaction.atomic
def hand_over(*, key: str, user: User, now: datetime) -> bool:
    """Somebody else owes it from now on; the deadline stays. Whether something was open."""
    return bool(Obligation.objects.waiting().filter(key=key).update(user=user, rung=0))
