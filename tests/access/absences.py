"""Targets: an absent pupil of each class of the first school, and one of another school."""

from typing import Any

from lianfang.health.models import Absence
from lianfang.health.rules.status import Status
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Guardian, Guardianship, Person
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    found = {name: _absent(cast, unit) for name, unit in _places(cast).items()}
    numbers = {name.replace("absence", "absence_number"): [row.pk, _guardian(row)] for name, row in found.items()}
    swapped = [found["absence"].pk, _guardian(found["absence_beyond"])]
    return {name: [row.pk] for name, row in found.items()} | numbers | {"absence_number_swapped": swapped}


def _places(cast: Cast) -> dict[str, Unit]:
    return {"absence": cast.class_one, "absence_of_two": cast.class_two, "absence_beyond": cast.second}


def _absent(cast: Cast, unit: Unit) -> Absence:
    school = unit.school or unit
    person = Person.objects.create(name="缺勤学生", sex=1)
    Enrolment.objects.create(person=person, school=school, unit=unit, as_a="student", from_on=cast.day)
    guardian = Guardian.objects.create(name="缺勤家长", phone="15400000099")
    Guardianship.objects.create(guardian=guardian, person=person, relation="mother", from_on=cast.day)
    return Absence.objects.create(
        person=person, school=school, unit=unit, from_on=cast.day, last_on=cast.day, status=int(Status.ILL),
        due_at=cast.now,
    )  # fmt: skip


def _guardian(row: Absence) -> Any:
    return Guardianship.objects.get(person=row.person_id).pk
