"""Shifts: planned by a pattern, taken from a spreadsheet, given to somebody else, taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from lianfang.core import clock, events
from lianfang.core.problems import Refused, refuse
from lianfang.duty.actions.posts import locked
from lianfang.duty.models import Pattern, Post, Shift
from lianfang.duty.queries import plan, roster, sheet
from lianfang.duty.queries.sheet import Compared, Entry
from lianfang.duty.rules.pattern import MOST_DAYS
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def draw_up(
    *, by: User, post: Post, hours: Sequence[tuple[str, str]], weekdays: str, days_each: int,
    groups: Sequence[Sequence[int]], leaders: Sequence[int], from_on: date, now: datetime,
) -> Pattern:  # fmt: skip
    """How the post is to be kept from ``from_on`` on (`models.Pattern`). Nothing stands on the roster before it is
    published."""
    post = locked(post)
    made = Pattern.objects.create(
        post=post, hours=[list(each) for each in hours], weekdays=weekdays, days_each=days_each,
        groups=[list(group) for group in groups], leaders=list(leaders), from_on=from_on, by=by, at=now,
    )  # fmt: skip
    events.record("duty_pattern.drawn_up", by=by, unit=post.unit, subject=made, detail={"post": post.pk}, now=now)
    return made


@transaction.atomic
def publish(*, by: User, pattern: Pattern, since: date, until: date, now: datetime) -> int:
    """Put on the roster what the pattern says of these days and is not there yet; how many shifts. What stands already
    stays, so that publishing again, or after swaps, changes nothing. Raises `Refused` where nothing is new."""
    checked_dates(pattern, since, until)
    post = locked(pattern.post)
    lines = plan.preview(pattern, since, until, now).new
    if not lines:
        raise refuse("duty.nothing_new")
    rows = [
        Shift(
            post=post, user=line.user, leader=line.leader, from_at=line.planned.start, to_at=line.planned.end, by=by,
            at=now,
        )
        for line in lines
    ]  # fmt: skip
    Shift.objects.bulk_create(rows)
    detail = {"post": post.pk, "shifts": len(rows), "from": str(since), "to": str(until)}
    events.record("duty.published", by=by, unit=post.unit, subject=post, detail=detail, now=now)
    _tell(by, post.unit, rows, now)
    return len(rows)


def checked_dates(pattern: Pattern, since: date, until: date) -> None:
    """Raises `Refused` for days the pattern says nothing of."""
    if not since <= until or (until - since).days >= MOST_DAYS:
        raise refuse("duty.dates_wrong", "until")
    if since < pattern.from_on:
        raise refuse("duty.before_pattern", "since", day=pattern.from_on)


@transaction.atomic
def take_over(*, by: User, unit: Unit, entries: Sequence[Entry], now: datetime) -> Compared:
    """Put the lines of a spreadsheet on the roster: all or none. Done twice, the second time changes nothing. Raises
    `Refused` with the lines that no longer fit."""
    for post in sorted({entry.post.pk: entry.post for entry in entries}.values(), key=lambda post: post.pk):
        locked(post)
    found = sheet.compare(entries, now)
    if found.wrong:
        raise Refused(*(each.problem for each in found.wrong))
    for old, _entry in found.changed:
        _withdraw(old, by, now)
    fresh = [*found.new, *(entry for _old, entry in found.changed)]
    rows = [
        Shift(post=one.post, user=one.user, leader=one.leader, from_at=one.start, to_at=one.end, by=by, at=now)
        for one in fresh
    ]
    Shift.objects.bulk_create(rows)
    if rows:
        detail = {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
        events.record("duty.imported", by=by, unit=unit, subject=unit, detail=detail, now=now)
        _tell(by, unit, rows, now)
    return found


@transaction.atomic
def assign(*, by: User, shift: Shift, user: User | None, leader: User | None, now: datetime) -> Shift:
    """Somebody else keeps it, or nobody yet. Raises `Refused` for a shift that has begun (an open one may still be
    filled), and for whoever is on leave or has gone."""
    row = _standing(shift)
    if row.to_at <= now or (row.from_at <= now and row.user_id is not None and not _away(row, now)):
        raise refuse("duty.begun")
    if user is not None:
        able(user, row, now)
    made = replaced(row, user, leader, by, now)
    detail = {"was": row.user_id, "user": made.user_id, "leader": made.leader_id}
    events.record("duty.assigned", by=by, unit=made.post.unit, subject=made, detail=detail, now=now)
    _tell(by, made.post.unit, [made], now)
    return made


@transaction.atomic
def take_back(*, by: User, shift: Shift, now: datetime) -> None:
    """It is not kept after all. Raises `Refused` once it has begun."""
    row = _standing(shift)
    if row.from_at <= now:
        raise refuse("duty.begun")
    _withdraw(row, by, now)
    events.record("duty.taken_back", by=by, unit=row.post.unit, subject=row, detail={"user": row.user_id}, now=now)


def able(user: User, shift: Shift, now: datetime) -> None:
    """Raises `Refused` for somebody who cannot keep the shift."""
    day = clock.day_of(shift.from_at)
    if user.pk in roster.unfit([user.pk], shift.post.unit, day):
        known = roster.staff(shift.post.unit, day).filter(pk=user.pk).exists()
        raise refuse("duty.on_leave" if known else "duty.not_here", "user", name=user.name)


def replaced(row: Shift, user: User | None, leader: User | None, by: User, now: datetime) -> Shift:
    """The same hours with other people, as a new row. The post is held by whoever calls."""
    _withdraw(row, by, now)
    return Shift.objects.create(
        post=row.post, user=user, leader=leader, from_at=row.from_at, to_at=row.to_at, by=by, at=now
    )


def _standing(shift: Shift) -> Shift:
    """The shift with its post held. Raises `Refused` when it was changed meanwhile."""
    locked(shift.post)
    row = Shift.objects.standing().select_related("post__unit", "user").filter(pk=shift.pk).first()
    if row is None:
        raise refuse("duty.changed")
    return row


def _away(row: Shift, now: datetime) -> bool:
    return row.user_id in roster.unfit([row.user_id or 0], row.post.unit, clock.day_of(now))


def _withdraw(row: Shift, by: User, now: datetime) -> None:
    row.withdrawn_at, row.withdrawn_by = now, by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _tell(by: User, unit: Unit, rows: Sequence[Shift], now: datetime) -> None:
    """One notice, however many shifts, to all who got some and did not plan it themselves."""
    users = {row.user_id for row in rows if row.user_id} - {by.pk}
    if users:
        notices.post(
            by=by, unit=unit, to=users,
            key=f"duty.planned {rows[0].pk}", kind="duty.planned", params={"unit": unit.label},
            url=reverse("duty:mine"), now=now,
        )  # fmt: skip
