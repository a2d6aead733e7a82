"""Signing in, and failing to."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.people.actions import devices
from lianfang.people.models import User
from lianfang.people.queries import home_of


@transaction.atomic
def signed_in(
    *, by: User, now: datetime, how: str = "password", session: str = "", address: str | None = None, agent: str = ""
) -> None:
    """``how``: "password" or "passkey". ``session`` is the key of the session that began, for the list of devices."""
    by.last_login = now
    by.save(update_fields=["last_login"])
    if session:
        devices.opened(by=by, key=session, address=address, agent=agent)
    events.record("account.signed_in", by=by, unit=home_of(by), subject=by, detail={"how": how}, now=now)


@transaction.atomic
def sign_in_failed(*, user: User | None, locked: bool, now: datetime) -> None:
    """Somebody could not sign in as ``user`` (None: as nobody we know; what was typed is not kept). ``locked``: with
    this failure the account rests."""
    home = home_of(user) if user else None
    events.record("account.sign_in_failed", by=None, unit=home, subject=user, outcome="failed", now=now)
    if locked:
        events.record("account.locked", by=None, unit=home, subject=user, outcome="refused", now=now)


@transaction.atomic
def end_devices(*, by: User, keep: str, now: datetime, only: int | None = None) -> int:
    """Sign one's other devices out, or the one with that id; how many ended. ``keep`` is the session of this one."""
    ended = devices.end(user=by, keep=keep, only=only)
    if ended:
        detail = {"devices": ended}
        events.record("account.devices_ended", by=by, unit=home_of(by), subject=by, detail=detail, now=now)
    return ended


def address_locked(*, now: datetime) -> None:
    """Too many failures from one address, whoever was meant; the address stands in the event."""
    events.record("account.address_locked", by=None, unit=None, outcome="refused", now=now)
