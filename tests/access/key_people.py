"""Targets: a key person of each class of the first school, and one of another school; counts of units."""

from typing import Any

from lianfang.health.models import KeyPerson
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    places = {"key_person": cast.class_one, "key_person_of_two": cast.class_two, "key_person_beyond": cast.second}
    rows = {name: _listed(cast, unit) for name, unit in places.items()}
    return {name: [row.pk] for name, row in rows.items()} | {
        "key_person_listed": [rows["key_person"].person_id],
        "key_person_listed_beyond": [rows["key_person_beyond"].person_id],
        "key_counts_today": [cast.school.pk],
        "key_counts_class": [cast.class_one.pk, cast.day],
        "key_counts_class_two": [cast.class_two.pk, cast.day],
        "key_counts_area": [cast.city_unit.pk, cast.day],
        "key_counts_beyond": [beyond(cast).pk, cast.day],
    }


def _listed(cast: Cast, unit: Unit) -> KeyPerson:
    school = unit.school or unit
    person = Person.objects.create(name="重点学生", sex=1)
    Enrolment.objects.create(person=person, school=school, unit=unit, as_a="student", from_on=cast.day)
    return KeyPerson.objects.create(
        person=person, school=school, unit=unit, edition="hubei_2020", category="other", rule="listed",
        since=cast.day, reasons={}, from_on=cast.day, at=cast.now, due_at=cast.now,
    )  # fmt: skip
