"""Belonging to a school: come, change class, go on leave and come back, leave, graduate, lodge, be in a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions.locking import locked
from lianfang.people.models import Enrolment, Lodging, Marking, Person, User
from lianfang.people.models.roster import Ending
from lianfang.people.rules import roster as rules

# Endings somebody chooses; a change of class is `move`.
ENDINGS = (Ending.GRADUATED, Ending.LEFT, Ending.SCHOOL, Ending.DIED, Ending.MISTAKE)
_BATCH = 2_000


@dataclass(frozen=True)
class NewLodging:
    """``kind`` is a value of `LodgingKind`; the place is a boarder's."""

    kind: str
    building: str = ""
    room: str = ""
    bed: str = ""


@transaction.atomic
def enrol(
    *, by: User | None, person: Person, unit: Unit, as_a: str, from_on: date, number: str = "", title: str = "",
    now: datetime,
) -> Enrolment:  # fmt: skip
    """The person belongs to the unit from that day on. Raises `Refused` where somebody cannot belong as this, the unit
    is closed, or the person belongs to the school as this already."""
    school, person = _school(unit, as_a, from_on), locked(person)
    made = _begun(
        Enrolment(
            person=person, school=school, unit=unit, as_a=as_a, number=number.strip(), title=title.strip(),
            from_on=from_on,
        )
    )  # fmt: skip
    events.record("person.enrolled", by=by, unit=unit, subject=person, detail={"as": as_a}, now=now)
    return made


@transaction.atomic
def move(*, by: User | None, belonging: Enrolment, unit: Unit, from_on: date, now: datetime) -> Enrolment:
    """Another class (or department) from that day on: the old row ends the day before. On the very day somebody came,
    the row is put right instead. Raises `Refused` as `enrol` does, and for a day before they came."""
    old = _open(belonging)
    school = _school(unit, old.as_a, from_on)
    if old.unit_id == unit.pk:
        raise refuse("people.moves_nowhere", "unit")
    try:
        last = rules.last_day_before(from_on, old.from_on)
    except ValueError:
        raise refuse("people.moves_before_start", "from_on", from_on=_day(old.from_on)) from None
    if last is None and school == old.school:
        old.unit = unit
        old.save(update_fields=["unit"])
        made = old
    else:
        old.to_on, old.ending = last or from_on, Ending.CLASS if school == old.school else Ending.SCHOOL
        old.save(update_fields=["to_on", "ending"])
        made = _begun(_going_on(old, school, unit, from_on))
        _end_stay([old.person_id], old.school, old.to_on)
    detail = {"from": belonging.unit_id, "to": unit.pk, "on": from_on.isoformat()}
    events.record("person.moved", by=by, unit=unit, subject=old.person, detail=detail, now=now)
    return made


@transaction.atomic
def end(*, by: User | None, belonging: Enrolment, ending: str, to_on: date, now: datetime) -> Enrolment:
    """The last day at the school. With the last belonging there, lodging and groups end too."""
    old = _open(belonging)
    if ending not in ENDINGS:
        raise refuse("people.ending_unknown", "ending")
    if to_on < old.from_on:
        raise refuse("people.ends_before_it_began", "to_on", from_on=_day(old.from_on))
    old.to_on, old.ending = to_on, ending
    old.save(update_fields=["to_on", "ending"])
    _end_stay([old.person_id], old.school, to_on)
    detail = {"ending": ending, "on": to_on.isoformat()}
    events.record("person.left", by=by, unit=old.unit, subject=old.person, detail=detail, now=now)
    return old


@transaction.atomic
def take_leave(
    *, by: User, belonging: Enrolment, away_from: date, away_to: date | None, why: str, now: datetime
) -> Enrolment:
    """Leave of absence (休学) from that day, open or to a last day. It stays inside the belonging; an earlier leave
    remains in the events."""
    row = _open(belonging)
    if away_from < row.from_on:
        raise refuse("people.away_before_start", "away_from", from_on=_day(row.from_on))
    if away_to is not None and away_to < away_from:
        raise refuse("people.away_order", "away_to")
    if rules.is_away(row.away_from, row.away_to, away_from):
        raise refuse("people.away_already", "away_from")
    row.away_from, row.away_to, row.away_why = away_from, away_to, why.strip()
    row.save(update_fields=["away_from", "away_to", "away_why"])
    detail = {"from": away_from.isoformat(), "to": away_to.isoformat() if away_to else None}
    events.record("person.away", by=by, unit=row.unit, subject=row.person, detail=detail, now=now)
    return row


