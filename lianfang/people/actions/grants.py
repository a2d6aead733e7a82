"""Rights beyond one's posting: given after an agreed request, or taken in an emergency; ended and reviewed."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Grant, Request, User
from lianfang.people.rules import requests as rules

# What an emergency opens: looking at persons and what stands about their health, not taking lists away.
EMERGENCY = "person.view person.reveal person.health"


@transaction.atomic
def give(*, by: User, request: Request, now: datetime) -> Grant:
    """What an agreed request asked for: ``detail`` says the verbs and the hours, which count from now."""
    verbs = " ".join(verb for verb in request.detail["verbs"] if verb in access.GRANTABLE)
    hours = min(int(request.detail["hours"]), rules.LONGEST["view"])
    made = Grant.objects.create(
        user_id=request.by_id, unit=request.unit, verbs=verbs, emergency=False, reason=request.reason,
        request=request, from_at=now, until=now + timedelta(hours=hours),
    )  # fmt: skip
    told = {"user": request.by_id, "until": made.until.isoformat()}
    events.record("grant.given", by=by, unit=request.unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def break_glass(*, by: User, unit: Unit, reason: str, hours: int, now: datetime) -> Grant:
    """Take the right to look, at once, because somebody is in danger. Told to the responsible people and reviewed.
    Whoever has one open for the unit keeps that one.

    Raises `Refused` for a reason that says nothing or too long a time.
    """
    reason = reason.strip()
    if len(reason) < rules.SHORTEST_EMERGENCY:
        raise refuse("people.reason_short", "reason", least=rules.SHORTEST_EMERGENCY)
    if not 0 < hours <= rules.LONGEST_EMERGENCY:
        raise refuse("people.hours_wrong", "hours", most=rules.LONGEST_EMERGENCY)
    User.objects.select_for_update().get(pk=by.pk)
    mine = Grant.objects.filter(user=by, unit=unit, emergency=True, ended_at=None, until__gt=now)
    if (running := mine.first()) is not None:
        return running
    made = Grant.objects.create(
        user=by, unit=unit, verbs=EMERGENCY, emergency=True, reason=reason, from_at=now,
        until=now + timedelta(hours=hours),
    )  # fmt: skip
    vars(by).pop("_grants", None)  # rights are kept on the user object for a request (people.access)
    told = {"user": by.pk, "until": made.until.isoformat()}
    events.record("grant.taken", by=by, unit=unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def end(*, by: User, grant: Grant, now: datetime) -> Grant:
    """Over before its time, by its holder or whoever reviews it. Ending it twice changes nothing."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit").get(pk=grant.pk)
    if grant.ended_at is not None or grant.until <= now:
        return grant
    if by.pk != grant.user_id and not access.can(by, "grant.review", grant.unit):
        raise refuse("people.grant_not_yours")
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    vars(by).pop("_grants", None)
    events.record("grant.ended", by=by, unit=grant.unit, subject=grant, detail={"user": grant.user_id}, now=now)
    return grant


@transaction.atomic
def review(*, by: User, grant: Grant, justified: bool, text: str, now: datetime) -> Grant:
    """What the security administrator found: whether the emergency was one. One that was none ends at once.

    Raises `Refused` when the grant is one's own, was reviewed already, or nothing is said.
    """
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit").get(pk=grant.pk)
    text = text.strip()
    if by.pk == grant.user_id or not access.can(by, "grant.review", grant.unit):
        raise refuse("people.grant_not_yours")
    if grant.reviewed_at is not None:
        raise refuse("people.grant_reviewed")
    if not text:
        raise refuse("people.review_missing", "review")
    grant.reviewed_by, grant.reviewed_at, grant.justified, grant.review = by, now, justified, text
    grant.save(update_fields=["reviewed_by", "reviewed_at", "justified", "review"])
    told = {"user": grant.user_id, "justified": justified}
    events.record("grant.reviewed", by=by, unit=grant.unit, subject=grant, detail=told, now=now)
    return grant if justified else end(by=by, grant=grant, now=now)
