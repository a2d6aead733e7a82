"""Postings: who is given which duty where, and when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.models import Posting, User

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
    *, by: User | None, user: User, unit: Unit, role: str, title: str, deputy: bool, from_on: date, now: datetime
) -> Posting:
    """Give a person a duty at a unit from that day on.

    Raises `Refused` when units of that kind do not have the duty, the unit is closed, or the person holds it already.
    """
    if role not in access.ROLES:
        raise refuse("people.role_unknown", "role", role=role)
    if by is not None and role in rules.APART:
        raise refuse("people.auditor_apart", "role")
    label = access.ROLES[role].label
    if not rules.may_hold(role, unit.kind):
        raise refuse("people.role_not_here", "role", kind=unit.get_kind_display(), role=label)
    if unit.valid_to is not None and unit.valid_to < from_on:
        raise refuse("people.unit_closed", "unit", unit=unit.name)
    User.objects.select_for_update().get(pk=user.pk)  # two appointments at once: the second one sees the first
    if Posting.objects.filter(user=user, unit=unit, role=role, to_on__isnull=True).exists():
        raise refuse("people.already_appointed", "user", name=user.name, unit=unit.name)
    waits = by is not None and access.ROLES[role].guarded
    post = Posting.objects.create(
        user=user,
        unit=unit,
        role=role,
        title=title.strip(),
        deputy=deputy,
        from_on=from_on,
        confirmed_at=None if waits else now,
        confirmed_by=None if waits else by,
    )
    vars(user).pop("_postings", None)  # rights are kept on the user object for a request (people.access)
    events.record("posting.appointed", by=by, unit=unit, subject=post, detail={"user": user.pk, "role": role}, now=now)
    return post


@transaction.atomic
def appoint_all(*, by: User | None, rows: Sequence[NewPosting], from_on: date, now: datetime) -> list[Posting]:
    """Many postings at once, told by one event. The rows are the program's own; a role that does not fit is a bug."""
    wrong = [row for row in rows if not rules.may_hold(row.role, row.unit.kind)]
    if wrong:
        raise ValueError(f"{wrong[0].role} cannot be held at a {wrong[0].unit.kind}")
    posts = [
        Posting(
            user=row.user,
            unit=row.unit,
            role=row.role,
            title=row.title,
            deputy=row.deputy,
            from_on=from_on,
            confirmed_at=now,
            confirmed_by=by,
        )
        for row in rows
    ]
    Posting.objects.bulk_create(posts, batch_size=_BATCH)
    events.record("posting.many_appointed", by=by, unit=None, detail={"postings": len(posts)}, now=now)
    return posts


@transaction.atomic
def dismiss(*, by: User | None, posting: Posting, to_on: date, now: datetime) -> Posting:
    """The duty ends with that day, which is its last."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=posting.pk)
    if posting.to_on is not None:
        raise refuse("people.already_dismissed")
    if to_on < posting.from_on:
        raise refuse("people.ends_before_start", "to_on", from_on=date_format(posting.from_on, "DATE_FORMAT"))
    posting.to_on = to_on
    posting.save(update_fields=["to_on"])
    detail = {"user": posting.user_id, "role": posting.role, "to_on": to_on.isoformat()}
    events.record("posting.dismissed", by=by, unit=posting.unit, subject=posting, detail=detail, now=now)
    return posting