@transaction.atomic
def back_from_leave(*, by: User, belonging: Enrolment, on: date, now: datetime) -> Enrolment:
    """The first day back. Back before the leave began means that it never was."""
    row = _open(belonging)
    if row.away_from is None or (row.away_to is not None and row.away_to < on):
        raise refuse("people.not_away", "on")
    if on <= row.away_from:
        row.away_from = row.away_to = None
        row.away_why = ""
    else:
        row.away_to = on - timedelta(days=1)
    row.save(update_fields=["away_from", "away_to", "away_why"])
    detail = {"on": on.isoformat()}
    events.record("person.back", by=by, unit=row.unit, subject=row.person, detail=detail, now=now)
    return row


@transaction.atomic
def lodge(
    *, by: User | None, person: Person, school: Unit, lodging: NewLodging, from_on: date, now: datetime,
    unit: Unit | None = None,
) -> Lodging:  # fmt: skip
    """Where the person sleeps from that day on. ``unit``: record an event of its own there."""
    person = locked(person)
    facts = {"kind": lodging.kind, "building": lodging.building.strip(), "room": lodging.room.strip(),
             "bed": lodging.bed.strip()}  # fmt: skip
    old = Lodging.objects.filter(person=person, school=school, to_on__isnull=True).first()
    if old is not None and all(getattr(old, name) == value for name, value in facts.items()):
        return old
    if old is not None:
        try:
            last = rules.last_day_before(from_on, old.from_on)
        except ValueError:
            raise refuse("people.moves_before_start", "from_on", from_on=_day(old.from_on)) from None
        if last is None:
            old.delete()
        else:
            old.to_on = last
            old.save(update_fields=["to_on"])
    made = Lodging.objects.create(person=person, school=school, from_on=from_on, **facts)
    if unit is not None:
        detail = {"fields": ["lodging"], "kind": made.kind}
        events.record("person.changed", by=by, unit=unit, subject=person, detail=detail, now=now)
    return made


@transaction.atomic
def mark(
    *, by: User, person: Person, school: Unit, unit: Unit, group: str, note: str, from_on: date, now: datetime
) -> Marking:
    """The person belongs to a tracked group of the school (a value of `Mark`)."""
    person = locked(person)
    try:
        with transaction.atomic():
            made = Marking.objects.create(person=person, school=school, mark=group, note=note.strip(), from_on=from_on)
    except IntegrityError as error:
        if "marking_once" not in str(error):
            raise
        raise refuse("people.already_marked", "group") from error
    events.record("person.marked", by=by, unit=unit, subject=person, detail={"mark": group}, now=now)
    return made


@transaction.atomic
def unmark(*, by: User, marking: Marking, unit: Unit, on: date, now: datetime) -> None:
    """Out of the group with that day. Doing so twice changes nothing."""
    if Marking.objects.filter(pk=marking.pk, to_on__isnull=True).update(to_on=max(on, marking.from_on)):
        detail = {"mark": marking.mark}
        events.record("person.unmarked", by=by, unit=unit, subject=marking.person, detail=detail, now=now)


