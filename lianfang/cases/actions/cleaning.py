"""Disinfection as tasks: planned after a case and when a bed is left, done, looked at."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.models import Case, Cleaning, Stay
from lianfang.cases.models.cleaning import How
from lianfang.cases.queries import cleaning as queries
from lianfang.cases.rules import cleaning as rules
from lianfang.core import clock, events
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people.models import User


def plan_for_opened(event: Event) -> None:
    """Handler of ``case.opened``."""
    case = Case.objects.filter(pk=event.subject_id).select_related("school", "unit").first()
    if case is not None and case.closed_at is None:
        plan(by=None, case=case, now=clock.now())


@transaction.atomic
def plan(*, by: User | None, case: Case, now: datetime) -> list[Cleaning]:
    """A task for each place that the sick person was in, as far as the disease is left behind in rooms. Doing it again
    changes nothing, and two who fell ill in one class are one task while it waits: their room is disinfected once."""
    spreads = queries.spreads(case.disease)
    places = [(what, place[:80]) for what, place in queries.places_of(case) if rules.wanted(what, spreads)]
    return [
        queries.covering(case, what, place)
        or _open(case.school, what, place, by=by, case=case, key=f"case {case.pk} {what} {place}"[:120], now=now)
        for what, place in places
    ]


@transaction.atomic
def add(*, by: User, school: Unit, what: str, place: str, due_at: datetime, key: UUID, now: datetime) -> Cleaning:
    """A task by hand. Raises `Refused` for a moment that has passed."""
    if due_at < now:
        raise refuse("cases.cleaning_due_past", "due_at")
    return _open(school, what, place, by=by, key=f"hand {key}", now=now, due_at=due_at)


@transaction.atomic
def after_stay(*, by: User, stay: Stay, now: datetime) -> Cleaning:
    """Somebody has left a bed: nobody is put there before it was disinfected."""
    place = f"{stay.bed.place.name} {stay.bed}"[:80] if stay.bed else ""
    return _open(stay.school, "isolation_bed", place, by=by, case=stay.case, stay=stay, key=f"bed {stay.pk}", now=now)


@transaction.atomic
def done(
    *, by: User, task: Cleaning, began_at: datetime | None, done_at: datetime, who: str, agent: str,
    strength: int | None, how: str, minutes: int | None, objects_done: str = "", now: datetime,
) -> Cleaning:  # fmt: skip
    """It was done, by whom, with what. Written once. Raises `Refused` for moments that cannot be, and where somebody
    has noted it already."""
    row = _locked(task)
    if row.done_at is not None or row.dropped_at is not None:
        raise refuse("cases.cleaning_over")
    code, cell = rules.done_flaw(began_at, done_at, row.at, now)
    if code:
        raise refuse(code, cell)
    if how not in How.values:
        raise refuse("cases.cleaning_how", "how")
    row.began_at, row.done_at, row.noted_at, row.noted_by = began_at, done_at, now, by
    row.who, row.agent, row.strength, row.how, row.minutes = who, agent, strength, how, minutes
    row.objects_done = objects_done
    row.save()
    singles.fulfil(key=rules.owed(row.pk), by=by, now=now)
    events.record("cleaning.done", by=by, unit=row.school, subject=row, now=now)
    return row


@transaction.atomic
def check(*, by: User, task: Cleaning, well: bool, now: datetime) -> Cleaning:
    """A second person looks at it; where it was not well done, the same is owed again. Raises `Refused` for one's own
    work and what is not done or was looked at."""
    row = _locked(task)
    if row.done_at is None or row.checked_at is not None:
        raise refuse("cases.cleaning_uncheckable")
    if row.noted_by_id == by.pk:
        raise refuse("cases.cleaning_own")
    row.checked_at, row.checked_by, row.well = now, by, well
    row.save(update_fields=["checked_at", "checked_by", "well"])
    events.record("cleaning.checked", by=by, unit=row.school, subject=row, now=now)
    if not well:
        _open(row.school, row.what, row.place, by=by, case=row.case, again=row, key=f"again {row.pk}", now=now)
    return row


def _open(
    school: Unit, what: str, place: str, *, by: User | None, key: str, now: datetime, due_at: datetime | None = None,
    case: Case | None = None, stay: Stay | None = None, again: Cleaning | None = None,
) -> Cleaning:  # fmt: skip
    found = Cleaning.objects.filter(key=key).first()
    if found is not None:
        return found
    bed = again.bed if again else stay.bed if stay else None
    made = Cleaning(
        school=school, unit=queries.logistics(school, clock.day_of(now)), case=case, bed=bed, after=again, what=what,
        place=place[:80], due_at=due_at or rules.kind(what).due_at(now), at=now, by=by, key=key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same occasion at the same moment
        return Cleaning.objects.get(key=key)
    singles.owe(
        kind=rules.OBLIGATION, key=rules.owed(made.pk), unit=made.unit, due_at=made.due_at, by=by, now=now,
        label=made.place, url=reverse("cases:cleaning_one", args=[made.pk]),
    )  # fmt: skip
    events.record("cleaning.planned", by=by, unit=school, subject=made, now=now)
    return made


def _locked(task: Cleaning) -> Cleaning:
    rows = Cleaning.objects.select_for_update(of=("self",)).select_related("school", "unit", "case", "bed__place")
    return rows.get(pk=task.pk)
