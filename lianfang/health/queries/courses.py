"""What the days say of absences: of whom something has changed, and everything their course is derived from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from lianfang.core.models import Event
from lianfang.health.models import Absence
from lianfang.health.rules.sent import OLDEST
from lianfang.health.rules.status import MISSED, Status
from lianfang.people.models import Person

Who = tuple[int, UUID]  # school, person

# Missed without an absence that says so, or no longer missed on the last day of an open one.
_CHANGED = """
SELECT DISTINCT s.school_id, s.person_id
FROM unnest(%s::int[], %s::date[]) AS w (school_id, "on")
JOIN health_daystatus s USING (school_id, "on")
LEFT JOIN health_absence a ON a.school_id = s.school_id AND a.person_id = s.person_id
    AND s."on" BETWEEN a.from_on AND a.last_on AND a.stage <> 'withdrawn'
WHERE CASE WHEN a.id IS NULL THEN s.status IN (3, 5)
      ELSE a.closed_at IS NULL AND a.last_on = s."on" AND a.status <> s.status END
"""
# Open ones whose class was called on a later day, as far back as a report may come late.
_CALLED_SINCE = """
SELECT a.school_id, a.person_id FROM health_absence a
WHERE a.closed_at IS NULL AND a.last_on < %s AND EXISTS (
    SELECT FROM health_roll r
    WHERE r.school_id = a.school_id AND r."on" > a.last_on AND r."on" BETWEEN %s AND %s
      AND r.unit_id = a.unit_id AND r.group_id = 0)
ORDER BY a.school_id, a.person_id LIMIT %s
"""
_DAYS = """
SELECT s.school_id, s.person_id, s."on", s.status, s.unit_id, s.since, s.at
FROM unnest(%s::int[], %s::uuid[], %s::date[]) AS w (school_id, person_id, since)
JOIN health_daystatus s ON s.school_id = w.school_id AND s.person_id = w.person_id AND s."on" BETWEEN w.since AND %s
ORDER BY s."on"
"""
_REPORTED = """
SELECT DISTINCT r.school_id, r.unit_id, r."on"
FROM unnest(%s::int[], %s::int[], %s::date[]) AS w (school_id, unit_id, since)
JOIN health_roll r ON r.school_id = w.school_id AND r.unit_id = w.unit_id AND r.group_id = 0
    AND r."on" BETWEEN w.since AND %s
"""


def waiting(event: Event, most: int) -> list[Event]:
    """The event and those of its kind that came after it."""
    later = Event.objects.filter(verb=event.verb, at__gte=event.at).exclude(pk=event.pk).order_by("at", "id")
    return [event, *later[: most - 1]]


@dataclass
class Facts:
    """Of one person since ``since``. ``said_at``: when each finding was first told; ``unit_id``: the class of the
    newest one."""

    since: date
    absence: Absence | None
    unit_id: int
    days: dict[date, Status] = field(default_factory=dict)
    said_at: dict[date, datetime] = field(default_factory=dict)
    reported: set[date] = field(default_factory=set)


def changed(places: Iterable[tuple[int, date]]) -> set[Who]:
    """Of these schools and days: whose absence does not say what the day says."""
    schools, days = (list(column) for column in zip(*places, strict=True))  # an event names one at least
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [schools, days])
        return {(school, person) for school, person in cursor.fetchall()}


def still_there(people: Collection[UUID]) -> set[UUID]:
    """Those who have not been destroyed."""
    return set(Person.objects.filter(pk__in=people, purged_at__isnull=True).values_list("pk", flat=True))


def called_since(today: date, most: int) -> list[Who]:
    """Whose class was called after the last day they missed."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLED_SINCE, [today, today - OLDEST, today, most])
        return [(school, person) for school, person in cursor.fetchall()]


def facts(whom: Collection[Who], today: date) -> dict[Who, Facts]:
    """Three queries, whatever the number of people. Everybody is looked at since the end of the last absence, as far
    back as a report may come late or the open one began."""
    if not whom:
        return {}
    known = list(Absence.objects.filter(school__in={school for school, _ in whom}, person__in={who for _, who in whom}))
    found = {one: Facts(*_since(one, known, today)) for one in whom}
    starts = {one: each.since for one, each in found.items()}
    until = max([today, *(absence.last_on for absence in known)])  # a clock may have been set back
    _read_days(found, starts, until)
    _read_reported(found, until)
    return found


def _since(one: Who, known: Iterable[Absence], today: date) -> tuple[date, Absence | None, int]:
    own = [absence for absence in known if (absence.school_id, absence.person_id) == one]
    over = [row.last_on for row in own if row.closed_at is not None and row.stage != "withdrawn"]
    since = max(date.fromordinal(max(over).toordinal() + 1) if over else today - OLDEST, today - OLDEST)
    running = next((row for row in own if row.closed_at is None), None)
    return (since, None, 0) if running is None else (min(since, running.from_on), running, running.unit_id)


def _read_days(found: dict[Who, Facts], starts: Mapping[Who, date], until: date) -> None:
    rows = [(school, person, since) for (school, person), since in starts.items()]
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [*(list(column) for column in zip(*rows, strict=True)), until])
        for school, person, on, status, unit, since, at in cursor.fetchall():
            each = found[school, person]
            each.days[on] = Status(status)
            each.said_at[on] = since or at
            if each.days[on] in MISSED:
                each.unit_id = unit


def _read_reported(found: dict[Who, Facts], until: date) -> None:
    since: dict[tuple[int, int], date] = {}
    of_unit: dict[tuple[int, int], list[Facts]] = defaultdict(list)
    for (school, _), each in found.items():
        since[school, each.unit_id] = min(each.since, since.get((school, each.unit_id), each.since))
        of_unit[school, each.unit_id].append(each)
    rows = [(school, unit, start) for (school, unit), start in since.items()]
    with connection.cursor() as cursor:
        cursor.execute(_REPORTED, [*(list(column) for column in zip(*rows, strict=True)), until])
        for school, unit, on in cursor.fetchall():
            for each in of_unit[school, unit]:
                each.reported.add(on)
