"""Swaps, and how each stands."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from lianfang.duty.models import Step, Swap
from lianfang.duty.queries.roster import LEAD, MANAGE
from lianfang.people import access
from lianfang.people.models import User


def state(swap: Swap, now: datetime) -> str:
    """ "asked" (the colleague answers), "agreed" (whoever leads answers), "done", "refused", or "void": a shift has
    begun or was changed meanwhile. Fetch with the answers and both shifts."""
    given = {row.step: row.agreed for row in swap.answers.all()}
    if False in given.values():
        return "refused"
    if Step.LEADER in given:
        return "done"
    both = [swap.shift, *([swap.against] if swap.against else [])]
    if any(one.withdrawn_at is not None or one.from_at <= now for one in both):
        return "void"
    return "agreed" if Step.COLLEAGUE in given else "asked"


def may_lead(user: User, swap: Swap) -> bool:
    """Whoever leads on that shift or may lead at the unit, but neither of the two."""
    if user.pk in (swap.by_id, swap.to_id):
        return False
    unit, leader = swap.shift.post.unit, swap.shift.leader_id or swap.shift.post.leader_id
    return user.pk == leader or access.can(user, LEAD, unit) or access.can(user, MANAGE, unit)


def visible(user: User) -> QuerySet[Swap]:
    """Those one has asked, is asked, or may answer as who leads."""
    led = Q(shift__leader=user) | Q(shift__leader=None, shift__post__leader=user)
    for verb in (LEAD, MANAGE):
        led |= access.scope(user, verb, "shift__post__unit__")
    return _whole(Swap.objects.filter(Q(by=user) | Q(to=user) | led))


def waiting_for(user: User, now: datetime) -> list[Swap]:
    """Those that wait for this person's answer, the nearest shift first. Two queries."""
    rows = visible(user).filter(shift__from_at__gt=now, shift__withdrawn_at=None).order_by("shift__from_at")
    return [swap for swap in rows if waits_for(user, swap, now)]


def waits_for(user: User, swap: Swap, now: datetime) -> str:
    """The step the person may answer now; "" for none."""
    found = state(swap, now)
    if found == "asked" and swap.to_id == user.pk:
        return Step.COLLEAGUE
    return Step.LEADER if found == "agreed" and may_lead(user, swap) else ""


def open_of(shifts: Iterable[object], now: datetime) -> dict[object, Swap]:
    """Shift → its swap that is still to be answered. Two queries."""
    rows = _whole(Swap.objects.filter(shift__in=list(shifts)))
    return {swap.shift_id: swap for swap in rows if state(swap, now) in ("asked", "agreed")}


def _whole(rows: QuerySet[Swap]) -> QuerySet[Swap]:
    related = ("shift__post__unit", "shift__post__leader", "shift__user", "shift__leader", "against__user", "by", "to")
    return rows.select_related(*related).prefetch_related("answers__by")
