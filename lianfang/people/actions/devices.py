"""Devices that are signed in: noted, and ended from afar. Their rows are allauth's, beside Django's sessions."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from lianfang.core import clock
from lianfang.people.models import User

_UNKNOWN = "0.0.0.0"  # noqa: S104  (the column cannot be empty; nothing listens there)


def opened(*, by: User, key: str, address: str | None, agent: str) -> None:
    """A session began. ``agent`` is what the browser calls itself."""
    length = UserSession._meta.get_field("user_agent").max_length or 200
    now = clock.machine_now()
    UserSession.objects.create(
        user=by, session_key=key, ip=address or _UNKNOWN, user_agent=agent[:length], created_at=now, last_seen_at=now
    )


def renewed(*, old: str, new: str) -> None:
    """The same session under a new key (after a password or a second factor)."""
    UserSession.objects.filter(session_key=old).update(session_key=new)


def seen(*, key: str, address: str | None) -> None:
    UserSession.objects.filter(session_key=key).update(last_seen_at=clock.machine_now(), ip=address or _UNKNOWN)


@transaction.atomic
def end(*, user: User, keep: str = "", only: int | None = None) -> int:
    """Sign the person out everywhere but in the session ``keep`` (or only in the one with that id); how many ended."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session_key", flat=True))
    ended = Session.objects.filter(session_key__in=keys).delete()[0]
    rows.delete()
    return ended
