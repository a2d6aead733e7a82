"""Postings: who is given which duty where, who confirms it, and when it ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.actions import devices
from lianfang.people.models import Grant, Leave, Posting, User

_BATCH = 2_000


@dataclass(frozen=True)
class NewPosting:
    """One posting of many."""

    user: User
    unit: Unit
    role: str
    title: str = ""
    deputy: bool = False


@transaction.atomic
def appoint(
    *, by: User | None, user: User, unit: Unit, role: str, title: str, deputy: bool, from_on: date,
    to_on: date | None = None, now: datetime,
) -> Posting:  # fmt: skip
    """Give a person a duty at a unit from that day on. One that opens personal data waits for the security
    administrator (`confirm`), unless the operator gives it.

    Raises `Refused` when units of that kind do not have the duty, the unit is closed, the person holds it already, or
    is another of the three administrators.
    """
    _check(by=by, unit=unit, role=role, from_on=from_on, to_on=to_on)
    _apart(user, role, from_on)
    later = Q(to_on__isnull=True) | Q(to_on__gte=from_on, confirmed_at__isnull=False)
    if Posting.objects.filter(later, user=user, unit=unit, role=role).exists():
        raise refuse("people.already_appointed", "user", name=user.name, unit=unit.name)
    waits = _waits(by, role)
    post = Posting.objects.create(
        user=user, unit=unit, role=role, title=title.strip(), deputy=deputy, from_on=from_on, to_on=to_on,
        confirmed_at=None if waits else now, confirmed_by=None if waits else by,
    )  # fmt: skip
    vars(user).pop("_postings", None)  # rights are kept on the user object for a request (people.access)
    told = {"user": user.pk, "role": role, "waits": waits}
    events.record("posting.appointed", by=by, unit=unit, subject=post, detail=told, now=now)
    return post


@transaction.atomic
def appoint_all(*, by: User | None, rows: Sequence[NewPosting], from_on: date, now: datetime) -> list[Posting]:
    """Many postings at once, told by one event. The rows are the program's own; a role that does not fit is a bug.
    Those that open personal data wait as single ones do."""
    for row in rows:
        if not rules.may_hold(row.role, row.unit.kind):
            raise ValueError(f"{row.role} cannot be held at a {row.unit.kind}")
        if row.role in rules.APART and by is not None:
            raise ValueError(f"{row.role} is given to one person at a time")
    posts = [
        Posting(
            user=row.user, unit=row.unit, role=row.role, title=row.title, deputy=row.deputy, from_on=from_on,
            confirmed_at=None if _waits(by, row.role) else now, confirmed_by=None if _waits(by, row.role) else by,
        )
        for row in rows
    ]  # fmt: skip
    Posting.objects.bulk_create(posts, batch_size=_BATCH)
    events.record("posting.many_appointed", by=by, unit=None, detail={"postings": len(posts)}, now=now)
    return posts


@transaction.atomic
def confirm(*, by: User, postings: Iterable[Posting], now: datetime) -> int:
    """The security administrator lets these postings hold; how many did wait. All or none.

    Raises `Refused` for a posting of one's own, or one outside the units one watches.
    """
    waiting = _locked(by, postings, now)
    for post in waiting:
        told = {"user": post.user_id, "role": post.role}
        events.record("posting.confirmed", by=by, unit=post.unit, subject=post, detail=told, now=now)
    Posting.objects.filter(pk__in=[post.pk for post in waiting]).update(confirmed_at=now, confirmed_by=by)
    return len(waiting)


@transaction.atomic
def reject(*, by: User, posting: Posting, reason: str, now: datetime) -> Posting:
    """The posting never comes to hold. The reason is told to whoever gave it."""
    reason = reason.strip()
    if not reason:
        raise refuse("people.rejection_reason_missing", "reason")
    waiting = _locked(by, [posting], now)
    if not waiting:
        raise refuse("people.not_waiting")
    posting = waiting[0]
    yesterday = now.date() - timedelta(days=1)  # one that held before and rested ends, one that never held never does
    posting.to_on, posting.confirmed_by = max(posting.from_on, yesterday), by
    posting.save(update_fields=["to_on", "confirmed_by"])
    told = {"user": posting.user_id, "role": posting.role}
    events.record(
        "posting.rejected", by=by, unit=posting.unit, subject=posting, detail=told, reason=reason, now=now
    )  # fmt: skip
    return posting


@transaction.atomic
def rest(*, by: User, user: User, now: datetime) -> int:
    """Somebody else has set the person's password: duties that open personal data hold again only once they are
    confirmed once more. What the person holds beside them (grants, standing in for colleagues) ends. How many rest."""
    guarded = [name for name, role in access.ROLES.items() if role.guarded]
    held = Posting.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=now.date()), user=user, role__in=guarded)
    resting = list(
        held.filter(confirmed_at__isnull=False).select_for_update(of=("self",)).select_related("unit").order_by("pk")
    )
    for post in resting:
        told = {"user": user.pk, "role": post.role}
        events.record("posting.rested", by=by, unit=post.unit, subject=post, detail=told, now=now)
    held.filter(pk__in=[post.pk for post in resting]).update(confirmed_at=None, confirmed_by=None)
    Grant.objects.filter(user=user, until__gt=now, ended_at__isnull=True).update(ended_at=now)
    Leave.objects.filter(stand_in=user, to_on__gte=now.date()).update(stand_in=None)
    for kept in ("_postings", "_grants"):
        vars(user).pop(kept, None)
    return len(resting)


@transaction.atomic
def dismiss(*, by: User | None, posting: Posting, to_on: date, now: datetime) -> Posting:
    """The duty ends with that day, which is its last. With yesterday it ends at once, also when it began today: then
    its confirmation is taken away, for it may not hold on any day; the events tell that it did."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=posting.pk)
    if posting.to_on is not None and posting.to_on <= to_on:
        raise refuse("people.already_dismissed")
    at_once = to_on == now.date() - timedelta(days=1) and posting.from_on >= now.date()
    if to_on < posting.from_on and not at_once:
        raise refuse("people.ends_before_start", "to_on", from_on=date_format(posting.from_on, "DATE_FORMAT"))
    posting.to_on = max(to_on, posting.from_on)
    if at_once or posting.confirmed_at is None:
        posting.confirmed_at, posting.confirmed_by = None, by
    posting.save(update_fields=["to_on", "confirmed_at", "confirmed_by"])
    if to_on < now.date():
        devices.end(user=posting.user)  # rights end with the next request in any case
    detail = {"user": posting.user_id, "role": posting.role, "to_on": to_on.isoformat()}
    events.record("posting.dismissed", by=by, unit=posting.unit, subject=posting, detail=detail, now=now)
    return posting


