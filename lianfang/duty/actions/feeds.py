"""The secret address of one's calendar: made, renewed, ended."""

import secrets
from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.duty.models import Feed
from lianfang.people.models import User
from lianfang.people.queries.claims import digest


@transaction.atomic
def open_feed(*, by: User, now: datetime) -> str:
    """A new token, told here once; an earlier address ends."""
    end(by=by, now=now)
    token = secrets.token_urlsafe(32)
    made = Feed.objects.create(user=by, token_index=digest(token), at=now)
    events.record("duty_feed.opened", by=by, unit=None, subject=made, now=now)
    return token


@transaction.atomic
def end(*, by: User, now: datetime) -> None:
    """The address answers nobody any more."""
    row = Feed.objects.select_for_update().filter(user=by, revoked_at=None).first()
    if row is not None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        events.record("duty_feed.ended", by=by, unit=None, subject=row, now=now)
