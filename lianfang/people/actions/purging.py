"""Purge runs: prepared as a frozen list, agreed by two, carried out in steps that can be taken up again, certified."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from lianfang.core import clock, datamap, events
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions import erasing, requests
from lianfang.people.actions.intake.turns import turns_of
from lianfang.people.models import Person, PurgeCount, PurgeRun, Request, User
from lianfang.people.queries import purging as queries
from lianfang.people.rules import retention as rules
from lianfang.policies import queries as policies
from lianfang.policies.models import Response

CHUNK = 200
# Between the first agreement and the use of the last.
HOURS = 14 * 24


@transaction.atomic
def prepare(
    *, by: events.Actor | None, unit: Unit, why: str, person: Person | None = None, response: Response | None = None,
    now: datetime,
) -> PurgeRun:  # fmt: skip
    """List whose data are to be destroyed at the unit. The list is frozen: what two people agree to is what goes, less
    whoever is held back or has come back by then. ``by=None``: the daily run or the end of a response prepared it; of
    more people than one run may take it lists the first, and the next run the others.

    Raises `Refused` when there is nothing to destroy, or more people than one run may take.
    """
    if by is not None:
        User.objects.select_for_update().get(pk=by.pk)  # a double click: the second one sees the first
    found = list(_listed(unit, person, response, now)[: rules.MOST_PEOPLE + 1])
    if len(found) > rules.MOST_PEOPLE and by is not None:
        raise refuse("people.purge_too_large", "unit", most=rules.MOST_PEOPLE)
    found = found[: rules.MOST_PEOPLE]
    held = queries.held_among(found, clock.day_of(now))
    going = [one for one in found if one not in held]
    if not going and response is None:
        raise refuse("people.purge_held" if held else "people.purge_nothing")
    tally = {"people": [str(one) for one in going], "tables": queries.tally(going), "held": len(held)}
    same = PurgeRun.objects.filter(unit=unit, why=why, response=response, request=None, begun_at=None, tally=tally)
    if (waits := same.first()) is not None:
        return waits
    run = PurgeRun.objects.create(
        unit=unit, why=why, response=response, person_id=person.pk if person else None,
        by_id=by.pk if by else 0, by_name=by.name if by else "", at=now,
        tally=tally,
    )  # fmt: skip
    detail = {"why": why, "people": len(going), "held": len(held)}
    events.record("purge.prepared", by=by, unit=unit, subject=run, detail=detail, now=now)
    return run


def _listed(unit: Unit, person: Person | None, response: Response | None, now: datetime) -> QuerySet[Person, UUID]:
    if person is not None:
        rows = Person.objects.filter(pk=person.pk, purged_at__isnull=True)
    elif response is not None:
        rows = queries.only_residents(response)
    else:
        rows = queries.who_left(unit, rules.over_before(clock.day_of(now), datamap.days("left_school")))
    return rows.values_list("pk", flat=True)


@transaction.atomic
def ask(*, by: User, run: PurgeRun, reason: str, now: datetime) -> Request:
    """Ask two others to agree to the list. Raises `Refused` for a run that is under way or done."""
    run = PurgeRun.objects.select_for_update(of=("self",)).select_related("unit", "request").get(pk=run.pk)
    if queries.state(run, now) != "prepared":
        raise refuse("people.purge_under_way")
    asked = requests.ask(
        by=by, kind="purge", unit=run.unit, reason=reason, subject_kind="purge", subject_id=str(run.pk),
        detail={"why": run.why, "people": len(run.tally["people"])}, needed=rules.APPROVERS, hours=HOURS, now=now,
    )  # fmt: skip
    run.request = asked
    run.save(update_fields=["request"])
    return asked


@transaction.atomic
def begin(*, by: User, run: PurgeRun, now: datetime) -> PurgeRun:
    """Use the agreement: from here on it cannot be undone. Every room that listens to ``purge.approved`` destroys its
    part in a job. Raises `Refused` unless two others agreed, in time, to what this person asked."""
    run = PurgeRun.objects.select_for_update(of=("self",)).select_related("unit", "request").get(pk=run.pk)
    if run.begun_at is not None:
        return run
    if run.request is None:
        raise refuse("people.request_not_agreed")
    requests.use(by=by, request=run.request, now=now)
    run.begun_at = now
    run.save(update_fields=["begun_at"])
    detail = {"why": run.why, "people": len(run.tally["people"]), "request": str(run.request.pk)}
    events.record("purge.approved", by=by, unit=run.unit, subject=run, detail=detail, now=now)
    return run


def carry_out(event: Event) -> None:
    """Handler of ``purge.approved``: this room's part. Killed half-way and begun again it goes on with who is left."""
    run = PurgeRun.objects.select_related("unit", "response").get(pk=event.subject_id)
    if run.begun_at is None or run.done_at is not None:
        return
    listed = queries.people_of(run)
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        with turns_of(queries.schools_of(some)):
            _people(run, some, now=clock.now())
    _finish(run, now=clock.now())


