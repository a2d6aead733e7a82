"""Absences of staff: reported, answered, ended, and everybody called back."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.models import Leave, User
from lianfang.people.rules import leave as days


@transaction.atomic
def report(
    *, by: User, unit: Unit, kind: str, from_on: date, to_on: date, where: str, reason: str, stand_in: User | None,
    now: datetime,
) -> Leave:  # fmt: skip
    """One's own absence; it waits for a superior. ``where`` one can be reached is sealed. ``stand_in`` acts with the
    same postings once it is agreed to.

    Raises `Refused` for days out of order or overlapping another absence, a missing reason, and a stand-in who is one
    of the three administrators.
    """
    if to_on < from_on or (to_on - from_on).days > days.LONGEST_DAYS or to_on < now.date():
        raise refuse("people.leave_days", "to_on")
    if not (reason := reason.strip()):
        raise refuse("people.leave_reason_missing", "reason")
    User.objects.select_for_update().get(pk=by.pk)
    running = Leave.objects.filter(user=by, refused_at=None, recalled_at=None, back_at=None)
    if running.filter(from_on__lte=to_on, to_on__gte=from_on).exists():
        raise refuse("people.leave_overlaps", "from_on")
    if stand_in is not None:
        _may_stand_in(by, stand_in)
    made = Leave.objects.create(
        user=by, unit=unit, kind=kind, from_on=from_on, to_on=to_on, where=where.strip() or None, reason=reason,
        stand_in=stand_in, at=now,
    )  # fmt: skip
    told = {"kind": kind, "stand_in": stand_in.pk if stand_in else None}
    events.record("leave.reported", by=by, unit=unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def answer(*, by: User, leave: Leave, agreed: bool, text: str, now: datetime) -> Leave:
    """A superior agrees or refuses with a reason. Neither who is away nor who stands in decides about it.

    Raises `Refused` when it is one's own, was answered already, lies outside one's units, or a refusal says nothing.
    """
    leave, text = _row(leave), text.strip()
    if by.pk in (leave.user_id, leave.stand_in_id) or not access.can(by, "leave.agree", leave.unit):
        raise refuse("people.leave_not_yours")
    if leave.agreed_at is not None or leave.refused_at is not None:
        raise refuse("people.leave_answered")
    if not agreed and not text:
        raise refuse("people.refusal_reason_missing", "answer")
    if agreed and leave.stand_in is not None:
        _may_stand_in(leave.user, leave.stand_in)
    leave.agreed_by, leave.answer = by, text
    if agreed:
        leave.agreed_at = now
    else:
        leave.refused_at = now
    leave.save(update_fields=["agreed_by", "agreed_at", "refused_at", "answer"])
    told = {"user": leave.user_id, "stand_in": leave.stand_in_id}
    word = "leave.agreed" if agreed else "leave.refused"
    events.record(word, by=by, unit=leave.unit, subject=leave, detail=told, now=now)
    return leave


@transaction.atomic
def back(*, by: User, leave: Leave, now: datetime) -> Leave:
    """The absence is over, said by who was away or a superior; the stand-in stops acting with the next request. Saying
    it twice changes nothing."""
    leave = _row(leave)
    if by.pk != leave.user_id and not access.can(by, "leave.agree", leave.unit):
        raise refuse("people.leave_not_yours")
    if leave.back_at is None and leave.refused_at is None:
        leave.back_at = now
        leave.save(update_fields=["back_at"])
        events.record("leave.back", by=by, unit=leave.unit, subject=leave, detail={"user": leave.user_id}, now=now)
    return leave


@transaction.atomic
def recall(*, by: User, unit: Unit, reason: str, now: datetime) -> int:
    """Call back everybody of the unit and below who is or will be away; how many. Their stand-ins stop acting. The
    notice to them goes out by the event."""
    if not (reason := reason.strip()):
        raise refuse("people.recall_reason_missing", "reason")
    if not access.can(by, "leave.agree", unit):
        raise refuse("people.leave_not_yours")
    away = Leave.objects.filter(
        unit__path__startswith=unit.path, to_on__gte=now.date(), refused_at=None, recalled_at=None, back_at=None
    ).exclude(kind="standby")
    people = sorted({row.user_id for row in away.select_for_update(of=("self",))})
    if people:
        away.update(recalled_at=now, recalled_by=by)
        told = {"people": people}
        events.record("leave.recalled", by=by, unit=unit, subject=unit, detail=told, reason=reason, now=now)
    return len(people)


def _row(leave: Leave) -> Leave:
    rows = Leave.objects.select_for_update(of=("self",)).select_related("unit", "user", "stand_in")
    return rows.get(pk=leave.pk)


def _may_stand_in(user: User, stand_in: User) -> None:
    """Standing in must not make an administrator of anybody, nor give an administrator what others may see."""
    if user.pk == stand_in.pk:
        raise refuse("people.stand_in_self", "stand_in")
    own = [post for post in access.postings(stand_in) if post.user_id == stand_in.pk]
    if not own:
        raise refuse("people.stand_in_no_duty", "stand_in", name=stand_in.name)
    if any(post.role in rules.APART for post in own):
        raise refuse("people.stand_in_apart", "stand_in", name=stand_in.name)
