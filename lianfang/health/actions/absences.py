"""Absences open, go on and end by what the days say; nobody has to enter them."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.health.models import Absence, Stage
from lianfang.health.queries import courses as queries
from lianfang.health.queries import limits, seats
from lianfang.health.queries.courses import Facts, Who
from lianfang.health.rules import tracing as rules
from lianfang.health.rules.tracing import Course
from lianfang.obligations.actions import bulk
from lianfang.obligations.actions.bulk import Thing

_MOST = 2000  # in one transaction
_EVENTS = 500  # at once
_one_at_a_time = Lock()  # in this process; between processes it is `_turn`
# Events whose own job will still come. One that is forgotten is looked at once more, which changes nothing.
_followed: deque[UUID] = deque(maxlen=20 * _EVENTS)
_NEVER_OWED = (Stage.WITHDRAWN, Stage.LEFT)
_COLUMNS = ("from_on", "last_on", "status", "unit", "stage", "due_at", "back_on", "closed_at")


def open_from_findings(event: Event) -> None:
    """Handler of ``finding.new``: whoever is missed, or no longer missed, in the schools and on the days it names.

    On a city's morning there are dozens of these events in a second, and each names most schools: whoever comes first
    takes those that wait along with its own, and leaves nothing to do for them."""
    with _one_at_a_time:
        if event.pk in _followed:
            _followed.remove(event.pk)
            return
        waiting = queries.waiting(event, _EVENTS)
        places = {(int(school), date.fromisoformat(on)) for one in waiting for school, on in one.detail["places"]}
        follow(queries.changed(sorted(places)), now=clock.now())
        _followed.extend(one.pk for one in waiting if one.pk != event.pk)


def follow_rolls(*, now: datetime) -> int:
    """Absences of those whose class was called since they were last missed: they are back, or missed again. How many
    were looked at."""
    found = queries.called_since(now.date(), _MOST)
    follow(found, now=now)
    return len(found)


def follow(whom: Collection[Who], *, now: datetime) -> None:
    """Bring the absences of these people to what the days say. Doing it again changes nothing."""
    waiting = sorted(whom)
    for start in range(0, len(waiting), _MOST):
        _follow(waiting[start : start + _MOST], now)


@transaction.atomic
def _follow(whom: list[Who], now: datetime) -> None:
    _turn()
    people = {person for _, person in whom}
    list(Absence.objects.select_for_update().filter(closed_at__isnull=True, person__in=people).order_by("pk"))
    there = queries.still_there(people)
    new: list[Absence] = []
    changed: list[Absence] = []
    for one, facts in queries.facts([one for one in whom if one[1] in there], now.date()).items():
        for course, running in _courses(facts):
            if running is not None and _bring(running, course, facts, now):
                changed.append(running)
            elif running is None and course.ended != "withdrawn":
                new.append(_made(one, course, facts, now))
    Absence.objects.bulk_update(changed, _COLUMNS)
    Absence.objects.bulk_create(new)
    _owe([*changed, *new], now)


def _owe(rows: Iterable[Absence], now: datetime) -> None:
    """What is open is owed until its time, at the class where the person is now; what is over is done, or never was."""
    things: list[Thing] = []
    done: list[str] = []
    never: list[str] = []
    for row in rows:
        key = rules.owed(row.pk)
        if row.closed_at is None:
            things.append(Thing(key, row.unit_id, row.due_at, reverse("health:absence", args=[row.pk])))
        else:
            (never if row.stage in _NEVER_OWED else done).append(key)
    bulk.owe(kind=rules.OBLIGATION, things=things, now=now)
    bulk.fulfil(keys=done, now=now)
    bulk.withdraw(keys=never, now=now)


def _turn() -> None:
    """One at a time: what was read stays true until it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lianfang absences'))")


def _courses(facts: Facts) -> Iterator[tuple[Course, Absence | None]]:
    """Each with the open absence it is the course of; a report that comes late may tell of an earlier one."""
    running = facts.absence
    for course in rules.courses(facts.since, facts.days, facts.reported):
        if running is not None and course.last_on >= running.from_on:
            yield course, running
            running = None
        else:
            yield course, None
    if running is not None:
        last = rules.course(running.from_on, facts.days, facts.reported)
        if last is not None:
            yield last, running


def _made(one: Who, course: Course, facts: Facts, now: datetime) -> Absence:
    school, person = one
    made = Absence(
        person_id=person, school_id=school, unit_id=facts.unit_id, from_on=course.from_on, last_on=course.last_on,
        status=int(course.status),
    )  # fmt: skip
    made.due_at = _first_due(school, course, facts)
    _end(made, course, now)
    return made


def _first_due(school: int, course: Course, facts: Facts) -> datetime:
    said_at = facts.said_at[course.last_on].astimezone(clock.ZONE)
    return rules.first_due(course.status, said_at, limits.opens(school))


def _bring(absence: Absence, course: Course, facts: Facts, now: datetime) -> bool:
    """Whether anything is another one now."""
    before = {name: getattr(absence, name) for name in _COLUMNS}
    if course.ended != "withdrawn" and course.last_on in facts.said_at:
        waits = absence.stage == Stage.OPEN and absence.due_at is not None and absence.due_at > now
        if waits and absence.status != course.status:  # nobody has called yet: the clock is that of what is known now
            absence.due_at = _first_due(absence.school_id, course, facts)
        absence.from_on, absence.last_on, absence.status = course.from_on, course.last_on, int(course.status)
        absence.unit_id = facts.unit_id
    _end(absence, course, now)
    return before != {name: getattr(absence, name) for name in _COLUMNS}


def _end(absence: Absence, course: Course, now: datetime) -> None:
    if course.ended:
        absence.stage, absence.closed_at, absence.due_at = Stage(course.ended), now, None
        absence.back_on = course.ended_on if course.ended == "back" else None


def tidy(*, now: datetime) -> int:
    """Every night: who changed class is traced there; absences of those who left the school end. How many changed."""
    changed = 0
    waiting = Absence.objects.filter(closed_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    keys = list(waiting)
    for start in range(0, len(keys), _MOST):
        changed += _tidy(keys[start : start + _MOST], now)
    return changed


@transaction.atomic
def _tidy(keys: list[UUID], now: datetime) -> int:
    _turn()
    rows = list(Absence.objects.select_for_update().filter(pk__in=keys, closed_at__isnull=True).order_by("pk"))
    places = seats.on_days([(row.person_id, now.date()) for row in rows])
    changed = []
    for row in rows:
        here = [seat for seat in places.get((row.person_id, now.date()), ()) if seat.school_id == row.school_id]
        if not here:
            row.stage, row.closed_at, row.due_at = Stage.LEFT, now, None
        elif row.unit_id not in {seat.unit_id for seat in here}:
            row.unit_id = here[-1].unit_id
        else:
            continue
        changed.append(row)
    Absence.objects.bulk_update(changed, _COLUMNS)
    _owe(changed, now)
    return len(changed)
