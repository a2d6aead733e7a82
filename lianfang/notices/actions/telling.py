"""Posting a notice, reading and confirming it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.notices.actions import queueing
from lianfang.notices.models import Delivery, Notice
from lianfang.orgs.models import Unit
from lianfang.people.actions import claiming
from lianfang.people.models import Claim, Device, User
from lianfang.people.rules.claims import is_guardians


@transaction.atomic
def post(
    *,
    by: User | None,
    unit: Unit,
    to: Iterable[int],
    key: str,
    now: datetime,
    kind: str = "",
    params: Mapping[str, Any] | None = None,
    title: str = "",
    body: str = "",
    url: str = "",
    to_confirm: bool = False,
    channels: Collection[str] = ("app",),
    urgent: bool = False,
) -> Notice:
    """Tell these users (ids) something. ``key`` says which occasion this is: the same key twice is one notice, so that
    a handler may run again. System notices name their ``kind`` (`notices.wording`), people write ``title`` and
    ``body``. ``channels`` beside "app" (`notices.channels`) send it to everybody there as well, ``urgent`` at once and
    at night; whoever wants all notices by e-mail or on a telephone gets it there without being asked for.
    """
    existing = Notice.objects.filter(key=key).first()
    if existing is not None:
        return existing
    people = sorted(set(to))
    notice = Notice(
        by=by, unit=unit, kind=kind, params=dict(params or {}), title=title, body=body, url=url,
        to_confirm=to_confirm, key=key, at=now, recipients=len(people), complete_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:  # the same occasion at the same moment, a double click or a handler run twice
        return Notice.objects.get(key=key)
    deliveries = [Delivery(notice=notice, user_id=user_id, delivered_at=now) for user_id in people]
    Delivery.objects.bulk_create(deliveries, batch_size=5000)
    queueing.queue(notice=notice, channels=channels, urgent=urgent, now=now)
    events.record("notice.posted", by=by, unit=unit, subject=notice, detail={"recipients": len(deliveries)}, now=now)
    return notice


@transaction.atomic
def read(*, by: User, delivery: Delivery, now: datetime) -> None:
    """Note the first time the recipient opened it."""
    Delivery.objects.filter(pk=delivery.pk, user=by, read_at__isnull=True).update(read_at=now)


@transaction.atomic
def confirm(*, by: User, delivery: Delivery, now: datetime) -> None:
    """The recipient says: read and understood. Confirming twice changes nothing. Raises `Refused` for a notice that was
    withdrawn."""
    if delivery.notice.withdrawn_at is not None:
        raise refuse("notices.withdrawn_unconfirmed")
    changed = Delivery.objects.filter(pk=delivery.pk, user=by, confirmed_at__isnull=True).update(
        confirmed_at=now, read_at=delivery.read_at or now
    )
    if changed:
        events.record("notice.confirmed", by=by, unit=delivery.notice.unit, subject=delivery.notice, now=now)


@transaction.atomic
def read_by_family(*, by: Claim, delivery: Delivery, now: datetime) -> None:
    """Note the first time a device of the pupil or a guardian opened it, and whose."""
    unread = Delivery.objects.filter(pk=delivery.pk, person=by.person_id, read_at__isnull=True)
    unread.update(read_at=now, as_guardian=is_guardians(by.how))


@transaction.atomic
def confirm_by_family(*, by: Claim, delivery: Delivery, now: datetime) -> None:
    """As `confirm`, by a device of the pupil or a guardian; one of them is enough. No event is written: the delivery
    says who and when."""
    if delivery.notice.withdrawn_at is not None:
        raise refuse("notices.withdrawn_unconfirmed")
    read_by_family(by=by, delivery=delivery, now=now)
    Delivery.objects.filter(pk=delivery.pk, person=by.person_id, confirmed_at__isnull=True).update(confirmed_at=now)


def device_seen(*, device: Device, now: datetime) -> None:
    """A family's device asks for a page of notices."""
    claiming.seen(device=device, now=now)


def device_refused(*, device: Device, now: datetime) -> None:
    claiming.refused(device=device, now=now)
