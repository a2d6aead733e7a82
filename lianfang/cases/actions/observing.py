"""Temperatures of those who are watched: begun, owed round by round, taken, corrected, ended."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.models import Observation, Reading, Site
from lianfang.cases.queries import observing as queries
from lianfang.cases.rules import observing as rules
from lianfang.cases.rules.observing import Due
from lianfang.core import clock, events
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.health.actions import cards
from lianfang.health.queries import limits, seats
from lianfang.health.rules import symptoms as catalogue
from lianfang.health.rules.parcels import Author, CardIn, Seat
from lianfang.health.rules.sent import COLDEST, HOTTEST, Card, Source
from lianfang.notices import actions as notices
from lianfang.obligations.actions import bulk
from lianfang.obligations.actions.bulk import Thing
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Person, User

_TOLD = ("doctor",)
_MOST = 500  # in one transaction
_LOOKED_BACK = 3  # days whose rounds nobody can measure any more


@transaction.atomic
def begin(
    *, by: User | None, person: Person, school: Unit, unit: Unit, reason: str, until: date | None, now: datetime
) -> Observation:
    """Watch somebody from now on: who is kept apart (``reason`` "isolation") until that is over, a "contact" through
    the last day ``until``. ``unit`` looks after them. Who is watched already goes on being so, for both reasons."""
    row = _running(person, school)
    if row is None:
        made = Observation(
            id=uuid7(), school=school, unit=unit, person=person, reason=reason, until=until, began_at=now, by=by
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:  # two at one moment
            return Observation.objects.get(person=person, school=school, ended_at__isnull=True)
        events.record("observation.began", by=by, unit=unit, subject=made, now=now)
        _owe([made], now)
        return made
    if reason == "isolation":
        row.reason, row.unit = reason, unit
    else:
        row.until = max(row.until, until) if row.until and until else until
        row.unit = row.unit if row.reason == "isolation" else unit
    row.save(update_fields=["reason", "unit", "until"])
    _owe([row], now)
    return row


@transaction.atomic
def end(*, by: User | None, person: Person, school: Unit, unit: Unit, reason: str, now: datetime) -> None:
    """It is over for that reason. Who is watched for the other one too goes on, in the care of ``unit``."""
    row = _running(person, school)
    if row is None:
        return
    if reason == "isolation" and row.until is not None and row.until >= clock.day_of(now):
        row.reason, row.unit = "contact", unit
        row.save(update_fields=["reason", "unit"])
        _owe([row], now)
        return
    if reason == "contact" and row.reason == "isolation":
        row.until = None
        row.save(update_fields=["until"])
        return
    _end(row, by, now)


@transaction.atomic
def take(
    *, by: User, observation: Observation, on: date, round: str, tenths: int, site: str,
    symptoms: Iterable[str] = (), note: str = "", key: UUID, now: datetime,
) -> Reading:  # fmt: skip
    """One measurement. The same ``key`` twice is one. Raises `Refused` for a round that has not come, is too long ago
    or was measured already, and for what no living person has."""
    row = _locked(observation)
    if again := Reading.objects.filter(pk=key, observation=row).first():
        return again
    if row.ended_at is not None:
        raise refuse("cases.observation_over")
    local = now.astimezone(clock.ZONE)
    if flaw := rules.flaw(on, round, clock.day_of(row.began_at), local):
        raise refuse(flaw, "round")
    if row.readings.filter(on=on, round=round).exists():
        raise refuse("cases.reading_there", "round")
    made = _write(row, None, (on, round), tenths, site, symptoms, note, by, key, now)
    bulk.fulfil(keys=[rules.owed(row.pk, on, round)], now=now)
    events.record("observation.taken", by=by, unit=row.unit, subject=row, now=now)
    return made


@transaction.atomic
def correct(
    *, by: User, reading: Reading, tenths: int, site: str, symptoms: Iterable[str] = (), note: str = "", key: UUID,
    now: datetime,
) -> Reading:  # fmt: skip
    """Another measurement in the place of one, which stays readable. Raises `Refused` where that was corrected
    already."""
    row = _locked(reading.observation)
    if again := Reading.objects.filter(pk=key, observation=row).first():
        return again
    if Reading.objects.filter(corrects=reading).exists():
        raise refuse("cases.corrected_already")
    made = _write(row, reading, (reading.on, reading.round), tenths, site, symptoms, note, by, key, now)
    events.record("observation.corrected", by=by, unit=row.unit, subject=row, now=now)
    return made


def open_rounds(*, now: datetime) -> int:
    """Every few minutes: what is owed by now, and what can no longer be measured; doing it again changes nothing. How
    many are watched."""
    rows = Observation.objects.filter(ended_at__isnull=True).order_by("pk")
    watched = 0
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), _MOST):
        with transaction.atomic():
            found = list(rows.select_for_update(of=("self",)).filter(pk__in=keys[start : start + _MOST]))
            watched += len(found)
            _owe(found, now)
            _tidy(found, now)
    return watched


def _tidy(rows: list[Observation], now: datetime) -> None:
    """Rounds of days before stay unmeasured; whoever's last day has passed is watched no longer."""
    on = clock.day_of(now)
    days = [on - timedelta(days=back) for back in range(1, _LOOKED_BACK + 1)]
    names = [one.id for one in rules.catalog().rounds]
    bulk.withdraw(keys=[rules.owed(row.pk, day, name) for row in rows for day in days for name in names], now=now)
    for row in rows:
        last = queries.last_day(row)
        if last is not None and on > last:
            _end(row, None, now)


