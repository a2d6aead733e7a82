"""Swaps: asked, agreed to by the colleague, agreed to by whoever leads; then the roster changes."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.duty.actions import planning
from lianfang.duty.actions.posts import locked
from lianfang.duty.models import Shift, Step, Swap, SwapAnswer
from lianfang.duty.queries import roster, swaps
from lianfang.notices import actions as notices
from lianfang.people import access
from lianfang.people.models import User


@transaction.atomic
def ask(*, by: User, shift: Shift, to: User, against: Shift | None, reason: str, now: datetime) -> Swap:
    """A colleague is asked to take one's shift, against one of theirs or for nothing. Raises `Refused` for shifts that
    have begun or are not the two's, and for whoever is on leave, has gone, or is on duty then."""
    locked(shift.post)
    if shift.user_id != by.pk or (against is not None and against.user_id != to.pk):
        raise refuse("duty.not_yours")
    if to.pk == by.pk:
        raise refuse("duty.swap_self", "to")
    if not (reason := reason.strip()):
        raise refuse("duty.swap_reason", "reason")
    if swaps.open_of([shift.pk], now):
        raise refuse("duty.swap_asked")
    made = Swap(shift=shift, against=against, to=to, reason=reason, by=by, at=now)
    _fits(made, now)
    made.save(force_insert=True)
    events.record("duty.swap_asked", by=by, unit=shift.post.unit, subject=made, detail={"to": to.pk}, now=now)
    _tell(made, [to.pk], "duty.swap_asked", by, now)
    return made


@transaction.atomic
def answer(*, by: User, swap: Swap, agreed: bool, note: str, now: datetime) -> SwapAnswer:
    """The colleague's, then that of whoever leads; with the second the shifts change hands. Raises `Refused` for an
    answer that is somebody else's, and where the swap no longer fits."""
    for post in sorted({one.post.pk: one.post for one in _both(swap)}.values(), key=lambda post: post.pk):
        locked(post)
    swap = swaps.visible(by).get(pk=swap.pk)
    step = swaps.waits_for(by, swap, now)
    if not step:
        over = swaps.state(swap, now) not in ("asked", "agreed")
        raise refuse("duty.swap_answered" if over else "duty.swap_not_yours")
    if agreed:
        _fits(swap, now)
    try:
        with transaction.atomic():
            given = SwapAnswer.objects.create(swap=swap, step=step, agreed=agreed, note=note.strip(), by=by, at=now)
    except IntegrityError:
        raise refuse("duty.swap_answered") from None
    if agreed and step == Step.LEADER:
        _carry_out(swap, by, now)
    detail = {"step": str(step), "agreed": agreed}
    events.record("duty.swap_answered", by=by, unit=swap.shift.post.unit, subject=swap, detail=detail, now=now)
    _tell_of_answer(swap, step, agreed, by, now)
    return given


def _fits(swap: Swap, now: datetime) -> None:
    for one in _both(swap):
        if one.from_at <= now:
            raise refuse("duty.begun")
        if one.withdrawn_at is not None:
            raise refuse("duty.changed")
    planning.able(swap.to, swap.shift, now)
    _not_busy(swap.to, swap.shift, swap.against)
    if swap.against is not None:
        planning.able(swap.by, swap.against, now)
        _not_busy(swap.by, swap.against, swap.shift)


def _not_busy(user: User, takes: Shift, gives: Shift | None) -> None:
    """Nobody keeps two posts at once."""
    others = roster.mine(user, takes.from_at).filter(from_at__lt=takes.to_at)
    if others.exclude(pk__in=[gives.pk] if gives else []).exists():
        raise refuse("duty.swap_busy", "to", name=user.name)


def _carry_out(swap: Swap, by: User, now: datetime) -> None:
    planning.replaced(swap.shift, swap.to, swap.shift.leader, by, now)
    if swap.against is not None:
        planning.replaced(swap.against, swap.by, swap.against.leader, by, now)


def _both(swap: Swap) -> list[Shift]:
    return [swap.shift, *([swap.against] if swap.against else [])]


def _tell_of_answer(swap: Swap, step: str, agreed: bool, by: User, now: datetime) -> None:
    if not agreed:
        _tell(swap, [swap.by_id], "duty.swap_refused", by, now)
    elif step == Step.LEADER:
        _tell(swap, [swap.by_id, swap.to_id], "duty.swap_done", by, now)
    else:
        shift = swap.shift
        leader = shift.leader_id or shift.post.leader_id
        roles = access.roles_with(roster.LEAD)
        heads = access.holders([shift.post.unit_id], roles, clock.day_of(now))
        to = {leader} if leader else {post.user_id for post in heads}
        _tell(swap, sorted(to - {swap.by_id, swap.to_id}), "duty.swap_to_agree", by, now)


def _tell(swap: Swap, to: list[int], kind: str, by: User, now: datetime) -> None:
    unit = swap.shift.post.unit
    notices.post(
        by=by, unit=unit, to=to, key=f"{kind} {swap.pk}", kind=kind, params={"unit": unit.label},
        url=reverse("duty:swap", args=[swap.pk]), now=now,
    )  # fmt: skip
