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
from lianfang.people.models import User

# So many a minute and user are kept: a script that tries out numbers shows all the same and cannot fill the log.
MOST = 20
_log = logging.getLogger(__name__)


def note(request: HttpRequest, status: int) -> None:
    """Record the refusal. Unknown addresses and people who are not signed in leave no event (self-service tells of its
    own devices); a lost database does not hide the answer."""
    if request.resolver_match is None:
        return
    try:
        if isinstance(request.user, User):
            _record(request, status, request.user)
    except DatabaseError:
        _log.exception("a refusal could not be recorded")


@transaction.atomic
def _record(request: HttpRequest, status: int, user: User) -> None:
    now = clock.now()
    if limits.within("refused", str(user.pk), most=MOST, every=timedelta(minutes=1), now=now):
        posts = access.postings(user)
        unit, detail = posts[0].unit if posts else None, _asked(request, status)
        events.record("access.refused", by=user, unit=unit, detail=detail, outcome="refused", now=now)


def _asked(request: HttpRequest, status: int) -> dict[str, Any]:
    match = request.resolver_match
    asked = {"page": match.view_name if match else "", "method": request.method, "status": status}
    given = match.kwargs if match else {}
    ids = {name: str(value) for name, value in given.items() if isinstance(value, int | UUID | date)}
    return {**asked, "ids": ids} if ids else asked