def _owe(rows: list[Observation], now: datetime) -> None:
    local = now.astimezone(clock.ZONE)
    open_now = [
        (row, due)
        for row in rows
        for due in rules.dues(row.pk, row.began_at, queries.last_day(row), local.date(), local)
    ]
    done = queries.taken([due.observation for _row, due in open_now], local.date())
    things = [_thing(row, due) for row, due in open_now if (due.observation, due.round) not in done]
    bulk.owe(kind=rules.OBLIGATION, things=things, now=now)


def _thing(row: Observation, due: Due) -> Thing:
    return Thing(due.key, row.unit_id, due.due_at, reverse("cases:observation", args=[row.pk]))


def _end(row: Observation, by: User | None, now: datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    on = clock.day_of(now)
    bulk.withdraw(keys=[rules.owed(row.pk, on, one.id) for one in rules.catalog().rounds], now=now)
    events.record("observation.ended", by=by, unit=row.unit, subject=row, now=now)


def _running(person: Person, school: Unit) -> Observation | None:
    rows = Observation.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.filter(person=person, school=school, ended_at__isnull=True).first()


def _locked(observation: Observation) -> Observation:
    rows = Observation.objects.select_for_update(of=("self",)).select_related("unit", "school")
    return rows.get(pk=observation.pk)


def _write(
    row: Observation, corrects: Reading | None, when: tuple[date, str], tenths: int, site: str, symptoms: Iterable[str],
    note: str, by: User, key: UUID, now: datetime,
) -> Reading:  # fmt: skip
    if not COLDEST <= tenths <= HOTTEST:
        raise refuse("health.temperature_impossible", "temperature")
    if site not in Site.values:
        raise refuse("cases.site_unknown", "site")
    made = Reading(
        id=key, observation=row, on=when[0], round=when[1], temperature=tenths, site=site,
        symptoms=catalogue.packed(tuple(symptoms)), note=note or None, corrects=corrects, at=now, by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # two at one moment
        raise refuse("cases.reading_there", "round") from None
    _state(row, made, by, now)
    if tenths >= limits.fever(row.school_id, when[0]):
        _tell(row, when, by, now)
    return made


def _state(row: Observation, made: Reading, by: User, now: datetime) -> None:
    """What was measured counts among what is said about the person that day: a fever is a finding as in class."""
    if row.person_id is None:
        return
    seat = seats.of_people([row.person_id], made.on, row.school_id).get(row.person_id)
    told = Card(
        id=made.pk, person=row.person_id, on=made.on, after=made.corrects_id, temperature=made.temperature / 10,
        symptoms=[one.code for one in catalogue.unpacked(made.symptoms)],
    )  # fmt: skip
    where = seat or Seat(row.school_id, row.unit_id)
    cards.take([CardIn(told, where, made.on, Author(by_id=by.pk), Source.OBSERVATION)], now=now)


def _tell(row: Observation, when: tuple[date, str], by: User, now: datetime) -> None:
    """The doctor hears of a fever; the message names the school alone."""
    held = access.holders(row.unit.ancestor_ids, _TOLD, clock.day_of(now))
    notices.post(
        by=None, unit=row.school, to={post.user_id for post in held} - {by.pk}, kind="observation.fever",
        key=f"fever {row.pk} {when[0]} {when[1]}", params={"school": row.school.label}, now=now,
        url=reverse("cases:observation", args=[row.pk]), channels=("app", "sms"), urgent=True,
    )  # fmt: skip
