"""Many people at once, told by one event. The rows are the program's own (the demo), not checked as typed ones are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.actions.enrolling import NewLodging
from lianfang.people.actions.guardians import NewGuardian
from lianfang.people.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Household,
    HouseholdMember,
    IdentityDocument,
    Lodging,
    Marking,
    Person,
    User,
)
from lianfang.people.rules import names

_BATCH = 1_000


@dataclass(frozen=True)
class Newcomer:
    """``flat`` is the label of a household, ``mark`` a tracked group, ``away_from`` the first day of a leave."""

    name: str
    sex: int
    born_on: date
    unit: Unit
    as_a: str
    from_on: date
    identity: str = ""
    number: str = ""
    title: str = ""
    phone: str = ""
    lodging: NewLodging | None = None
    guardians: tuple[NewGuardian, ...] = ()
    flat: str = ""
    mark: str = ""
    away_from: date | None = None


@transaction.atomic
def fill(*, by: User | None, school: Unit, rows: Sequence[Newcomer], now: datetime) -> int:
    """Enter them all at one school; how many. Guardians of one name and telephone are one."""
    people = [_person(row) for row in rows]
    Person.objects.bulk_create(people, batch_size=_BATCH)
    pairs = list(zip(people, rows, strict=True))
    IdentityDocument.objects.bulk_create(
        [IdentityDocument(person=person, kind="resident", number=row.identity, from_on=row.from_on)
         for person, row in pairs if row.identity], batch_size=_BATCH,
    )  # fmt: skip
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                person=person, school=school, unit=row.unit, as_a=row.as_a, number=row.number, title=row.title,
                from_on=row.from_on, away_from=row.away_from, away_why="休学" if row.away_from else "",
            )
            for person, row in pairs
        ], batch_size=_BATCH,
    )  # fmt: skip
    Lodging.objects.bulk_create(
        [
            Lodging(
                person=person, school=school, kind=row.lodging.kind, building=row.lodging.building,
                room=row.lodging.room, bed=row.lodging.bed, from_on=row.from_on,
            )
            for person, row in pairs if row.lodging
        ], batch_size=_BATCH,
    )  # fmt: skip
    Marking.objects.bulk_create(
        [Marking(person=person, school=school, mark=row.mark, from_on=row.from_on) for person, row in pairs if row.mark]
    )
    _guardians(pairs)
    _households(school, pairs)
    events.record("person.many_added", by=by, unit=school, subject=school, detail={"people": len(people)}, now=now)
    return len(people)


def _person(row: Newcomer) -> Person:
    pinyin, initials = names.keys(row.name)
    return Person(
        name=row.name, pinyin=pinyin, initials=initials, sex=row.sex, born_on=row.born_on, phone=row.phone or None
    )


def _guardians(pairs: Sequence[tuple[Person, Newcomer]]) -> None:
    found: dict[tuple[str, str], Guardian] = {}
    held = []
    for person, row in pairs:
        for position, kept in enumerate(row.guardians, 1):
            key = kept.name, kept.phone
            guardian = found.setdefault(key, Guardian(name=kept.name, phone=kept.phone))
            held.append(
                Guardianship(
                    guardian=guardian, person=person, relation=kept.relation, position=position, from_on=row.from_on
                )
            )
    Guardian.objects.bulk_create(found.values(), batch_size=_BATCH)
    Guardianship.objects.bulk_create(held, batch_size=_BATCH)


def _households(school: Unit, pairs: Sequence[tuple[Person, Newcomer]]) -> None:
    labels = dict.fromkeys(row.flat for _, row in pairs if row.flat)
    flats = {label: Household(school=school, label=label) for label in labels}
    Household.objects.bulk_create(flats.values())
    HouseholdMember.objects.bulk_create(
        [HouseholdMember(household=flats[row.flat], person=person, from_on=row.from_on)
         for person, row in pairs if row.flat]
    )  # fmt: skip
