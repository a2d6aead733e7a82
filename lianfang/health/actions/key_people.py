"""Who is a key person, in which class, looked after by whom, and until when."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from lianfang.core import clock, events
from lianfang.core.clock import ZONE
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.health.models import Answer, KeyPerson
from lianfang.health.models.key_people import Ending
from lianfang.health.queries import key_people as queries
from lianfang.health.queries import seats, surveys
from lianfang.health.rules import following, key_persons
from lianfang.health.rules.key_editions import Edition
from lianfang.health.rules.key_persons import Verdict
from lianfang.health.rules.whereabouts import Whereabouts
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User

_MOST = 500  # in one transaction


def review_answer(event: Event) -> None:
    """Handler of ``survey.answered``."""
    answer = Answer.objects.filter(pk=event.subject_id).first()
    newest = surveys.latest([answer.person_id]).get(answer.person_id) if answer else None
    if answer is not None and newest is not None:
        facts = surveys.facts(newest)
        review(person=answer.person_id, school_id=answer.school_id, facts=facts, now=clock.now())


@transaction.atomic
def review(*, person: UUID, school_id: int, facts: Whereabouts, now: datetime) -> KeyPerson | None:
    """The class of somebody by what they told last; doing it again changes nothing. Who no longer falls into one is
    proposed for release, and somebody has to confirm it. What was decided by hand gives way only to a rule that stands
    before it; who was released is not listed again for the same thing."""
    on = now.astimezone(ZONE).date()
    unit = _turn(person, school_id, on)
    if unit is None:
        return None
    edition, current = queries.edition(unit, on), queries.current(person, school_id)
    if edition is None:  # nothing is in force: nobody is listed, and who is followed stays so until a person decides
        return current
    verdict = key_persons.classify(facts, edition, on)
    if not verdict.when:
        _propose(current, on)
        return current
    if current is None and _released_before(person, school_id, verdict):
        return None
    if current is not None and _holds(current, edition, verdict):
        return current
    return _list(person, unit, edition, verdict, current, now)


def _holds(current: KeyPerson, edition: Edition, verdict: Verdict) -> bool:
    """Whether somebody stays as they are: decided by hand and nothing graver is told, or told the same again."""
    if current.rule == "listed":
        return edition.rank(current.category, current.rule) <= edition.rank(verdict.category, verdict.when)
    before = (current.category, current.rule, current.since, current.until, current.edition)
    return before == (verdict.category, verdict.when, verdict.since, verdict.until, edition.code)


@transaction.atomic
def list_by_hand(
    *, by: User, person: Person, unit: Unit, category: str, since: date, reason: str, now: datetime
) -> KeyPerson:  # fmt: skip
    """Into a class for a reason in words, from wherever the person was. Raises `Refused` for a class that is not
    followed, a day that has not come, and for who does not belong to the school."""
    on = now.astimezone(ZONE).date()
    edition = queries.edition(unit, on)
    if edition is None:
        raise refuse("health.key_no_edition")
    if category not in {one.code for one in edition.followed}:
        raise refuse("health.key_class_unknown", "category")
    if since > on:
        raise refuse("health.key_day_ahead", "since")
    seat = _turn(person.pk, unit.school_id or unit.pk, on)
    if seat is None:
        raise refuse("health.key_elsewhere")
    current = queries.current(person.pk, unit.school_id or unit.pk)
    verdict = key_persons.by_hand(edition, category, since)
    return _list(person.pk, seat, edition, verdict, current, now, by=by, words=reason)


@transaction.atomic
def assign(*, by: User, row: KeyPerson, responsible: User, now: datetime) -> None:
    """Who looks after the person from now on; they are told. Raises `Refused` for somebody who may not."""
    row = _open(row)
    if responsible.pk not in {one.pk for one in queries.may_follow(row.unit, now.astimezone(ZONE).date())}:
        raise refuse("health.key_responsible", "responsible")
    if row.responsible_id == responsible.pk:
        return
    row.responsible = responsible
    row.save(update_fields=["responsible"])
    singles.hand_over(key=following.owed(row.pk), user=responsible, now=now)
    events.record("key_person.assigned", by=by, unit=row.unit, subject=row, detail={"to": responsible.pk}, now=now)
    _tell(row, by, now)


@transaction.atomic
def write_plan(*, by: User, row: KeyPerson, plan: str, now: datetime) -> None:
    """What holds for this person (一人一策)."""
    row = _open(row)
    row.plan = plan or None
    row.save(update_fields=["plan"])
    events.record("key_person.planned", by=by, unit=row.unit, subject=row, now=now)


@transaction.atomic
def release(*, by: User, row: KeyPerson, ending: str, note: str, now: datetime) -> None:
    """Somebody is no longer followed: a person says so, whatever the rule proposes. Before its day a reason is asked
    for."""
    row = _open(row)
    if ending not in (Ending.RELEASED, Ending.MISTAKE):
        raise refuse("health.key_ending", "ending")
    due = following.release_due(row.until, now.astimezone(ZONE).date())
    if not note and (ending == Ending.MISTAKE or not due):
        raise refuse("health.key_release_early", "note")
    _end(row, ending, now, by=by, note=note)
    events.record("key_person.released", by=by, unit=row.unit, subject=row, detail={"ending": ending}, now=now)


def tidy(*, now: datetime) -> int:
    """Every night: who left the school is no longer followed by it, who changed class goes on there. How many."""
    changed = 0
    keys = list(KeyPerson.objects.filter(ended_on__isnull=True).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _MOST):
        changed += _tidy(keys[start : start + _MOST], now)
    return changed


@transaction.atomic
def _tidy(keys: list[UUID], now: datetime) -> int:
    on = now.astimezone(ZONE).date()
    rows = list(KeyPerson.objects.select_for_update().filter(pk__in=keys, ended_on__isnull=True).order_by("pk"))
    places = seats.on_days([(row.person_id, on) for row in rows])
    units = seats.by_key({seat.unit_id for found in places.values() for seat in found})
    changed = 0
    for row in rows:
        here = [seat for seat in places.get((row.person_id, on), ()) if seat.school_id == row.school_id]
        if here and row.unit_id in {seat.unit_id for seat in here}:
            continue
        changed += 1
        if here:
            _follow_on(row, units[here[-1].unit_id], now)
        else:
            _end(row, Ending.LEFT, now)
    return changed


def _turn(person: UUID, school_id: int, on: date) -> Unit | None:
    """Two answers of one person are looked at one after the other. The unit the person belongs to; None: not there."""
    queries.turn(person)
    seat = seats.of_people([person], on, school_id).get(person)
    return seats.unit_of(seat) if seat else None


def _open(row: KeyPerson) -> KeyPerson:
    locked = KeyPerson.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=row.pk)
    if locked.ended_on is not None:
        raise refuse("health.key_person_over")
    return locked


def _propose(current: KeyPerson | None, on: date) -> None:
    """By the newest answer nothing holds any more. Who was listed by hand stays as they are."""
    if current is None or current.rule == "listed" or following.release_due(current.until, on):
        return
    current.until = max(current.since, on) - following.DAY
    current.save(update_fields=["until"])


def _released_before(person: UUID, school_id: int, verdict: Verdict) -> bool:
    return KeyPerson.objects.filter(
        person=person, school_id=school_id, rule=verdict.when, since=verdict.counts_from,
        ending__in=[Ending.RELEASED, Ending.MISTAKE],
    ).exists()  # fmt: skip


def _list(
    person: UUID, unit: Unit, edition: Edition, verdict: Verdict, before: KeyPerson | None, now: datetime, *,
    by: User | None = None, words: str = "",
) -> KeyPerson:  # fmt: skip
    local = now.astimezone(ZONE)
    if before is not None:
        _end(before, Ending.MOVED, now, by=by)
    reasons: list[Mapping[str, Any]] = [
        {"when": one.when, "area": one.area, "on": one.on.isoformat()} for one in verdict.reasons
    ]
    kept = before is not None and before.responsible_id is not None
    row = KeyPerson.objects.create(
        person_id=person, school_id=unit.school_id or unit.pk, unit=unit, after=before, edition=edition.code,
        category=verdict.category, rule=verdict.when, since=verdict.counts_from, until=verdict.until,
        reasons={"found": reasons, "words": words}, plan=before.plan if before else None,
        responsible=before.responsible if before and kept else queries.usual_responsible(unit, local.date()),
        due_at=following.first_due(edition.asking(verdict.category, verdict.when).times, local),
        from_on=local.date(), by_id=by.pk if by else None, by_name=by.name if by else "", at=now,
    )  # fmt: skip
    events.record("key_person.listed", by=by, unit=unit, subject=row, now=now)
    _owe(row, by, now)
    if not kept:
        _tell(row, by, now)
    return row


def _follow_on(row: KeyPerson, unit: Unit, now: datetime) -> None:
    """The same class in another unit: its counts move that day, and not before."""
    _end(row, Ending.MOVED, now)
    made = KeyPerson.objects.create(
        person_id=row.person_id, school_id=row.school_id, unit=unit, after=row, edition=row.edition,
        category=row.category, rule=row.rule, since=row.since, until=row.until, reasons=row.reasons, plan=row.plan,
        responsible=queries.usual_responsible(unit, now.astimezone(ZONE).date()), due_at=row.due_at,
        from_on=now.astimezone(ZONE).date(), by_id=row.by_id, by_name=row.by_name, at=now,
    )  # fmt: skip
    _owe(made, None, now)


def _owe(row: KeyPerson, by: User | None, now: datetime) -> None:
    """Whoever looks after the person owes asking them, until it is over."""
    singles.owe(
        kind=following.OBLIGATION, key=following.owed(row.pk), unit=row.unit, due_at=row.due_at, by=by, now=now,
        user=row.responsible, label=row.unit.label, url=reverse("health:key_person", args=[row.pk]),
    )  # fmt: skip


def _end(row: KeyPerson, ending: str, now: datetime, *, by: User | None = None, note: str = "") -> None:
    row.ended_on, row.ended_at, row.ending, row.due_at = now.astimezone(ZONE).date(), now, ending, None
    row.ended_by_id, row.ended_by_name = (by.pk, by.name) if by else (None, "")
    row.ending_note = note or None
    row.save(
        update_fields=["ended_on", "ended_at", "ending", "due_at", "ended_by_id", "ended_by_name", "ending_note"]
    )  # fmt: skip
    singles.fulfil(key=following.owed(row.pk), by=by, now=now)


def _tell(row: KeyPerson, by: User | None, now: datetime) -> None:
    """Once a day for each class, however many were listed. Says of which class, and nothing of anybody."""
    if row.responsible_id is None or (by is not None and by.pk == row.responsible_id):
        return
    on = now.astimezone(ZONE).date()
    notices.post(
        by=None, unit=row.unit, to=[row.responsible_id], key=f"key people {on} {row.unit_id} {row.responsible_id}",
        kind="key_person.given", params={"unit": row.unit.label}, url=reverse("health:key_people"), now=now,
    )  # fmt: skip