@transaction.atomic
def move_class(*, by: User, unit: Unit, to: Unit, belongings: Sequence[UUID], from_on: date, now: datetime) -> int:
    """A whole class (or part of it) goes on as another one, told by one event. How many went; who came on that very day
    or later stays."""
    rows = _chosen(unit, belongings)
    going = [row for row in rows if row.from_on < from_on]
    if not going:
        raise refuse("people.nobody_chosen")
    if to.pk == unit.pk:
        raise refuse("people.moves_nowhere", "to")
    school = _school(to, "student", from_on)
    ending = Ending.CLASS if school.pk == going[0].school_id else Ending.SCHOOL
    ids = [row.pk for row in going]
    Enrolment.objects.filter(pk__in=ids).update(to_on=from_on - timedelta(days=1), ending=ending)
    try:
        with transaction.atomic():
            fresh = [_going_on(row, school, to, from_on) for row in going]
            Enrolment.objects.bulk_create(fresh, batch_size=_BATCH)
    except IntegrityError as error:  # of two schools somebody belongs to both
        if "enrolment_once" not in str(error):
            raise
        raise refuse("people.already_belongs", "to", unit=to.name) from error
    _end_stay([row.person_id for row in going], going[0].school, from_on - timedelta(days=1))
    detail = {"from": unit.pk, "to": to.pk, "people": len(going), "on": from_on.isoformat()}
    events.record("person.many_moved", by=by, unit=unit, subject=unit, detail=detail, now=now)
    return len(going)


@transaction.atomic
def graduate_class(*, by: User, unit: Unit, belongings: Sequence[UUID], to_on: date, now: datetime) -> int:
    """A whole class (or part of it) graduates, told by one event. How many."""
    rows = _chosen(unit, belongings)
    going = [row for row in rows if row.from_on <= to_on]
    if not going:
        raise refuse("people.nobody_chosen")
    Enrolment.objects.filter(pk__in=[row.pk for row in going]).update(to_on=to_on, ending=Ending.GRADUATED)
    _end_stay([row.person_id for row in going], going[0].school, to_on)
    detail = {"people": len(going), "on": to_on.isoformat()}
    events.record("person.many_graduated", by=by, unit=unit, subject=unit, detail=detail, now=now)
    return len(going)


def _chosen(unit: Unit, belongings: Sequence[UUID]) -> list[Enrolment]:
    """The pupils of this very unit among the chosen rows, locked."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("school")
    return list(rows.filter(pk__in=belongings, unit=unit, as_a="student", to_on__isnull=True).order_by("pk"))


def _begun(fresh: Enrolment) -> Enrolment:
    """Save a new belonging; whoever belongs to the school as this already is refused."""
    there = Enrolment.objects.filter(
        person=fresh.person_id, school=fresh.school_id, as_a=fresh.as_a, to_on__isnull=True
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError as error:
        if "enrolment_once" not in str(error):
            raise
        raise refuse("people.already_belongs", "unit", unit=there.select_related("unit")[0].unit.name) from error
    return fresh


def _going_on(old: Enrolment, school: Unit, unit: Unit, from_on: date) -> Enrolment:
    """The same belonging somewhere else. The school's own number stays with the school."""
    return Enrolment(
        person_id=old.person_id, school=school, unit=unit, as_a=old.as_a, title=old.title, from_on=from_on,
        number=old.number if school.pk == old.school_id else "", away_from=old.away_from, away_to=old.away_to,
        away_why=old.away_why,
    )  # fmt: skip


def _end_stay(people: Sequence[UUID], school: Unit, to_on: date) -> None:
    """Bed and groups end for those of the people who belong to the school as nothing any more."""
    here = Enrolment.objects.filter(person=OuterRef("person"), school=school, to_on__isnull=True)
    for model in (Lodging, Marking):
        rows = model._default_manager.filter(~Exists(here), person__in=people, school=school, to_on__isnull=True)
        rows.update(to_on=Greatest(F("from_on"), to_on))


def _school(unit: Unit, as_a: str, day: date) -> Unit:
    if unit.school is None or not rules.may_belong(as_a, unit.kind):
        raise refuse("people.belongs_elsewhere", "unit", unit=unit.name)
    if unit.valid_to is not None and unit.valid_to < day:
        raise refuse("people.unit_over", "unit", unit=unit.name)
    return unit.school


def _open(belonging: Enrolment) -> Enrolment:
    """The row for changing, with person, unit and school."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person", "unit", "school")
    found = rows.get(pk=belonging.pk)
    if found.to_on is not None:
        raise refuse("people.belonging_over")
    return found


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
