"""Telephone numbers that leave the house are on record."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.people.actions.exporting import Watermark
from lianfang.people.models import User
from lianfang.web.today.missing import Opened

_MOST_AN_HOUR = 20


@transaction.atomic
def phones_taken(*, by: User, found: Opened, lines: int, purpose: str, now: datetime) -> Watermark:
    """Put the list on record; the answer goes onto every page of it. Raises `Refused` after twenty within an hour."""
    if not limits.within("missing export", str(by.pk), most=_MOST_AN_HOUR, every=timedelta(hours=1), now=now):
        raise refuse("people.export_too_often")
    detail = {"kind": found.kind.id, "slot": found.code, "on": found.on.isoformat(), "lines": lines}
    event = events.record(
        "obligation.phones_exported", by=by, unit=found.unit, subject=found.unit, detail=detail,
        reason=" ".join(purpose.split()), now=now,
    )  # fmt: skip
    return Watermark(by.name, now, purpose, event.pk.hex[-10:].upper())
