"""What needs the agreement of a second person: asked, decided, used."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import grants
from lianfang.people.models import Decision, Request, User
from lianfang.people.queries import requests as queries
from lianfang.people.rules import requests as rules


@transaction.atomic
def ask(
    *, by: User, kind: str, unit: Unit, reason: str, subject_kind: str = "", subject_id: str = "",
    detail: Mapping[str, Any] | None = None, needed: int = 1, hours: int = 72, now: datetime,
) -> Request:  # fmt: skip
    """Ask ``needed`` others to agree; agreement and use must come within ``hours``. What waits already in the same
    words is not asked twice. ``detail`` and ``subject_id`` hold nothing personal.

    Raises `Refused` for a reason that says nothing or more hours than the kind allows.
    """
    reason = reason.strip()
    if len(reason) < rules.SHORTEST_REASON:
        raise refuse("people.reason_short", "reason", least=rules.SHORTEST_REASON)
    if not 0 < hours <= rules.LONGEST[kind]:
        raise refuse("people.hours_wrong", "hours", most=rules.LONGEST[kind])
    User.objects.select_for_update().get(pk=by.pk)  # a double click: the second one sees the first
    terms = dict(detail or {})
    waits = queries.open_for(by, kind, unit, subject_id, now)
    if waits is not None and (waits.detail, waits.reason, waits.subject_kind) == (terms, reason, subject_kind):
        return waits
    made = Request.objects.create(
        kind=kind, unit=unit, by=by, reason=reason, subject_kind=subject_kind, subject_id=subject_id,
        detail=terms, needed=needed, at=now, until=now + timedelta(hours=hours),
    )  # fmt: skip
    told = {"kind": kind, "needed": needed, "about": subject_kind, "id": subject_id}
    events.record("request.asked", by=by, unit=unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def decide(*, by: User, request: Request, agreed: bool, reason: str, now: datetime) -> Decision:
    """One person's answer. With the last agreement that is needed, looking outside one's units begins (a `Grant`).

    Raises `Refused` when the request is one's own, is decided or over, was answered already, lies outside what the
    person decides, or is refused without a reason.
    """
    request = Request.objects.select_for_update(of=("self",)).select_related("unit", "by").get(pk=request.pk)
    if _same_human(by, request.by) or not access.can(by, rules.DECIDED_WITH[request.kind], request.unit):
        raise refuse("people.request_not_yours")
    decisions = list(request.decisions.select_related("by"))
    if any(_same_human(by, earlier.by) for earlier in decisions):
        raise refuse("people.request_answered")
    if queries.state(request, now) != "waiting":
        raise refuse("people.request_over")
    reason = reason.strip()
    if not agreed and not reason:
        raise refuse("people.refusal_reason_missing", "reason")
    made = Decision.objects.create(request=request, by=by, agreed=agreed, reason=reason, at=now)
    stands = queries.state(request, now)
    told = {"kind": request.kind, "about": request.subject_kind, "id": request.subject_id, "state": stands}
    word = "request.agreed" if agreed else "request.refused"
    events.record(word, by=by, unit=request.unit, subject=request, detail=told, now=now)
    if stands == "agreed" and request.kind == "view":
        grants.give(by=by, request=request, now=now)
    return made


@transaction.atomic
def use(*, by: User, request: Request, now: datetime) -> Request:
    """The one use of an agreed request, by who asked. Raises `Refused` unless enough others agreed, in time, and it was
    not used before."""
    request = Request.objects.select_for_update(of=("self",)).select_related("unit").get(pk=request.pk)
    stands = queries.state(request, now)
    if request.by_id != by.pk or stands in ("waiting", "refused"):
        raise refuse("people.request_not_agreed")
    if stands != "agreed":
        raise refuse("people.request_over")
    request.used_at = now
    request.save(update_fields=["used_at"])
    events.record("request.used", by=by, unit=request.unit, subject=request, detail={"kind": request.kind}, now=now)
    return request


def _same_human(one: User, other: User) -> bool:
    """Two accounts of one person of the roster are one person here."""
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)
