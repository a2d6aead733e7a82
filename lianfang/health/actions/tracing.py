"""What people do about an absence, step by step, and to whom it climbs when nobody does anything."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from lianfang.core import clock, events, prepared
from lianfang.core.actions import months
from lianfang.core.problems import refuse
from lianfang.health.actions import settling
from lianfang.health.models import Absence, Cause, Check, Place, Stage, Step, StepKind
from lianfang.health.queries import limits
from lianfang.health.rules import sent, symptoms
from lianfang.health.rules import tracing as rules
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Absence as Missed
from lianfang.health.rules.status import Status
from lianfang.health.rules.tracing import NewStep
from lianfang.notices import actions as notices
from lianfang.people import access
from lianfang.people.models import Posting, User

_MOST = 500  # climb in one transaction
_SEES = "absence.trace"


@transaction.atomic
def take_step(*, by: User, absence: Absence, step: NewStep, now: datetime) -> Step:
    """What somebody did or learned. The day of the absence learns it too: a cause turns "reason not known" into ill or
    on leave. Raises `Refused` for days that have not come, and once the absence is over."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=absence.pk)
    if (known := Step.objects.filter(pk=step.id, absence=row).first()) is not None:
        return known
    if row.closed_at is not None:
        raise refuse("health.absence_over")
    _check(step, now)
    made = Step.objects.create(
        id=step.id, absence=row, kind=step.kind, at=now, by_id=by.pk, by_name=by.name, cause=step.cause,
        place=step.place, symptoms=None if step.symptoms is None else symptoms.packed(step.symptoms),
        onset_on=step.onset_on, seen_on=step.seen_on, hospital=step.hospital or None,
        diagnosis=step.diagnosis or None, note=step.note or None,
    )  # fmt: skip
    row.cause, row.place = step.cause or row.cause, step.place or row.place
    row.rung, row.raised_at = 0, None
    _go_on(row, step.kind, now)
    row.save()
    _tell_the_day(row, step, by, now)
    events.record("absence.traced", by=by, unit=row.unit, subject=row, detail={"kind": step.kind}, now=now)
    return made


def _check(step: NewStep, now: datetime) -> None:
    if (
        step.kind not in StepKind.values
        or step.cause not in {"", *Cause.values}
        or step.place not in {"", *Place.values}
    ):
        raise refuse("health.step_unknown")
    if step.onset_on and step.onset_on > now.date():
        raise refuse("health.onset_ahead", "onset_on")
    if step.seen_on and step.seen_on > now.date():
        raise refuse("health.seen_ahead", "seen_on")


def _go_on(row: Absence, kind: str, now: datetime) -> None:
    if kind == StepKind.RETURN:
        row.stage, row.closed_at, row.due_at, row.back_on = Stage.BACK, now, None, now.date()
    elif rules.closes(row.cause):
        row.stage, row.closed_at, row.due_at = Stage.EXPLAINED, now, None
    else:
        row.stage = Stage(rules.stage(row.stage, kind))
        if kind != StepKind.NOTE:
            row.due_at = rules.next_due(kind, row.cause, now, limits.opens(row.school_id))


def _tell_the_day(row: Absence, step: NewStep, by: User, now: datetime) -> None:
    """As one statement more about the last day missed."""
    missed = None
    if row.status == Status.UNKNOWN and step.cause:
        missed = Missed.LEAVE if rules.closes(step.cause) else Missed.ILL
    if missed is None and not step.symptoms and step.onset_on is None:
        return
    seat = Seat(row.school_id, row.unit_id)
    months.ensure({row.last_on})
    prepared.ask(settling.turn({(row.school_id, row.last_on)}))
    Check.objects.create(
        school_id=row.school_id, on=row.last_on, person_id=row.person_id, key=sent.key(step.id), at=now,
        unit_id=row.unit_id, source=int(Source.TRACING), round=0, absence=None if missed is None else int(missed),
        symptoms=None if step.symptoms is None else symptoms.packed(step.symptoms), onset_on=step.onset_on,
        by_id=by.pk,
    )  # fmt: skip
    settling.settle([(seat, row.last_on, row.person_id)], now=now)
    if missed is Missed.ILL:
        Absence.objects.filter(pk=row.pk).update(status=int(Status.ILL))


# ── climbing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def climb(*, now: datetime) -> int:
    """Tell the next duty of what is overdue, each rung once. How many climbed. What another worker is telling is left
    to it."""
    waits = Q(pk__in=[])
    for number, rung in enumerate(rules.catalog().ladder):
        waits |= Q(rung=number, due_at__lte=now - timedelta(minutes=rung.minutes))
    rows = list(
        Absence.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(waits, closed_at__isnull=True).select_related("unit").order_by("due_at", "pk")[:_MOST]
    )  # fmt: skip
    for number, rung in enumerate(rules.catalog().ladder):
        climbing = [row for row in rows if row.rung == number]
        if climbing:
            _tell(climbing, rung.roles, number, now)
            Absence.objects.filter(pk__in=[row.pk for row in climbing]).update(rung=number + 1, raised_at=now)
    return len(rows)


def _tell(rows: list[Absence], roles: Iterable[str], number: int, now: datetime) -> None:
    """One notice for all who answer for the same absences."""
    above = {row.pk: row.unit.ancestor_ids for row in rows}
    held = access.holders({unit for units in above.values() for unit in units}, roles, clock.day_of(now))
    of_user: dict[tuple[int, bool], set[UUID]] = defaultdict(set)
    for row in rows:
        for post in held:
            if post.unit_id in above[row.pk] and _within(post, row):
                of_user[post.user_id, _SEES in access.ROLES[post.role].verbs].add(row.pk)
    together: dict[tuple[frozenset[UUID], bool], list[int]] = defaultdict(list)
    for (user, sees), absences in of_user.items():
        together[frozenset(absences), sees].append(user)
    known = {row.pk: row for row in rows}
    for (shared, sees), users in together.items():
        told = [known[one] for one in sorted(shared)]
        unit = told[0].unit if len({row.unit_id for row in told}) == 1 else (told[0].unit.school or told[0].unit)
        kind = "absence.due" if sees else "absence.raised"
        notices.post(
            by=None, unit=unit, to=users, key=_key(told, number, sees), kind=kind,
            params={"unit": unit.label, "count": len(told)}, url=reverse("health:absences") if sees else "", now=now,
        )  # fmt: skip


def _within(post: Posting, row: Absence) -> bool:
    """A duty of the school or inside it; an authority above has no names to look after."""
    return post.unit.school_id == row.school_id or post.unit_id == row.school_id


def _key(rows: list[Absence], number: int, sees: bool) -> str:
    said = " ".join(f"{row.pk} {row.due_at}" for row in rows)
    return f"absence {number} {sees:d} {hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"
