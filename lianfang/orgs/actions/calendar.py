"""The school calendar of a unit: entries are made and ended, never changed."""

from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.orgs.models import CalendarEntry, EntryKind, Unit
from lianfang.orgs.queries import calendar as queries
from lianfang.orgs.queries import entering


@transaction.atomic
def enter(
    *, by: events.Actor, unit: Unit, kind: str, from_on: date, to_on: date | None, now: datetime, name: str = "",
    weekdays: str = "", decided_by: str = "", reason: str = "",
) -> CalendarEntry:  # fmt: skip
    """An entry that holds for the unit and every school below it. Raises `Refused` for days out of order, a term that
    overlaps another one of the unit, a suspension that does not say who decided it and why, and for units that have no
    calendar: it is kept by areas and schools, for whole schools."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    name, decided_by, reason = name.strip(), decided_by.strip(), reason.strip()
    weekdays = "".join(sorted({*weekdays} & {*"1234567"})) if kind == EntryKind.WEEKDAYS else ""
    wrong = entering.wrong(
        unit, kind, from_on, to_on, clock.day_of(now), name=name, weekdays=weekdays, decided_by=decided_by,
        reason=reason,
    )  # fmt: skip
    if wrong is not None:
        raise wrong
    row = CalendarEntry.objects.create(
        unit=unit, kind=kind, name=name, from_on=from_on, to_on=to_on, weekdays=weekdays, reason=reason,
        decided_by=decided_by if kind == EntryKind.SUSPENSION else "", by_id=by.pk, by_name=by.name, at=now,
    )  # fmt: skip
    detail = {"kind": kind, "from": str(from_on), "to": str(to_on or "")}
    events.record("calendar.entered", by=by, unit=unit, subject=row, detail=detail, reason=reason, now=now)
    queries.forget()
    return row


@transaction.atomic
def end(*, by: events.Actor, entry: CalendarEntry, last_on: date, reason: str, now: datetime) -> CalendarEntry:
    """The entry holds up to and including that day; a day before its first means that it never will. What is past stays
    as it was: yesterday is the earliest. Raises `Refused` for an entry that is over, and without a reason."""
    row = CalendarEntry.objects.select_for_update(of=("self",)).select_related("unit").get(pk=entry.pk)
    yesterday = clock.day_of(now) - timedelta(days=1)
    if row.ended_on is not None or (row.to_on is not None and row.to_on <= yesterday):
        raise refuse("orgs.calendar_over")
    if last_on < yesterday:
        raise refuse("orgs.calendar_past", "last_on", earliest=yesterday)
    if row.to_on is not None and last_on >= row.to_on:
        raise refuse("orgs.calendar_not_longer", "last_on", last=row.to_on)
    if not reason.strip():
        raise refuse("orgs.calendar_end_why", "reason")
    row.ended_on, row.ended_at, row.ended_by_id, row.ended_by_name = last_on, now, by.pk, by.name
    row.save(update_fields=["ended_on", "ended_at", "ended_by_id", "ended_by_name"])
    detail = {"kind": row.kind, "last": str(last_on)}
    events.record("calendar.ended", by=by, unit=row.unit, subject=row, detail=detail, reason=reason.strip(), now=now)
    queries.forget()
    return row
