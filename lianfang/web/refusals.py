"""Refused access as an event: somebody signed in asked for a page they may not have, or for a row outside their scope
(swapped identifiers). Which page and which ids is kept; nothing of the address that a person might have typed."""

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import HttpRequest

from lianfang.core import clock, events, limits
from lianfang.people import access
from lianfang.people.models import Device, User

# So many a minute and user are kept: a script that tries out numbers shows all the same and cannot fill the log.
MOST = 20
_log = logging.getLogger(__name__)


def note(request: HttpRequest, status: int) -> None:
    """Record the refusal. Unknown addresses and strangers leave no event; a lost database does not hide the answer."""
    if request.resolver_match is None:
        return
    try:
        user, device = request.user, getattr(request, "device", None)
        if isinstance(user, User):
            _record(request, status, user, None)
        elif isinstance(device, Device):
            _record(request, status, None, device)
    except DatabaseError:
        _log.exception("a refusal could not be recorded")


@transaction.atomic
def _record(request: HttpRequest, status: int, user: User | None, device: Device | None) -> None:
    now = clock.now()
    who = f"user {user.pk}" if user else f"device {device.pk if device else ''}"
    if not limits.within("refused", who, most=MOST, every=timedelta(minutes=1), now=now):
        return
    posts = access.postings(user) if user else []
    events.record(
        "access.refused", by=user, unit=posts[0].unit if posts else None, subject=device,
        detail=_asked(request, status), outcome="refused", now=now,
    )  # fmt: skip


def _asked(request: HttpRequest, status: int) -> dict[str, Any]:
    match = request.resolver_match
    asked = {"page": match.view_name if match else "", "method": request.method, "status": status}
    given = match.kwargs if match else {}
    ids = {name: str(value) for name, value in given.items() if isinstance(value, int | UUID | date)}
    return {**asked, "ids": ids} if ids else asked
