"""Answers that leave the house as a list: with a purpose, on record (control B04)."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.notices.models import Notice
from lianfang.people.actions.exporting import Watermark
from lianfang.people.models import User
from lianfang.people.queries import roster

_MOST_AN_HOUR = 20


@transaction.atomic
def answers_taken(*, by: User, notice: Notice, lines: int, purpose: str, now: datetime) -> Watermark:
    """Put the list on record; the answer goes onto every page of it. Raises `Refused` after twenty within an hour."""
    if not limits.within("answers export", str(by.pk), most=_MOST_AN_HOUR, every=timedelta(hours=1), now=now):
        raise refuse("notices.export_often")
    purpose = " ".join(purpose.split())
    said = roster.without_names(notice.unit, purpose)  # the event outlives the data of whom it names
    event = events.record(
        "notice.answers_exported", by=by, unit=notice.unit, subject=notice, detail={"lines": lines}, reason=said,
        now=now,
    )  # fmt: skip
    return Watermark(by.name, now, purpose, event.pk.hex[-10:].upper())
