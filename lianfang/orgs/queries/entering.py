"""What is wrong with an entry of a calendar before it is made, and what it would change."""

from dataclasses import dataclass
from datetime import date, timedelta

from lianfang.core.problems import Refused, refuse
from lianfang.orgs import rules
from lianfang.orgs.models import CalendarEntry, EntryKind, Unit
from lianfang.orgs.queries import calendar as queries
from lianfang.orgs.queries.calendar import as_rule
from lianfang.orgs.rules import calendar
from lianfang.orgs.rules.calendar import Entry

FURTHEST = timedelta(days=3 * 366)
_LONGEST = timedelta(days=400)  # of an entry with two ends: a school year
_OPEN_ENDED = (EntryKind.SUSPENSION, EntryKind.WEEKDAYS)
_SHOWN = timedelta(days=60)  # of what changes through an entry without an end


@dataclass(frozen=True)
class Changes:
    """Days that are school days no more, and new ones; for schools that have decided nothing of their own. ``again``:
    the first school day after those that are none any more, as far as it is near."""

    first: date
    last: date
    fewer: list[date]
    more: list[date]
    again: date | None


def changes(unit: Unit, entry: Entry) -> Changes:
    """What the calendar of the unit would be with this entry, against what it is."""
    first, last = entry.from_on, entry.to_on or entry.from_on + _SHOWN
    if entry.kind == EntryKind.TERM:
        first, last = first - calendar.LONGEST_BREAK, last + calendar.LONGEST_BREAK
    until = last + timedelta(days=calendar.AHEAD)
    now, then = queries.days(unit, first, until), queries.days(unit, first, until, with_entry=entry)
    fewer = [on for on in now if on <= last and now[on].taught and not then[on].taught]
    more = [on for on in now if on <= last and then[on].taught and not now[on].taught]
    again = next((on for on in then if fewer and on > fewer[-1] and then[on].taught), None)
    return Changes(first, last, fewer, more, again)


def wrong(
    unit: Unit, kind: str, from_on: date, to_on: date | None, today: date, *, name: str, weekdays: str,
    decided_by: str, reason: str,
) -> Refused | None:  # fmt: skip
    """None: the entry can be made."""
    if unit.kind not in rules.AREAS | rules.SCHOOLS:
        return refuse("orgs.calendar_not_here")
    return (
        _wrong_days(kind, from_on, to_on, today)
        or _wrong_words(kind, name=name, weekdays=weekdays, decided_by=decided_by, reason=reason)
        or _wrong_beside(unit, kind, from_on, to_on)
    )


def _wrong_days(kind: str, from_on: date, to_on: date | None, today: date) -> Refused | None:
    if abs(from_on - today) > FURTHEST:
        return refuse("orgs.calendar_far", "from_on")
    if to_on is None:
        if kind not in _OPEN_ENDED:
            return refuse("orgs.calendar_last_day", "to_on")
        return None
    if to_on < from_on:
        return refuse("orgs.calendar_order", "to_on", first=from_on)
    if kind != EntryKind.WEEKDAYS and to_on - from_on > _LONGEST:
        return refuse("orgs.calendar_long", "to_on", most=_LONGEST.days)
    return None


def _wrong_words(kind: str, *, name: str, weekdays: str, decided_by: str, reason: str) -> Refused | None:
    if kind in (EntryKind.TERM, EntryKind.HOLIDAY) and not name:
        return refuse("orgs.calendar_name", "name")
    if kind == EntryKind.WEEKDAYS and not weekdays:
        return refuse("orgs.calendar_weekdays", "weekdays")
    if kind == EntryKind.SUSPENSION and not decided_by:
        return refuse("orgs.calendar_decided_by", "decided_by")
    if kind in (EntryKind.SUSPENSION, EntryKind.SCHOOL_DAY) and not reason:
        return refuse("orgs.calendar_reason", "reason")
    return None


def _wrong_beside(unit: Unit, kind: str, from_on: date, to_on: date | None) -> Refused | None:
    rows = list(CalendarEntry.objects.filter(unit=unit, kind=kind))
    if kind == EntryKind.TERM and to_on is not None:
        held = [one for one in map(as_rule, rows) if one.to_on is None or one.to_on >= one.from_on]
        other = calendar.overlapping(from_on, to_on, held)
        if other is not None:
            return refuse("orgs.calendar_overlaps", "from_on", name=other.name, first=other.from_on, last=other.to_on)
    same = [row for row in rows if row.ended_on is None and (row.from_on, row.to_on) == (from_on, to_on)]
    if same and kind != EntryKind.WEEKDAYS:
        return refuse("orgs.calendar_twice", "from_on")
    return None
