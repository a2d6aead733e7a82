"""Announcements and open letters: one person writes an edition, another publishes it."""

from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.notices.models import Announcement, Edition
from lianfang.notices.rules.paragraphs import LONGEST
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def write(
    *, by: User, unit: Unit, kind: str, title: str, addressed_to: str, body: str, signed: str, now: datetime
) -> Edition:
    """The first edition; it waits for a second person. Raises `Refused` for a unit that is no more, or a text too
    long."""
    if unit.valid_to is not None and unit.valid_to < clock.day_of(now):
        raise refuse("notices.unit_closed")
    made = Announcement.objects.create(unit=unit, kind=kind, by=by, at=now)
    return _edition(made, 1, by=by, title=title, addressed_to=addressed_to, body=body, signed=signed, now=now)


@transaction.atomic
def correct(
    *, by: User, announcement: Announcement, title: str, addressed_to: str, body: str, signed: str, changed: str,
    now: datetime,
) -> Edition:  # fmt: skip
    """Another edition; until it is published the one before stands. Raises `Refused` while one waits, and after
    withdrawal."""
    held = _standing(announcement)
    last = held.editions.order_by("-number").first()
    if last is not None and last.published_at is None and last.refused_at is None:
        raise refuse("notices.edition_waits")
    return _edition(
        held, last.number + 1 if last else 1, by=by, title=title, addressed_to=addressed_to, body=body, signed=signed,
        changed=changed, now=now,
    )  # fmt: skip


@transaction.atomic
def publish(*, by: User, edition: Edition, now: datetime) -> None:
    """From now on everybody may read it. Raises `Refused` for its writer, once it is decided, and after withdrawal."""
    row = _waiting(edition)
    if row.by_id == by.pk:
        raise refuse("notices.own_edition")
    row.published_by, row.published_at = by, now
    row.save(update_fields=["published_by", "published_at"])
    _record("announcement.published", row, by, now)


@transaction.atomic
def turn_back(*, by: User, edition: Edition, reason: str, now: datetime) -> None:
    """It is not published, and why. Its writer may take it back so. Raises `Refused` once it is decided."""
    row = _waiting(edition)
    row.refused_by, row.refused_at, row.refused_why = by, now, reason
    row.save(update_fields=["refused_by", "refused_at", "refused_why"])
    _record("announcement.turned_back", row, by, now, reason)


@transaction.atomic
def withdraw(*, by: User, announcement: Announcement, reason: str, now: datetime) -> None:
    """Its address says so from now on, with the reason, and shows the text no more. Raises `Refused` when it is
    withdrawn already."""
    held = _standing(announcement)
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_why = now, by, reason
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    events.record("announcement.withdrawn", by=by, unit=held.unit, subject=held, reason=reason, now=now)


def _edition(
    held: Announcement, number: int, *, by: User, title: str, addressed_to: str, body: str, signed: str, now: datetime,
    changed: str = "",
) -> Edition:  # fmt: skip
    if len(body) > LONGEST:
        raise refuse("notices.text_long", "body", most=LONGEST, count=len(body))
    made = Edition.objects.create(
        announcement=held, number=number, title=title, addressed_to=addressed_to, body=body, signed=signed,
        changed=changed, by=by, at=now,
    )  # fmt: skip
    _record("announcement.submitted", made, by, now)
    return made


def _standing(announcement: Announcement) -> Announcement:
    """Held until the end of the action: who corrects, publishes or withdraws does so one after the other."""
    held = Announcement.objects.select_for_update(of=("self",)).select_related("unit").get(pk=announcement.pk)
    if held.withdrawn_at is not None:
        raise refuse("notices.announcement_withdrawn")
    return held


def _waiting(edition: Edition) -> Edition:
    held = _standing(edition.announcement)
    row = Edition.objects.get(pk=edition.pk)
    row.announcement = held
    if row.published_at is not None or row.refused_at is not None:
        raise refuse("notices.edition_decided")
    return row


def _record(verb: str, edition: Edition, by: User, now: datetime, reason: str = "") -> None:
    detail = {"number": edition.number}
    unit = edition.announcement.unit
    events.record(verb, by=by, unit=unit, subject=edition, detail=detail, reason=reason, now=now)
