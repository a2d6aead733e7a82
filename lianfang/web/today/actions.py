"""Asking whoever is missing, letting somebody off, and telephone numbers that leave the house."""

from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.health.actions import chasing as rolls
from lianfang.health.queries.owed import KIND as ROLL
from lianfang.obligations.actions import exempting
from lianfang.obligations.queries import exemptions
from lianfang.orgs.models import Unit
from lianfang.people.actions.exporting import Watermark
from lianfang.people.models import User
from lianfang.returns import spec
from lianfang.returns.actions import orders
from lianfang.returns.queries.owed import RETURNS
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


def ask(found: Opened, only: Unit | None) -> int:
    """How many units were asked; raises `Refused` where there is nobody to ask any more."""
    if found.kind.id == RETURNS.kind:
        school = only is not None and only.kind in found.source.at
        unit = found.unit if only is None or school else only
        return orders.chase(
            by=found.user, unit=unit, form=spec.catalog()[found.code], on=found.on, now=found.now,
            only=only.pk if only and school else None,
        )  # fmt: skip
    if found.kind.id != ROLL:
        raise refuse("health.nobody_to_chase")
    unit = only or found.unit
    act = rolls.chase_classes if unit.school_id else rolls.chase_schools
    return act(by=found.user, unit=unit, on=found.on, code=found.code, now=found.now)


def let_off(found: Opened, unit: Unit, *, to_on: date, reason: str) -> None:
    """The unit need not report at this deadline until that day. Raises `Refused`."""
    exempting.grant(
        by=found.user, kind=found.kind.id, slot=found.code, unit=unit, to_on=to_on, reason=reason, now=found.now
    )


@transaction.atomic
def owes_again(found: Opened, unit: Unit) -> None:
    """What the unit itself was let off is over."""
    for one in exemptions.within(unit, found.kind.id, found.code, found.on):
        if one.unit_id == unit.pk:
            exempting.end(by=found.user, exemption=one, now=found.now)
