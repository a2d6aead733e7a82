"""What goes by the clock: what needs no agreement is cleared each day, people who left are listed for one."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from lianfang.core import events
from lianfang.core.actions import sweeping
from lianfang.core.actions.sweeping import Sweep, cut
from lianfang.orgs.actions import sweeping as orgs
from lianfang.people.actions import purging
from lianfang.people.models import (
    ClassCode,
    Device,
    Leave,
    Letters,
    PersonalLink,
    RosterFile,
    RosterRow,
    SubjectRequest,
)


def _over(now: datetime) -> Q:
    """Ran out or was revoked longer ago than the rule says."""
    before = cut("claim_over", now)
    return Q(until__lt=before) | Q(revoked_at__lt=before)


def _links(now: datetime) -> QuerySet[PersonalLink]:
    return PersonalLink.objects.filter(_over(now) | Q(used_at__lt=cut("claim_over", now)))


def _files(now: datetime) -> QuerySet[RosterFile]:
    return RosterFile.objects.filter(at__lt=cut("import_content", now), content__isnull=False)


def _unfinished(now: datetime) -> QuerySet[RosterFile]:
    """What nobody took over in all that time can no longer be: its content is about to go."""
    return RosterFile.objects.filter(at__lt=cut("import_content", now), stage__in=["waiting", "checking", "checked"])


def _lines(now: datetime) -> QuerySet[RosterRow]:
    before = cut("import_content", now)
    old = Q(file__applied_at__lt=before) | Q(file__applied_at__isnull=True, file__at__lt=before)
    return RosterRow.objects.filter(old, cells__isnull=False).exclude(file__stage="applying")


SWEEPS = (
    *sweeping.SWEEPS,
    *orgs.SWEEPS,
    Sweep("people.ClassCode", lambda now: ClassCode.objects.filter(_over(now))),
    Sweep("people.PersonalLink", _links),
    Sweep("people.Device", lambda now: Device.objects.filter(_over(now))),
    Sweep("people.SubjectRequest", lambda now: SubjectRequest.objects.filter(answered_at__lt=cut("answered", now))),
    Sweep("people.RosterFile", _unfinished, {"stage": "dropped"}),
    Sweep("people.RosterFile", _files, {"content": None}),
    Sweep("people.RosterRow", _lines, {"cells": None}),
    Sweep("people.Leave", lambda now: Leave.objects.filter(to_on__lt=cut("leave_over", now).date())),
    Sweep(
        "people.Letters",
        lambda now: Letters.objects.filter(at__lt=cut("list_over", now), rows__isnull=False),
        {"rows": None},
    ),
    Sweep("sessions.Session", lambda now: Session.objects.filter(expire_date__lt=now)),
    Sweep("usersessions.UserSession", lambda now: UserSession.objects.filter(last_seen_at__lt=now - timedelta(days=1))),
    Sweep(
        "axes.AccessAttempt", lambda now: AccessAttempt.objects.filter(attempt_time__lt=cut("sign_in_attempts", now))
    ),
)


def sweep(*, now: datetime) -> dict[str, int]:
    """Clear what is over and needs no agreement, and list for agreement whose time is up. Table → rows. One event says
    what went, if anything did."""
    done = sweeping.sweep(SWEEPS, now)
    with transaction.atomic():
        if done:
            events.record("retention.swept", by=None, unit=None, detail={"rows": done}, now=now)
    purging.prepare_leavers(now=now)
    return done
