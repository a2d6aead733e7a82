"""What was held back is mended and taken as a sending of its own, or dropped with a reason. The record as it came stays
where it is, settled."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from lianfang.core import events
from lianfang.core.ids import uuid7
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.health.actions import cards, reporting
from lianfang.health.models import Held
from lianfang.health.queries import held as queries
from lianfang.health.queries import places, seats
from lianfang.health.rules import mending as rules
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn
from lianfang.health.rules.sent import Card, Roll, Source
from lianfang.health.rules.sheets import Sheet
from lianfang.people.actions import looking
from lianfang.people.models import User


@transaction.atomic
def mend(*, by: User, held: Held, put: Mapping[str, Any], reason: str, now: datetime) -> str:
    """``put``: values by their places in the record (`rules.mending`); ``reason`` is what a correction says that gives
    none. "taken", or "again" where the same had been reported meanwhile, or "differs": it is now one of two reports to
    be compared. Raises `Refused` with problems at places of the record as it came."""
    row = _open(held)
    came = rules.read(row.kind, row.sent or {})
    record = rules.mended(came, put, [field for _, field in row.reasons])
    new = uuid7()
    if isinstance(record, Roll):
        state = _roll(by, record, new, rules.kept(came, put), rules.day(record, row.on), reason, now)
    else:
        state = _card(by, row, record, new, now)
    _settle(row, by, sent.key(new), now)
    _record("held.mended", by, row, {"state": state}, now)
    return state


@transaction.atomic
def drop(*, by: User, held: Held, why: str, now: datetime) -> None:
    """``why`` is one of a few words, never somebody's own: they would name people in the audit trail. Raises `Refused`
    when somebody else has decided meanwhile."""
    row = _open(held)
    _settle(row, by, None, now)
    _record("held.dropped", by, row, {"why": why}, now)


@transaction.atomic
def viewed(*, by: User, held: Held, now: datetime) -> None:
    """Somebody read it, with the names in it."""
    unit = seats.school(held.unit_id)
    if held.kind == Source.ROLL:
        if unit is not None:
            looking.listed(by=by, unit=unit, now=now)
    elif unit is not None and (person := queries.person(held)):
        looking.viewed(by=by, person=person, unit=unit, now=now)


def _open(held: Held) -> Held:
    rows = Held.objects.select_for_update().filter(school_id=held.school_id, on=held.on, key=held.key)
    row = rows.filter(settled_at__isnull=True).first()
    if row is None:
        raise refuse("health.decided_meanwhile")
    return row


def _roll(
    by: User, record: Roll, new: UUID, kept: list[int], on: date, reason: str, now: datetime
) -> str:  # fmt: skip
    """As if it were reported from a page."""
    place = places.find(by, record.unit, record.group or None)
    if place is None:
        raise refuse("health.unit_elsewhere", "unit")
    sheet = Sheet(
        id=new, after=record.after, at=record.at, seconds=record.seconds, reason=record.reason or reason,
        exceptions=record.exceptions,
    )  # fmt: skip
    if record.round not in sent.ROUNDS:
        raise refuse("health.round_unknown", "round")
    try:
        return reporting.report(
            by=by, place=place, on=on, code=record.round, sheet=sheet, now=now, oldest=sent.OLDEST_MENDED
        )
    except Refused as refused:
        raise Refused(*(Problem(one.code, rules.as_it_came(one.cell, kept)) for one in refused.problems)) from refused


def _card(by: User, row: Held, record: Card, new: UUID, now: datetime) -> str:
    on = rules.day(record, row.on)
    flaws = [Problem(one.code, one.field) for one in sent.flaws(record, now, sent.OLDEST_MENDED)]
    seat = seats.of_people([record.person], on, row.school_id).get(record.person)
    if seat is None or not queries.units(by).filter(pk=seat.unit_id).exists():
        flaws.append(Problem("health.person_elsewhere", "person"))
    if flaws or seat is None:
        raise Refused(*flaws)
    card = msgspec.structs.replace(record, id=new)
    author, source = Author(by.pk, row.sender_id), queries.source(row)
    (outcome,) = cards.take([CardIn(card, seat, on, author, source, oldest=sent.OLDEST_MENDED)], now=now)
    return outcome.state


def _settle(row: Held, by: User, became: int | None, now: datetime) -> None:
    Held.objects.filter(school_id=row.school_id, on=row.on, key=row.key).update(
        settled_at=now, settled_by_id=by.pk, became=became
    )


def _record(verb: str, by: User, row: Held, more: Mapping[str, str], now: datetime) -> None:
    """What was wrong with it, by code; nobody is named."""
    detail = {"wrong": sorted({code for code, _ in row.reasons}), **more}
    events.record(verb, by=by, unit=seats.school(row.unit_id), detail=detail, now=now)
