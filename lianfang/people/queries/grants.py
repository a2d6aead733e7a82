"""Reads of rights beyond a posting."""

from datetime import datetime

from django.db.models import Q, QuerySet

from lianfang.people import access
from lianfang.people.models import Grant, User


def state(grant: Grant, now: datetime) -> str:
    """ "running" or "over"."""
    return "running" if grant.ended_at is None and grant.from_at <= now < grant.until else "over"


def visible_to(user: User) -> QuerySet[Grant]:
    """One's own and what one watches over."""
    return _rows(Grant.objects.filter(Q(user=user) | _watches(user)))


def to_review(user: User) -> QuerySet[Grant]:
    """Emergencies nobody has reviewed yet, never one's own; the oldest first. One query."""
    rows = Grant.objects.filter(access.scope(user, "grant.review", "unit__"), emergency=True, reviewed_at=None)
    return rows.exclude(user=user).select_related("user", "unit__school").order_by("from_at", "pk")


def _watches(user: User) -> Q:
    return access.scope(user, "grant.review", "unit__") | access.scope(user, "grant.watch", "unit__")


def _rows(found: QuerySet[Grant]) -> QuerySet[Grant]:
    return found.select_related("user", "unit__school", "reviewed_by").order_by("-from_at", "-pk")
