"""Answering the question of a notice. An answer is never overwritten: whoever changes their mind adds another."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.notices.models import Answer, Delivery, Notice
from lianfang.notices.rules.questions import Given
from lianfang.people.models import User


@transaction.atomic
def answer(
    *, by: User | None, delivery: Delivery, given: Given, seen: int, as_guardian: bool = False, now: datetime
) -> Answer:
    """The recipient's answer; also their reading and, where that was asked for, their confirmation. ``seen``: the
    version the page showed, 0 for none. ``by`` is None for families. Late ones are taken, `Notice.until` tells them.

    Raises `Refused` when the notice was withdrawn, and when another device answered otherwise in the meantime: nothing
    is replaced that was not seen. The same answer twice is one.
    """
    Delivery.objects.select_for_update().get(pk=delivery.pk)  # two devices of one recipient; nobody else waits
    notice = Notice.objects.select_related("unit").get(pk=delivery.notice_id)
    if notice.withdrawn_at is not None:
        raise refuse("notices.withdrawn")
    newest = delivery.answers.order_by("-version").first()
    if newest is not None and _said(newest) == given:
        return newest
    version = newest.version if newest else 0
    if version != seen:
        raise refuse("notices.answered_meanwhile")
    made = Answer.objects.create(
        delivery=delivery, version=version + 1, choices=list(given.choices), number=given.number, text=given.text,
        as_guardian=as_guardian, at=now,
    )  # fmt: skip
    noted: dict[str, Any] = {"answered_at": now, "read_at": Coalesce(F("read_at"), Value(now))}
    if notice.to_confirm:
        noted["confirmed_at"] = Coalesce(F("confirmed_at"), Value(now))
    if delivery.person_id and delivery.read_at is None:
        noted["as_guardian"] = as_guardian
    Delivery.objects.filter(pk=delivery.pk).update(**noted)
    if by is not None:  # of families the answer itself says who and when
        detail = {"version": made.version}
        events.record("notice.answered", by=by, unit=notice.unit, subject=notice, detail=detail, now=now)
    return made


def _said(kept: Answer) -> Given:
    return Given(tuple(kept.choices), kept.number, kept.text.open() if kept.text else "")
