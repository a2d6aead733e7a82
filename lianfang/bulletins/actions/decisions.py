"""Deciding over a pack, and what came of it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from lianfang.bulletins.models import Decision, Pack
from lianfang.bulletins.queries import packs
from lianfang.core import clock, events
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.people.models import Posting, User


@transaction.atomic
def decide(*, by: User, pack: Pack, text: str, who: Posting, due_at: datetime, now: datetime) -> Decision:
    """Somebody does something until a time. It becomes an obligation of theirs, which is chased like any other. Raises
    `Refused` for a time that has passed or a person without a duty here."""
    if due_at <= now:
        raise refuse("bulletins.due_passed", "due_at")
    if not packs.who_can(pack.unit, clock.day_of(now)).filter(pk=who.pk).exists():
        raise refuse("bulletins.not_theirs", "who")
    pk = uuid7()
    url = reverse("bulletins:decision", args=[pk])
    owed = singles.owe(
        kind="decision", key=f"decision {pk}", unit=who.unit, user=who.user, due_at=due_at, by=by, url=url, now=now,
    )  # fmt: skip
    made = Decision.objects.create(
        id=pk, pack=pack, text=text, unit=who.unit, user=who.user, by=by, at=now, obligation=owed
    )
    events.record("decision.made", by=by, unit=pack.unit, subject=made, detail={"on": str(pack.on)}, now=now)
    if who.user_id != by.pk:
        notices.post(
            by=by, unit=pack.unit, to=[who.user_id], key=f"decision.given {pk}", kind="decision.given", url=url,
            params={"unit": pack.unit.label}, now=now,
        )  # fmt: skip
    return made


@transaction.atomic
def carried_out(*, by: User, decision: Decision, result: str, now: datetime) -> None:
    """What was done. Raises `Refused` once it has ended."""
    _end(decision, result)
    singles.fulfil(key=f"decision {decision.pk}", by=by, now=now)
    events.record("decision.done", by=by, unit=decision.unit, subject=decision, now=now)
    if decision.by_id != by.pk:
        notices.post(
            by=by, unit=decision.unit, to=[decision.by_id], key=f"decision.done {decision.pk}", kind="decision.done",
            params={"unit": decision.unit.label}, url=reverse("bulletins:decision", args=[decision.pk]), now=now,
        )  # fmt: skip


@transaction.atomic
def withdraw(*, by: User, decision: Decision, reason: str, now: datetime) -> None:
    """It is no longer wanted, and why. Raises `Refused` once it has ended."""
    _end(decision, "")
    singles.withdraw(key=f"decision {decision.pk}", by=by, reason=reason, now=now)
    events.record("decision.withdrawn", by=by, unit=decision.unit, subject=decision, reason=reason, now=now)


def _end(decision: Decision, result: str) -> None:
    row = Decision.objects.select_for_update(of=("self",)).select_related("obligation").get(pk=decision.pk)
    if row.obligation.ended_at is not None:
        raise refuse("bulletins.over")
    if result:
        row.result = result
        row.save(update_fields=["result"])
