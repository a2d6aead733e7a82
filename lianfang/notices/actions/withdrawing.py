"""Taking a notice back: it stays to be seen as such, nobody owes it any more, and what has not left the house stays
there."""

from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.notices.models import Notice, Send, State
from lianfang.people.models import User


@transaction.atomic
def withdraw(*, by: User, notice: Notice, reason: str, now: datetime) -> bool:
    """Twice is once: who came first and why stands; False for the second."""
    standing = Notice.objects.filter(pk=notice.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=now, withdrawn_by=by, withdrawn_why=reason):
        return False
    school = notice.unit.school_id or notice.unit_id
    sends = Send.objects.filter(school_id=school, on=clock.day_of(notice.at), notice_id=notice.pk)
    sends.filter(state=State.WAITING).update(state=State.DROPPED, ended_at=now, next_at=None, code="withdrawn")
    events.record("notice.withdrawn", by=by, unit=notice.unit, subject=notice, reason=reason, now=now)
    return True
