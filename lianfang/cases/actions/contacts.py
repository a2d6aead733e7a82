"""Whom a unit calls outside."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from lianfang.cases.models import OutsideContact
from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def put(*, by: User | None, unit: Unit, rows: Iterable[tuple[str, str, str]], now: datetime) -> int:
    """(body, name, telephone) of outside bodies (`rules.emergencies.BODIES`) for a unit and those below it. Name and
    telephone blank: the unit has none of its own, and that of the next above holds. How many changed. Raises
    `Refused` for half a contact, and where somebody saves another one at this moment."""
    try:
        with transaction.atomic():
            return sum(_put(unit, body, name, phone, by, now) for body, name, phone in rows)
    except IntegrityError:
        raise refuse("cases.contact_meanwhile") from None


def _put(unit: Unit, body: str, name: str, phone: str, by: User | None, now: datetime) -> bool:
    if bool(name) != bool(phone):
        raise refuse("cases.contact_words", body)
    held = OutsideContact.objects.filter(unit=unit, body=body, ended_at__isnull=True).first()
    if (held is None and not name) or (held and held.name == name and held.phone and held.phone.open() == phone):
        return False
    if held:
        held.ended_at = now
        held.save(update_fields=["ended_at"])
    made = OutsideContact(unit=unit, body=body, name=name, at=now, by=by)
    if name:
        made.phone = phone
        made.save(force_insert=True)
    subject = made if name else held
    events.record("emergency.contact_put", by=by, unit=unit, subject=subject, detail={"body": body}, now=now)
    return True
