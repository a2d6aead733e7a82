"""Sending what a person wrote to everybody they chose: few at once, many by a job that goes on where it was killed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction

from lianfang.core import clock, events
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.notices.actions import attaching, queueing
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.queries import audience as queries
from lianfang.notices.rules import audience as audiences
from lianfang.notices.rules.audience import Audience
from lianfang.orgs.models import Unit
from lianfang.people.models import User

# Up to so many have it before the page answers.
AT_ONCE = 1000
SLICE = 10_000  # deliveries of one transaction of the job
_DELIVER = """
INSERT INTO notices_delivery (notice_id, {column}, delivered_at, as_guardian)
SELECT %s, c.id, %s, false FROM ({chosen}) AS c (id) ON CONFLICT DO NOTHING
"""


@transaction.atomic
def send(
    *,
    by: User,
    unit: Unit,
    audience: Audience,
    ids: Collection[int] | Collection[UUID] = (),
    key: str,
    now: datetime,
    title: str,
    body: str,
    to_confirm: bool = False,
    until: datetime | None = None,
    question: Mapping[str, Any] | None = None,
    files: Collection[UUID] = (),
) -> Notice:
    """Tell everybody chosen; the same ``key`` twice is one notice. ``ids``: whom a list names. Raises `Refused` where
    nobody is reached, or the sender may not write to what was chosen (any more)."""
    existing = Notice.objects.filter(key=key).first()
    if existing is not None:
        return existing
    if not queries.within(audience, by):
        raise refuse("notices.not_yours")
    day = clock.day_of(now)
    count = len(set(ids)) if audience.is_list else queries.chosen(audience, by=by, day=day).count()
    if not count:
        raise refuse("notices.nobody")
    notice = Notice(
        by=by, unit=unit, title=title, body=body, to_confirm=to_confirm, until=until, question=dict(question or {}),
        audience=audience.stored(), recipients=count, key=key, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:  # a double click
        return Notice.objects.get(key=key)
    attaching.attach(by=by, files=files, notice=notice)
    if audience.is_list:
        _name(notice, audience, ids, now)
    elif count <= AT_ONCE:
        _deliver(notice, audience, day, now)
    else:
        events.record("notice.delivering", by=by, unit=unit, subject=notice, now=now)
    if audience.is_list or count <= AT_ONCE:
        _complete(notice, now)
    detail = {"recipients": count, "how": audience.how}
    events.record("notice.posted", by=by, unit=unit, subject=notice, detail=detail, now=now)
    return notice


def carry_out(event: Event) -> None:
    """Handler of "notice.delivering": slice by slice, and on from the last one after a standstill."""
    while _slice(UUID(event.subject_id), clock.now()):
        pass


@transaction.atomic
def _slice(pk: UUID, now: datetime) -> bool:
    """The next recipients; False when all have it, or it was withdrawn on the way."""
    rows = Notice.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    notice = rows.get(pk=pk)
    audience = audiences.read(notice.audience)
    if audience is None or notice.complete_at is not None or notice.withdrawn_at is not None:
        return False
    column = _column(audience)
    had = Delivery.objects.filter(notice=notice).order_by(f"-{column}")
    last = had.values_list(column, flat=True).first()
    if _deliver(notice, audience, clock.day_of(notice.at), now, after=last, most=SLICE) == SLICE:
        return True
    _complete(notice, now)
    return False


def _deliver(
    notice: Notice, audience: Audience, day: Any, now: datetime, *, after: Any = None, most: int | None = None
) -> int:
    """One statement, and no id on its way through the program; how many got it."""
    chosen = queries.chosen(audience, by=notice.by, day=day, after=after)[:most]
    try:
        statement, values = chosen.query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        told = _DELIVER.format(column=_column(audience), chosen=statement)
        cursor.execute(told, [notice.pk, now, *values])
        return cursor.rowcount


def _name(notice: Notice, audience: Audience, ids: Collection[Any], now: datetime) -> None:
    column = _column(audience)
    rows = [Delivery(notice=notice, delivered_at=now, **{column: pk}) for pk in sorted(set(ids))]
    Delivery.objects.bulk_create(rows, batch_size=5000)


def _complete(notice: Notice, now: datetime) -> None:
    notice.complete_at = now
    notice.save(update_fields=["complete_at"])
    queueing.queue(notice=notice, channels=("app",), urgent=False, now=now)


def _column(audience: Audience) -> str:
    return "person_id" if audience.of_pupils else "user_id"
