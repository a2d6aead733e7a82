"""Asking whoever is missing, letting somebody off, and telephone numbers that leave the house."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from lianfang.core import clock, events, limits
from lianfang.core.problems import refuse
from lianfang.obligations.actions import asking, exempting, extending
from lianfang.obligations.actions.asking import Asked
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Unit
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


def ask(found: Opened, only: Unit | None) -> Asked:
    """Ask all that are missing, or the one. Raises `Refused` where there is nobody to ask."""
    return asking.ask(
        by=found.user, kind=found.kind.id, slot=found.code, unit=found.unit, on=found.on, now=found.now, only=only
    )


def let_off(found: Opened, unit: Unit, *, to_on: date, reason: str) -> None:
    """The unit need not report at this deadline until that day. Raises `Refused`."""
    exempting.grant(
        by=found.user, kind=found.kind.id, slot=found.code, unit=unit, to_on=to_on, reason=reason, now=found.now
    )


@transaction.atomic
def owes_again(found: Opened, unit: Unit) -> None:
    """What the unit itself was let off is over."""
    for one in grants.let_off(unit, found.kind.id, found.code, found.on):
        if one.unit_id == unit.pk:
            exempting.end(by=found.user, exemption=one, now=found.now)


def give_longer(found: Opened, unit: Unit, *, until: time, reason: str) -> None:
    """The unit has until that minute of today. Raises `Refused`."""
    extending.extend(
        by=found.user, kind=found.kind.id, slot=found.code, unit=unit,
        due_at=datetime.combine(found.on, until, clock.ZONE), reason=reason, now=found.now,
    )  # fmt: skip


@transaction.atomic
def as_usual(found: Opened, unit: Unit) -> None:
    """What the unit itself was granted is over."""
    for one in grants.extended(unit, found.kind.id, found.code, found.on):
        if one.unit_id == unit.pk:
            extending.end(by=found.user, extension=one, now=found.now)
