"""Who looked at one person's record: the file itself, and the lists it stood in at that moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.models import Person
from lianfang.people.queries.looks import Look, looks_at
from tests.cast import Cast


@pytest.fixture
def pupil(cast: Cast) -> Person:
    """In the first class until 10 February, in the second one from the 11th."""
    person = Person.objects.create(name="王小明")
    first = {"school": cast.school, "as_a": "student"}
    person.enrolments.create(
        unit=cast.class_one, from_on=cast.day, to_on=cast.day + timedelta(days=5), ending="class", **first
    )
    person.enrolments.create(unit=cast.class_two, from_on=cast.day + timedelta(days=6), **first)
    return person


def looks(cast: Cast, person: Person, days: int = 30) -> list[Look]:
    with translation.override("en"):
        return looks_at(person, since=cast.now - timedelta(days=1), until=cast.now + timedelta(days=days))


def happen(verb: str, unit: Unit, by: Any, at: datetime, person: Person | None = None, **more: Any) -> None:
    events.record(verb, by=by, unit=unit, subject=person or unit, now=at, **more)


def test_it_tells_who_in_which_duty_did_what_and_why(cast: Cast, pupil: Person) -> None:
    happen("person.viewed", cast.class_one, cast.teacher, cast.now, pupil)
    happen(
        "person.revealed", cast.class_one, cast.counsellor, cast.now + timedelta(minutes=1), pupil,
        detail={"field": "guardian"}, reason="家访",
    )  # fmt: skip
    revealed, viewed = looks(cast, pupil)
    assert (viewed.who, viewed.what) == (f"Class teacher {cast.teacher.name}", "opened the record")
    assert revealed.who == f"Counsellor {cast.counsellor.name}"
    assert revealed.what == "looked at a guardian’s telephone number in full"
    assert revealed.note == "家访"


def test_lists_count_while_the_person_stood_in_them(cast: Cast, pupil: Person) -> None:
    late = cast.now + timedelta(days=8)
    for unit in (cast.class_one, cast.class_two, cast.department, cast.school, cast.personnel, cast.second):
        happen("person.listed", unit, cast.teacher, cast.now)
    happen("person.exported", cast.class_one, cast.teacher, late)
    happen("person.exported", cast.class_two, cast.teacher_two, late)
    found = [(look.verb, look.what.split()[-1]) for look in looks(cast, pupil)]
    assert found == [
        ("person.exported", "数控1902班"),
        ("person.listed", "湘江技师"),
        ("person.listed", "机械工程系"),
        ("person.listed", "机电1901班"),
    ]


def test_the_same_on_one_day_is_one_line(cast: Cast, pupil: Person) -> None:
    for minute in range(3):
        happen("person.viewed", cast.class_one, cast.teacher, cast.now + timedelta(minutes=minute), pupil)
    happen("person.viewed", cast.class_one, cast.teacher, cast.now + timedelta(days=1), pupil)
    found = looks(cast, pupil)
    assert [look.times for look in found] == [1, 3]
    assert found[1].at == cast.now + timedelta(minutes=2)
    with translation.override("en"):
        assert looks(cast, pupil)[1].note == "3 times"


def test_others_records_refusals_and_other_times_are_left_out(cast: Cast, pupil: Person) -> None:
    other = Person.objects.create(name="李四")
    happen("person.viewed", cast.class_one, cast.teacher, cast.now, other)
    happen("person.viewed", cast.class_one, cast.teacher, cast.now, pupil, outcome="refused")
    happen("person.viewed", cast.class_one, cast.teacher, cast.now - timedelta(days=2), pupil)
    happen("return.submitted", cast.school, cast.clerk, cast.now)
    assert looks(cast, pupil) == []


def test_looks_at_a_duplicate_that_was_merged_are_told_too(cast: Cast, pupil: Person) -> None:
    gone = Person.objects.create(name="王小明", merged_into=pupil)
    happen("person.changed", cast.class_one, cast.registrar, cast.now, gone)
    happen("my.viewed", cast.class_one, None, cast.now, pupil)
    assert {(look.who, look.what) for look in looks(cast, pupil)} == {
        (f"Keeper of the roster {cast.registrar.name}", "changed the record"),
        ("Guardian or pupil", "opened the record on an own device"),
    }


def test_it_costs_the_same_for_one_look_and_for_many(
    cast: Cast, pupil: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        who = (cast.teacher, cast.counsellor, cast.registrar)[number % 3]
        happen("person.viewed", cast.class_one, who, cast.now + timedelta(hours=number), pupil)
        happen("person.listed", cast.department, who, cast.now + timedelta(hours=number))
    with django_assert_max_num_queries(6):
        assert len(looks(cast, pupil)) > 10
