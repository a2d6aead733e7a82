"""Reads of requests that need a second person."""

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Decision, Grant, Request, User
from lianfang.people.rules import requests as rules


def state(request: Request, now: datetime) -> str:
    """ "waiting", "agreed", "refused", "expired" or "used" (prefetch ``decisions`` for lists)."""
    return rules.state(
        asker=request.by_id, needed=request.needed, until=request.until, used_at=request.used_at, now=now,
        decisions=[(decision.by_id, decision.agreed) for decision in request.decisions.all()],
    )  # fmt: skip


def open_for(user: User, kind: str, unit: Unit, subject_id: str, now: datetime) -> Request | None:
    """The person's own request about this that may be used, else the one that waits, else None."""
    asked = Request.objects.filter(by=user, kind=kind, unit=unit, subject_id=subject_id, until__gt=now, used_at=None)
    found = {state(request, now): request for request in asked.prefetch_related("decisions").order_by("at", "pk")}
    return found.get("agreed") or found.get("waiting")


def asked_by(user: User) -> QuerySet[Request]:
    """What the person asked for, newest first."""
    return _rows(Request.objects.filter(by=user))


def decided_within(user: User) -> QuerySet[Request]:
    """Everything that was asked where the person decides or reviews, newest first."""
    return _rows(Request.objects.filter(_decides(user)))


def waiting_for(user: User, now: datetime) -> QuerySet[Request]:
    """What waits for this person's answer, the most urgent first. One query."""
    answers = Decision.objects.filter(request=OuterRef("pk"))
    open_now = Request.objects.filter(_decides(user), until__gt=now, used_at=None).exclude(by=user)
    unanswered = open_now.exclude(Exists(answers.filter(by=user))).exclude(Exists(answers.filter(agreed=False)))
    counted = unanswered.annotate(agreements=Count("decisions")).filter(agreements__lt=F("needed"))
    return counted.select_related("unit__school", "by").order_by("until", "pk")


def opened(request: Request, user: User, now: datetime) -> Grant | None:
    """What the request opened to this person, as long as it is open."""
    return request.grants.filter(user=user, until__gt=now, ended_at=None).first()


def _decides(user: User) -> Q:
    found = Q(pk__in=[])
    for kind, verb in rules.DECIDED_WITH.items():
        found |= Q(kind=kind) & access.scope(user, verb, "unit__")
    return found


def _rows(found: QuerySet[Request]) -> QuerySet[Request]:
    return found.select_related("unit__school", "by").prefetch_related("decisions__by").order_by("-at", "-pk")
