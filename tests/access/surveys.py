"""Targets: a survey of the first school and one of another province; a pupil of each class asked by the first."""

from datetime import date, timedelta
from typing import Any

from lianfang.health.models import Survey
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person
from tests.access import beyond
from tests.cast import SINCE, Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    mine, far = _survey(cast, cast.school), _survey(cast, beyond(cast))
    pupil, other = (_pupil(cast, unit) for unit in (cast.class_one, cast.class_two))
    return {
        "survey": [mine.pk],
        "survey_beyond": [far.pk],
        "survey_school": [mine.pk, cast.school.pk],
        "survey_class": [mine.pk, cast.class_one.pk],
        "survey_class_two": [mine.pk, cast.class_two.pk],
        "survey_city": [mine.pk, cast.city_unit.pk],
        "survey_school_beyond": [far.pk, far.unit_id],
        "survey_pupil": [mine.pk, pupil.pk],
        "survey_pupil_two": [mine.pk, other.pk],
    }


def _survey(cast: Cast, unit: Unit) -> Survey:
    return Survey.objects.create(
        unit=unit, title="行踪摸排", whom="students", from_on=date(2020, 1, 10), to_on=cast.day,
        due_at=cast.now + timedelta(days=1), by_id=cast.doctor.pk, by_name=cast.doctor.name, at=cast.now,
    )  # fmt: skip


def _pupil(cast: Cast, unit: Unit) -> Person:
    person = Person.objects.create(name="受访学生")
    Enrolment.objects.create(person=person, school=cast.school, unit=unit, as_a="student", from_on=SINCE)
    return person
