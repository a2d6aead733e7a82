"""Reading is an event too: of a health record by staff and by the family, of the list of absences, of one of them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.health.models import Absence, KeyPerson
from lianfang.orgs.models import Unit
from lianfang.people.actions import claiming, looking
from lianfang.people.models import Claim, Guardianship, Person, User


@transaction.atomic
def viewed(*, by: User, person: Person, unit: Unit, printed: bool, now: datetime) -> None:
    """Staff opened somebody's health record, or printed it."""
    events.record(
        "person.health_printed" if printed else "person.health_viewed", by=by, unit=unit, subject=person, now=now
    )


@transaction.atomic
def exported(*, by: User, person: Person, unit: Unit, lines: int, now: datetime) -> str:
    """Staff took somebody's health record out as a table. Who and when, as it stands in the table."""
    event = events.record(
        "person.health_exported", by=by, unit=unit, subject=person, detail={"lines": lines}, now=now
    )  # fmt: skip
    return f"{by.name} · {now.astimezone(clock.ZONE):%Y-%m-%d %H:%M} · {str(event.pk)[-8:].upper()}"


def looked(*, claim: Claim, now: datetime) -> None:
    """The family opened it."""
    claiming.looked(claim=claim, what="health", now=now)


@transaction.atomic
def absences_listed(*, by: User, units: Iterable[Unit], now: datetime) -> None:
    """Staff read the list of absent pupils of these classes."""
    for unit in units:
        looking.listed(by=by, unit=unit, now=now)


@transaction.atomic
def absence_viewed(*, by: User, absence: Absence, now: datetime) -> None:
    looking.viewed(by=by, person=absence.person, unit=absence.unit, now=now)


@transaction.atomic
def number(*, by: User, absence: Absence, held: Guardianship, now: datetime) -> str:
    """The telephone of a guardian in full, to follow the absence up. Raises `Refused` after too many."""
    return looking.reveal(
        by=by, person=absence.person, unit=absence.unit, what="guardian", row_id=str(held.pk), reason="illness",
        words="", now=now,
    )  # fmt: skip


@transaction.atomic
def key_people_listed(*, by: User, units: Iterable[Unit], now: datetime) -> None:
    """Staff read the list of key people of these classes."""
    for unit in units:
        looking.listed(by=by, unit=unit, now=now)


@transaction.atomic
def key_person_viewed(*, by: User, row: KeyPerson, now: datetime) -> None:
    looking.viewed(by=by, person=row.person, unit=row.unit, now=now)
