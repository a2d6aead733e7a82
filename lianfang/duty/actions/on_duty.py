"""What happens on duty: checking in, handing over, taking over."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events
from lianfang.core.clock import ZONE
from lianfang.core.problems import refuse
from lianfang.duty import rules
from lianfang.duty.models import CheckIn, Handover, Shift
from lianfang.people.models import User

_WRITABLE = timedelta(days=2)


@transaction.atomic
def check_in(*, by: User, shift: Shift, now: datetime) -> CheckIn:
    """I am there. Once; a second tap changes nothing. Only the moment is kept, no place (control G03). After the grace
    it is late and says so. Raises `Refused` too early, after the end, and for somebody else's shift."""
    row = _own(shift, by)
    found = CheckIn.objects.filter(shift=row).first()
    if found is not None:
        return found
    state = rules.check_in_state(row.from_at, row.to_at, None, now)
    if state == "coming":
        opens = (row.from_at - rules.OPENS).astimezone(ZONE)
        raise refuse("duty.too_early", at=f"{opens:%m-%d %H:%M}")
    if state == "over":
        raise refuse("duty.shift_over")
    made = CheckIn.objects.create(shift=row, by=by, at=now)
    detail = {"post": row.post_id, "late": state == "missed"}
    events.record("duty.checked_in", by=by, unit=row.post.unit, subject=row, detail=detail, now=now)
    return made


@transaction.atomic
def hand_over(*, by: User, shift: Shift, note: str, still_open: str, now: datetime) -> Handover:
    """What the next has to know; may be rewritten until it is taken over. Raises `Refused` before the shift begins, two
    days after its end, and once it was taken."""
    row = _own(shift, by)
    if now < row.from_at:
        raise refuse("duty.handover_early")
    if now > row.to_at + _WRITABLE:
        raise refuse("duty.handover_late")
    said = {"note": note.strip(), "still_open": still_open.strip(), "by": by, "at": now}
    made, fresh = Handover.objects.select_for_update(of=("self",)).get_or_create(shift=row, defaults=said)
    if made.taken_at is not None:
        raise refuse("duty.handover_taken")
    if not fresh:
        for name, value in said.items():
            setattr(made, name, value)
        made.save(update_fields=list(said))
    events.record("duty.handed_over", by=by, unit=row.post.unit, subject=made, detail={"post": row.post_id}, now=now)
    return made


@transaction.atomic
def take(*, by: User, handover: Handover, now: datetime) -> Handover:
    """Read and taken over by whoever keeps the post now. Taking it twice changes nothing. Raises `Refused` for the one
    who wrote it, and for somebody who is not on duty there."""
    row = Handover.objects.select_for_update(of=("self",)).select_related("shift__post__unit").get(pk=handover.pk)
    if row.by_id == by.pk:
        raise refuse("duty.handover_own")
    mine = Shift.objects.standing().filter(post=row.shift.post, user=by, to_at__gt=now)
    if not mine.filter(from_at__lte=now + rules.OPENS).exists():
        raise refuse("duty.not_yours")
    if row.taken_at is None:
        row.taken_by, row.taken_at = by, now
        row.save(update_fields=["taken_by", "taken_at"])
        detail = {"post": row.shift.post_id}
        events.record("duty.taken_over", by=by, unit=row.shift.post.unit, subject=row, detail=detail, now=now)
    return row


def _own(shift: Shift, by: User) -> Shift:
    row = Shift.objects.select_for_update(of=("self",)).select_related("post__unit").get(pk=shift.pk)
    if row.withdrawn_at is not None:
        raise refuse("duty.changed")
    if row.user_id != by.pk:
        raise refuse("duty.not_yours")
    return row
