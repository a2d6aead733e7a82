"""Reads of absences."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from lianfang.core import prepared
from lianfang.people import access
from lianfang.people.models import Leave, User
from lianfang.people.rules import leave as rules


def state(leave: Leave, day: date) -> str:
    """ "waiting", "refused", "coming", "now", "over" or "recalled"."""
    return rules.state(
        from_on=leave.from_on, to_on=leave.to_on, agreed=leave.agreed_at is not None,
        refused=leave.refused_at is not None, recalled=leave.recalled_at is not None, back=leave.back_at is not None,
        day=day,
    )  # fmt: skip


def own(user: User) -> QuerySet[Leave]:
    """One's absences, the latest first."""
    return Leave.objects.filter(user=user).select_related("unit", "stand_in", "agreed_by").order_by("-from_on", "-pk")


def waiting_for(user: User, day: date) -> QuerySet[Leave]:
    """Absences that wait for this superior's answer, the next first. One query."""
    unanswered = _running().filter(agreed_at=None, to_on__gte=day)
    mine = unanswered.filter(access.scope(user, "leave.agree", "unit__")).exclude(user=user)
    return mine.exclude(Q(stand_in=user)).select_related("user", "unit", "stand_in").order_by("from_on", "pk")


def away_on(user: User, day: date) -> QuerySet[Leave]:
    """Who is away that day in the units the person looks after, with who stands in. One query."""
    agreed = _running().filter(agreed_at__isnull=False, from_on__lte=day, to_on__gte=day)
    rows = agreed.filter(access.scope(user, "leave.view", "unit__"))
    return rows.select_related("user", "unit", "stand_in").order_by("unit__path", "to_on", "pk")


def standing_in_for(user: User, day: date) -> list[Leave]:
    """Whose duties the person has today besides their own."""
    agreed = _running().filter(agreed_at__isnull=False, from_on__lte=day, to_on__gte=day, stand_in=user)
    return list(agreed.select_related("user").order_by("to_on", "pk"))


def stand_ins(users: Collection[int], day: date) -> dict[int, User | None]:
    """Those of the users who are away that day, and who stands in for each. One query; very many users travel as one
    array."""
    these = RawSQL("SELECT unnest(%s::bigint[])", [prepared.listed(users)])
    agreed = _running().filter(agreed_at__isnull=False, from_on__lte=day, to_on__gte=day, user__in=these)
    return {row.user_id: row.stand_in for row in agreed.select_related("stand_in")} if users else {}


def _running() -> QuerySet[Leave]:
    return Leave.objects.filter(refused_at=None, recalled_at=None, back_at=None)