@transaction.atomic
def contacts_exported(*, by: User, unit: Unit, lines: int, now: datetime) -> None:
    """Somebody took the contact net of a school away as a file."""
    events.record("posting.contacts_exported", by=by, unit=unit, subject=unit, detail={"lines": lines}, now=now)


def _check(*, by: User | None, unit: Unit, role: str, from_on: date, to_on: date | None) -> None:
    if role not in access.ROLES:
        raise refuse("people.role_unknown", "role", role=role)
    if by is not None and role in rules.WATCHERS and not _from_above(by, role, unit):
        raise refuse("people.auditor_apart", "role")
    if not rules.may_hold(role, unit.kind):
        label = access.ROLES[role].label
        raise refuse("people.role_not_here", "role", kind=unit.get_kind_display(), role=label)
    if unit.valid_to is not None and unit.valid_to < from_on:
        raise refuse("people.unit_closed", "unit", unit=unit.name)
    if to_on is not None and to_on < from_on:
        raise refuse("people.ends_before_start", "to_on", from_on=date_format(from_on, "DATE_FORMAT"))


def _from_above(by: User, role: str, unit: Unit) -> bool:
    """A security administrator of a unit above may appoint the one of this unit."""
    held_here = {post.unit_id for post in access.postings(by)}
    return role == "security_admin" and unit.pk not in held_here and access.can(by, "posting.confirm", unit)


def _waits(by: User | None, role: str) -> bool:
    return by is not None and access.ROLES[role].guarded and role not in rules.WATCHERS


def _apart(user: User, role: str, from_on: date) -> None:
    """Two appointments at once: the second one sees the first. Accounts of one person of the roster are one person."""
    human = Q(pk=user.pk) | (Q(person_id=user.person_id) if user.person_id else Q())
    accounts = list(User.objects.select_for_update().filter(human).order_by("pk"))
    held = Posting.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on), user__in=accounts)
    if rules.kept_apart(role, held.values_list("role", flat=True)):
        raise refuse("people.administrators_apart", "role", name=user.name)


def _locked(by: User, postings: Iterable[Posting], now: datetime) -> list[Posting]:
    """Those that still wait, locked; nobody decides about their own, or outside the units they watch."""
    chosen = Posting.objects.waiting(now.date()).filter(pk__in=[post.pk for post in postings])
    waiting = list(chosen.select_for_update(of=("self",)).select_related("unit").order_by("pk"))
    if any(post.user_id == by.pk for post in waiting):
        raise refuse("people.own_posting")
    if not all(access.can(by, "posting.confirm", post.unit) for post in waiting):
        raise refuse("people.posting_not_yours")
    return waiting
