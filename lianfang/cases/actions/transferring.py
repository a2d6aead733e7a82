"""Taken to a hospital, and what was heard since."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lianfang.cases.actions import staying
from lianfang.cases.models import Case, Leaving, Transfer, TransferNote, Where
from lianfang.cases.queries import isolation as queries
from lianfang.core import events
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User

_BACK = timedelta(days=14)


@transaction.atomic
def send(
    *, by: User, person: Person, unit: Unit, hospital: str, left_at: datetime, how: str, with_whom: str, words: str,
    case: Case | None = None, key: UUID, now: datetime,
) -> Transfer:  # fmt: skip
    """Note that somebody has left for a hospital. A bed they lay in is free to be disinfected; they count as being in
    the hospital from now on. The same ``key`` twice is one. Raises `Refused` for moments that cannot be."""
    found = Transfer.objects.filter(key=key).first()
    if found is not None:
        return found
    if not now - _BACK <= left_at <= now:
        raise refuse("cases.day_ahead" if left_at > now else "cases.left_long_ago", "left_at")
    stay = queries.running(person.pk)
    made = Transfer.objects.create(
        school=unit.school or unit, unit=unit, person=person, case=case, stay=stay, hospital=hospital,
        left_at=left_at, how=how, with_whom=with_whom, words=words, at=now, by=by, key=key,
    )  # fmt: skip
    events.record("transfer.sent", by=by, unit=unit, subject=made, now=now)
    if stay is not None and stay.where != Where.HOSPITAL:
        staying.move(
            by=by, stay=stay, where=Where.HOSPITAL, words=hospital, ending=Leaving.HOSPITAL, key=uuid7(), now=now
        )
    return made


@transaction.atomic
def note(
    *, by: User, transfer: Transfer, kind: str, on_at: datetime, words: str, key: UUID, now: datetime
) -> TransferNote:  # fmt: skip
    """What was heard. Raises `Refused` for a moment before they left or after now."""
    row = Transfer.objects.select_for_update(of=("self",)).select_related("unit").get(pk=transfer.pk)
    if again := TransferNote.objects.filter(key=key).first():
        return again
    if on_at > now:
        raise refuse("cases.day_ahead", "on_at")
    if on_at < row.left_at:
        raise refuse("cases.before_leaving", "on_at")
    made = TransferNote.objects.create(transfer=row, kind=kind, on_at=on_at, words=words, at=now, by=by, key=key)
    events.record("transfer.noted", by=by, unit=row.unit, subject=row, now=now)
    return made
