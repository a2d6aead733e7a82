"""Who looks after a child, and who lives together. One guardian stands for several children."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from lianfang.core import clock, crypto, events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions.locking import locked
from lianfang.people.models import Guardian, Guardianship, Household, HouseholdMember, Person, User
from lianfang.people.queries.roster import lasting
from lianfang.people.rules import names, phones


@dataclass(frozen=True)
class NewGuardian:
    """``relation`` is a value of `Relation`; ``position`` 1 is called first."""

    name: str
    phone: str
    relation: str
    position: int = 1


@transaction.atomic
def add_guardian(
    *, by: User | None, person: Person, guardian: NewGuardian, from_on: date, now: datetime, unit: Unit | None = None
) -> Guardianship:
    """A guardian of this person. Whoever is known by this telephone and name already is that guardian: brothers and
    sisters share one. ``unit``: record an event of its own there."""
    name, phone = names.tidy_name(guardian.name), _phone(guardian.phone)
    if not name:
        raise refuse("people.person_name_missing", "guardian_name")
    person = locked(person)
    index = crypto.sought("phone", phone)
    known = Guardian.objects.filter(phone_index__in=index, name=name).order_by("pk").first()
    if known is None:
        known = Guardian(name=name, phone=phone)
        known.save(force_insert=True)
    if Guardianship.objects.filter(guardian=known, person=person, to_on__isnull=True).exists():
        raise refuse("people.guardian_already", "guardian_phone")
    made = Guardianship.objects.create(
        guardian=known, person=person, relation=guardian.relation, position=guardian.position, from_on=from_on
    )
    if unit is not None:
        detail = {"fields": ["guardian"], "relation": made.relation}
        events.record("person.changed", by=by, unit=unit, subject=person, detail=detail, now=now)
    return made


@transaction.atomic
def change_guardian(
    *, by: User | None, guardianship: Guardianship, unit: Unit, name: str, phone: str, relation: str, position: int,
    now: datetime,
) -> Guardianship:  # fmt: skip
    """Put a guardian right. The telephone is the guardian's: it changes for all their children."""
    row = Guardianship.objects.select_for_update(of=("self", "guardian")).select_related("guardian", "person")
    found = row.get(pk=guardianship.pk)
    guardian = found.guardian
    before = (guardian.name, guardian.phone.open() if guardian.phone else "", found.relation, found.position)
    guardian.name, guardian.phone = names.tidy_name(name), _phone(phone)
    if not guardian.name:
        raise refuse("people.person_name_missing", "guardian_name")
    found.relation, found.position = relation, position
    if before != (guardian.name, guardian.phone.open() if guardian.phone else "", relation, position):
        guardian.save(update_fields=["name", "phone", "phone_index"])
        found.save(update_fields=["relation", "position"])
        detail = {"fields": ["guardian"]}
        events.record("person.changed", by=by, unit=unit, subject=found.person, detail=detail, now=now)
    return found


@transaction.atomic
def end_guardian(*, by: User | None, guardianship: Guardianship, unit: Unit, now: datetime) -> None:
    """The guardian looks after this child no longer; what they claimed for it ends with the next request."""
    on = clock.day_of(now)
    if Guardianship.objects.filter(pk=guardianship.pk, to_on__isnull=True).update(to_on=max(on, guardianship.from_on)):
        detail = {"fields": ["guardian"], "ended": True}
        events.record("person.changed", by=by, unit=unit, subject=guardianship.person, detail=detail, now=now)


@transaction.atomic
def add_household(*, by: User, school: Unit, label: str, address: str, now: datetime) -> Household:
    """A flat of the family quarter, or a family with several children at the school."""
    label = " ".join(label.split())
    if not label:
        raise refuse("people.household_label_missing", "label")
    try:
        with transaction.atomic():
            made = Household.objects.create(school=school, label=label, address=address.strip() or None)
    except IntegrityError as error:
        if "household_once" not in str(error):
            raise
        raise refuse("people.household_there", "label", label=label) from error
    events.record("household.added", by=by, unit=school, detail={"household": str(made.pk)}, now=now)
    return made


@transaction.atomic
def join_household(*, by: User, household: Household, person: Person, from_on: date, now: datetime) -> HouseholdMember:
    Household.objects.select_for_update().get(pk=household.pk)
    person = locked(person)
    if HouseholdMember.objects.filter(lasting(from_on), household=household, person=person).exists():
        raise refuse("people.member_already", "person")
    made = HouseholdMember.objects.create(household=household, person=person, from_on=from_on)
    detail = {"fields": ["household"], "household": str(household.pk)}
    events.record("person.changed", by=by, unit=household.school, subject=person, detail=detail, now=now)
    return made


@transaction.atomic
def leave_household(*, by: User, member: HouseholdMember, now: datetime) -> None:
    on = max(clock.day_of(now), member.from_on)
    if HouseholdMember.objects.filter(pk=member.pk, to_on__isnull=True).update(to_on=on):
        detail = {"fields": ["household"], "ended": True}
        events.record(
            "person.changed", by=by, unit=member.household.school, subject=member.person, detail=detail, now=now
        )


def problems_of(guardian: NewGuardian) -> list[Problem]:
    """What is wrong with a guardian as typed, so that one page tells all of it at once."""
    try:
        _phone(guardian.phone)
    except Refused as refused:
        return list(refused.problems)
    return []


def _phone(typed: str) -> str:
    """The number as stored. Raises `Refused` for none or a damaged one."""
    checked = phones.check(typed)
    wrong = next((finding for finding in checked.findings if finding.is_error), None)
    if wrong is not None:
        raise refuse(wrong.code, "guardian_phone", **wrong.params)
    if not checked.number:
        raise refuse("people.guardian_phone_missing", "guardian_phone")
    return checked.number