@transaction.atomic
def _people(run: PurgeRun, some: Sequence[UUID], *, now: datetime) -> None:
    waiting = Person.objects.select_for_update().filter(pk__in=some, purged_at__isnull=True).order_by("pk")
    found = list(waiting.values_list("pk", flat=True))
    if not found:
        return
    stand_for = queries.kept_of(found)  # merged since: what was theirs stands in another row, and so does the answer
    kept = sorted(set(stand_for.values()))
    held = queries.held_among(kept, clock.day_of(now))
    back = queries.returned_among(kept, run)
    going = [one for one in found if rules.may_go(stand_for[one], held, back)]
    counts = erasing.people(sorted({stand_for[one] for one in going}), now=now)
    _count(run, counts, now)
    events.record(
        "purge.carried_out", by=None, unit=run.unit, subject=run,
        detail={"people": len(going), "left_out": len(found) - len(going)}, now=now,
    )  # fmt: skip


@transaction.atomic
def _finish(run: PurgeRun, *, now: datetime) -> None:
    run = PurgeRun.objects.select_for_update(of=("self",)).select_related("unit", "response").get(pk=run.pk)
    if run.done_at is not None:
        return
    if run.response is not None and run.response.to_on is not None:
        _count(run, erasing.gathered(queries.covered(run.response)), now)
    _count(run, erasing.searches(), now)
    listed = queries.people_of(run)
    left = Person.objects.filter(pk__in=listed, purged_at__isnull=True).count()
    run.done_at = now
    run.certificate = {"people": len(listed) - left, "left_out": left}
    run.save(update_fields=["done_at", "certificate"])
    events.record("purge.done", by=None, unit=run.unit, subject=run, detail=run.certificate, now=now)
    if run.response is not None and len(listed) + run.tally["held"] >= rules.MOST_PEOPLE:
        prepare(by=None, unit=run.unit, why="response", response=run.response, now=now)


def counted(run: PurgeRun, table: str, *, destroyed: int = 0, anonymised: int = 0, now: datetime) -> None:
    """A line of the certificate, added to what the table lost already. Rooms call it in the transaction that destroys,
    so that a step taken twice is counted once."""
    line, made = PurgeCount.objects.get_or_create(
        run=run, table=table, defaults={"destroyed": destroyed, "anonymised": anonymised, "at": now}
    )
    if not made:
        PurgeCount.objects.filter(pk=line.pk).update(
            destroyed=F("destroyed") + destroyed, anonymised=F("anonymised") + anonymised, at=now
        )


def prepare_after_response(event: Event) -> None:
    """Handler of ``response.ended``: what was gathered for it is listed, for somebody to ask for agreement."""
    response = policies.response(event.subject_id)
    if not PurgeRun.objects.filter(response=response).exists():
        prepare(by=None, unit=response.unit, why="response", response=response, now=clock.now())


def prepare_leavers(*, now: datetime) -> int:
    """A run for each school where people's time is up and none waits. How many were prepared."""
    made, before = 0, rules.over_before(clock.day_of(now), datamap.days("left_school"))
    for unit in queries.schools_with_leavers(before):
        found = list(queries.who_left(unit, before).values_list("pk", flat=True)[: rules.MOST_PEOPLE])
        if set(found) - queries.held_among(found, clock.day_of(now)):
            prepare(by=None, unit=unit, why="retention", now=now)
            made += 1
    return made


def _count(run: PurgeRun, counts: erasing.Counts, now: datetime) -> None:
    for table in sorted({*counts.destroyed, *counts.anonymised}):
        destroyed, anonymised = counts.destroyed[table], counts.anonymised[table]
        if destroyed or anonymised:
            counted(run, table, destroyed=destroyed, anonymised=anonymised, now=now)
