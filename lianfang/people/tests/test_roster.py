"""Persons entered and changed: what is kept, what is refused, and what the events say of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.actions import enrolling, guardians, roster
from lianfang.people.actions.roster import NewDocument
from lianfang.people.models import Guardian, Guardianship, IdentityDocument, Person
from lianfang.people.rules import identity
from tests.cast import Cast
from tests.pupils import enter, number, pupils

BORN = date(2004, 5, 6)


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


def codes(refused: Any) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_person_is_found_by_name_and_sealed_otherwise(cast: Cast, roll: dict[str, Person]) -> None:
    girl = Person.objects.get(pk=roll["girl"].pk)
    assert (girl.pinyin, girl.initials, girl.sex, girl.born_on) == ("zeng xiaoyu", "zxy", 2, BORN)
    assert (str(girl.phone), girl.phone and girl.phone.open()) == ("154****0011", "+8615400000011")
    assert str(girl.documents.get().number) == "*" * 14 + number(BORN, 2)[-4:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM people_person p WHERE id = %s", [girl.pk])
        row = cursor.fetchone()[0]
    assert "15400000011" not in row
    assert "青霉素" not in row


def test_birthday_and_sex_come_from_the_number(cast: Cast) -> None:
    made = enter(cast.registrar, cast.class_one, "何平", documents=[NewDocument("resident", number(BORN, 4))])
    assert (made.born_on, made.sex) == (BORN, 2)


def test_events_say_who_and_what_but_no_value(cast: Cast, roll: dict[str, Person]) -> None:
    roster.change_person(
        by=cast.registrar, person=roll["girl"], unit=cast.class_one, now=cast.now, phone="15400000012", name="曾晓雨"
    )
    event = Event.objects.filter(verb="person.changed").latest("at", "id")
    assert event.detail == {"fields": ["name", "phone"]}
    assert (event.subject_kind, event.subject_id, event.unit_id) == ("person", str(roll["girl"].pk), cast.class_one.pk)
    for said in Event.objects.filter(verb__startswith="person."):
        assert "曾" not in f"{said.subject} {said.detail}"
    girl = Person.objects.get(pk=roll["girl"].pk)
    assert girl.initials == "zxy"
    assert girl.phone is not None
    assert girl.phone.open() == "+8615400000012"


def test_nothing_changed_is_no_event(cast: Cast, roll: dict[str, Person]) -> None:
    before = Event.objects.count()
    roster.change_person(
        by=cast.registrar, person=roll["girl"], unit=cast.class_one, now=cast.now, phone="154 0000 0011", name="曾小雨"
    )
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "  "}, [("people.person_name_missing", "name")]),
        ({"name": "王" * 61}, [("people.person_name_long", "name")]),
        ({"name": "王一", "born_on": date(2020, 2, 6)}, [("people.born_later", "born_on")]),
        ({"name": "王一", "phone": "1540000"}, [("people.phone_length", "phone")]),
        ({"name": "王*明2"}, [("people.cell_name_signs", "name")]),
        (
            {"name": "", "born_on": date(1899, 1, 1)},
            [("people.person_name_missing", "name"), ("people.born_long_ago", "born_on")],
        ),
    ],
)
def test_what_cannot_be_is_told_at_its_field(cast: Cast, facts: dict[str, Any], expected: list[Any]) -> None:
    with pytest.raises(Refused) as refused:
        roster.add_person(
            by=cast.registrar, unit=cast.class_one, as_a="student", facts=facts, from_on=cast.day, now=cast.now
        )
    assert [(problem.code, problem.cell) for problem in refused.value.problems] == expected
    assert not Person.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        enter(
            cast.registrar, cast.class_one, "王2", phone="1", documents=[NewDocument("other", "123")],
            guardians_of=[guardians.NewGuardian("王父", "abc", "father")],
        )  # fmt: skip
    cells = [problem.cell for problem in refused.value.problems]
    assert cells == ["number", "phone", "name", "guardian_phone"]


def test_a_number_that_somebody_has_names_them_to_who_may_see_them(cast: Cast, roll: dict[str, Person]) -> None:
    with pytest.raises(Refused) as refused:
        enter(cast.registrar, cast.class_two, "别人", documents=[NewDocument("resident", number(BORN, 2))])
    assert codes(refused) == ["people.number_here"]
    assert "曾小雨" in refused.value.problems[0].text
    assert Person.objects.count() == 4


def test_a_number_of_another_school_tells_nothing_of_its_owner(cast: Cast) -> None:
    enter(cast.registrar, cast.second, "钱多", born_on=BORN, documents=[NewDocument("resident", number(BORN, 8))])
    with pytest.raises(Refused) as refused:
        enter(cast.registrar, cast.class_one, "别人", documents=[NewDocument("resident", number(BORN, 8))])
    assert codes(refused) == ["people.number_elsewhere"]
    assert "钱多" not in refused.value.problems[0].text
    assert "湘潭" not in refused.value.problems[0].text


def test_the_same_pupil_coming_from_another_school_stays_one_person(cast: Cast) -> None:
    card = NewDocument("resident", number(BORN, 8))
    first = enter(cast.registrar, cast.second, "钱多", born_on=BORN, documents=[card])
    with pytest.raises(Refused) as refused:
        enter(cast.registrar, cast.class_one, "钱多", born_on=BORN, documents=[card])
    assert codes(refused) == ["people.number_elsewhere_same"]
    again = enter(cast.registrar, cast.class_one, "钱多", born_on=BORN, documents=[card], sure=True)
    assert again == first
    assert first.enrolments.count() == 2
    told = Event.objects.get(verb="person.also_elsewhere")
    assert (told.unit_id, told.subject_id, told.by_id) == (cast.second.pk, str(first.pk), cast.registrar.pk)
    assert told.detail == {"people": 1, "to": cast.school.pk}


def test_nobody_is_told_of_a_pupil_who_had_left_before(cast: Cast) -> None:
    card = NewDocument("resident", number(BORN, 8))
    first = enter(cast.registrar, cast.second, "钱多", born_on=BORN, documents=[card])
    enrolling.end(by=cast.registrar, belonging=first.enrolments.get(), ending="left", to_on=cast.day, now=cast.now)
    enter(cast.registrar, cast.class_one, "钱多", born_on=BORN, documents=[card], sure=True)
    assert not Event.objects.filter(verb="person.also_elsewhere").exists()


def test_the_same_name_and_birthday_asks_first(cast: Cast, roll: dict[str, Person]) -> None:
    with pytest.raises(Refused) as refused:
        enter(cast.registrar, cast.class_two, "曾小雨", born_on=BORN)
    assert codes(refused) == ["people.person_perhaps_there"]
    assert enter(cast.registrar, cast.class_two, "曾小雨", born_on=BORN, sure=True) != roll["girl"]


def test_brothers_and_sisters_share_a_guardian(cast: Cast, roll: dict[str, Person]) -> None:
    mother = Guardian.objects.get(name="王秀英")
    assert {row.person_id for row in mother.guardianships.all()} == {roll["girl"].pk, roll["brother"].pk}
    guardians.change_guardian(
        by=cast.registrar, guardianship=mother.guardianships.get(person=roll["girl"]), unit=cast.class_one,
        name="王秀英", phone="15400000002", relation="mother", position=1, now=cast.now,
    )  # fmt: skip
    held = Guardianship.objects.select_related("guardian").get(person=roll["brother"])
    assert held.guardian.phone is not None
    assert held.guardian.phone.open() == "+8615400000002"


def test_a_guardian_stands_there_once(cast: Cast, roll: dict[str, Person]) -> None:
    again = guardians.NewGuardian("王秀英", "154-0000-0001", "mother")
    with pytest.raises(Refused) as refused:
        guardians.add_guardian(
            by=cast.registrar, person=roll["girl"], guardian=again, from_on=cast.day, now=cast.now, unit=cast.class_one
        )
    assert codes(refused) == ["people.guardian_already"]


def test_a_new_document_ends_the_old_one_of_its_kind(cast: Cast, roll: dict[str, Person]) -> None:
    card = NewDocument("resident", number(BORN, 22))
    roster.set_document(by=cast.registrar, person=roll["girl"], unit=cast.class_one, document=card, now=cast.now)
    rows = IdentityDocument.objects.filter(person=roll["girl"]).order_by("id")
    assert [row.to_on for row in rows] == [cast.day, None]
    enter(cast.registrar, cast.class_two, "新人", documents=[NewDocument("resident", number(BORN, 2))])  # free again


def test_no_document_ends_with_the_first_one(cast: Cast) -> None:
    made = enter(cast.registrar, cast.class_one, "何平", born_on=BORN, documents=[NewDocument("none")])
    card = NewDocument("resident", number(BORN, 6))
    roster.set_document(by=cast.registrar, person=made, unit=cast.class_one, document=card, now=cast.now)
    open_ones = made.documents.filter(to_on__isnull=True)
    assert [row.kind for row in open_ones] == ["resident"]


def test_two_who_share_nothing_but_the_moment_do_not_share_a_number(cast: Cast, roll: dict[str, Person]) -> None:
    """The database keeps the promise where the check came too early."""
    row = IdentityDocument(person=roll["boy"], kind="passport", number="E12345678")
    row.save()
    checked = identity.check("passport", "E12345678", on=cast.day)
    with pytest.raises(Refused) as refused:
        roster._keep_document(roll["girl"], checked, "", cast.day)
    assert codes(refused) == ["people.number_elsewhere"]


def test_households_hold_those_who_live_together(cast: Cast, roll: dict[str, Person]) -> None:
    flat = guardians.add_household(
        by=cast.registrar, school=cast.school, label="3栋 2单元 501", address="", now=cast.now
    )
    member = guardians.join_household(
        by=cast.registrar, household=flat, person=roll["cook"], from_on=cast.day, now=cast.now
    )
    with pytest.raises(Refused):
        guardians.add_household(by=cast.registrar, school=cast.school, label="3栋 2单元 501", address="", now=cast.now)
    with pytest.raises(Refused):
        guardians.join_household(
            by=cast.registrar, household=flat, person=roll["cook"], from_on=cast.day + timedelta(days=1), now=cast.now
        )
    guardians.leave_household(by=cast.registrar, member=member, now=cast.now)
    member.refresh_from_db()
    assert member.to_on == cast.day
