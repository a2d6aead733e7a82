"""Targets: a hint about a class of the first school, and one about another school; a pupil of each."""

from datetime import date
from typing import Any

from lianfang.health.models import Hint
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Guardian, Guardianship, Person
from tests.cast import Cast

# Nobody else was there then: those of other areas may not be drawn instead.
ON = date(2018, 9, 3)


def things(cast: Cast) -> dict[str, list[Any]]:
    own, beyond = (_hint(cast, unit) for unit in (cast.class_one, cast.second))
    return {
        "hint": [own.pk], "hint_beyond": [beyond.pk], "hint_number": [own.pk, _guardian(cast, own)],
        "hint_number_beyond": [beyond.pk, _guardian(cast, beyond)],
        "hint_number_swapped": [own.pk, _guardian(cast, beyond)],
        "hint_pupil": [_pupil(cast, own).pk], "hint_pupil_beyond": [_pupil(cast, beyond).pk],
    }  # fmt: skip


def _hint(cast: Cast, unit: Unit) -> Hint:
    basis = {"people": 45, "temperatures": 45, "seconds": 4, "needed": 54, "bars": [[0, 4], [1, 54]]}
    school = unit.school or unit
    return Hint.objects.create(school=school, unit=unit, on=ON, kind="haste", basis=basis, at=cast.now)


def _guardian(cast: Cast, hint: Hint) -> Any:
    """Of the only pupil there: of those drawn."""
    person = _pupil(cast, hint)
    guardian = Guardian.objects.create(name="抽中家长", phone="15400000098")
    return Guardianship.objects.create(guardian=guardian, person=person, relation="mother", from_on=ON).pk


def _pupil(cast: Cast, hint: Hint) -> Person:
    person = Person.objects.create(name="抽中学生", sex=1)
    Enrolment.objects.create(person=person, school=hint.school, unit=hint.unit, as_a="student", from_on=ON)
    return person
