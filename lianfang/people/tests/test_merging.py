"""Two records of one person become one, and two again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from lianfang.core.problems import Refused
from lianfang.people.actions import enrolling, merging, roster
from lianfang.people.actions.filling import Newcomer, fill
from lianfang.people.actions.guardians import NewGuardian
from lianfang.people.actions.roster import NewDocument
from lianfang.people.models import Enrolment, Guardianship, IdentityDocument, Merge, Person
from lianfang.people.queries import duplicates
from lianfang.people.queries.roster import found_by_number, visible
from tests.cast import NOW, SINCE, Cast
from tests.pupils import enter, number, pupils, respond

BORN = date(2004, 5, 6)


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: NOW)


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


@pytest.fixture
def twice(cast: Cast, roll: dict[str, Person]) -> Person:
    """The girl once more, in the other class, with the same mother and a father, a passport and an e-mail's worth of
    new facts."""
    respond(cast)
    return enter(
        cast.registrar, cast.class_two, "曾小雨", born_on=BORN, sure=True, place="广州市白云区",
        documents=[NewDocument("passport", "E12345678")], lodging=enrolling.NewLodging("day"),
        guardians_of=[
            NewGuardian("王秀英", "15400000001", "mother"), NewGuardian("曾国强", "15400000003", "father"),
        ],
    )  # fmt: skip


def rows(person: Person) -> dict[str, Any]:
    return {
        "documents": set(person.documents.values_list("kind", "to_on")),
        "enrolments": set(person.enrolments.values_list("unit", "as_a", "to_on", "ending")),
        "lodgings": set(person.lodgings.values_list("kind", "to_on")),
        "guardians": set(person.guardianships.values_list("guardian__name", "to_on")),
        "place": str(person.place.open()) if person.place else None,
    }


def test_pairs_are_found_and_two_people_are_not(cast: Cast, roll: dict[str, Person], twice: Person) -> None:
    enter(cast.registrar, cast.class_two, "单志强", born_on=date(2004, 1, 2), sure=True,
          documents=[NewDocument("resident", number(date(2004, 1, 2), 3))])  # fmt: skip
    found = duplicates.pairs(cast.registrar, cast.school)
    assert [(pair.first, pair.second, pair.why) for pair in found] == [(roll["girl"], twice, "birthday")]
    assert duplicates.pairs(cast.teacher, cast.school) == []


def test_one_number_under_two_kinds_is_the_surest_sign(cast: Cast, roll: dict[str, Person]) -> None:
    other = enter(cast.registrar, cast.class_two, "曾晓雨", documents=[NewDocument("other", number(BORN, 2))])
    found = duplicates.pairs(cast.registrar, cast.school)
    assert [(pair.first, pair.second, pair.why) for pair in found] == [(roll["girl"], other, "number")]


def test_a_name_with_the_same_guardian_is_a_sign(cast: Cast, roll: dict[str, Person]) -> None:
    mother = NewGuardian("王秀英", "15400000001", "mother")
    other = enter(cast.registrar, cast.class_two, "曾小雨", guardians_of=[mother])
    found = duplicates.pairs(cast.registrar, cast.school)
    assert [(pair.first, pair.second, pair.why) for pair in found] == [(roll["girl"], other, "guardian")]


def test_all_that_belonged_to_it_moves(cast: Cast, roll: dict[str, Person], twice: Person) -> None:
    girl = roll["girl"]
    merging.merge(by=cast.registrar, kept=girl, gone=twice, unit=cast.class_one, reason="重复", now=cast.now)
    girl.refresh_from_db()
    assert rows(girl) == {
        "documents": {("resident", None), ("passport", None)},
        "enrolments": {
            (cast.class_one.pk, "student", None, ""), (cast.class_two.pk, "student", cast.day, "mistake")
        },
        "lodgings": {("boarder", None), ("day", cast.day)},
        "guardians": {("王秀英", None), ("王秀英", cast.day), ("曾国强", None)},
        "place": "广州市白云区",
    }  # fmt: skip
    assert twice not in visible(cast.registrar)
    assert [person.pk for person in found_by_number(cast.registrar, "E12345678")] == [girl.pk]
    with pytest.raises(Refused):
        roster.change_person(by=cast.registrar, person=twice, unit=cast.class_two, now=cast.now, name="别名")


def test_a_merge_is_undone_to_the_last_row(cast: Cast, roll: dict[str, Person], twice: Person) -> None:
    girl = roll["girl"]
    before = rows(girl), rows(twice)
    how: dict[str, Any] = {"by": cast.registrar, "unit": cast.class_one, "now": cast.now}
    made = merging.merge(kept=girl, gone=twice, reason="重复", **how)
    merging.undo_merge(merge=made, **how)
    again = Person.objects.get(pk=girl.pk), Person.objects.get(pk=twice.pk)
    assert (rows(again[0]), rows(again[1])) == before
    assert again[1] in visible(cast.registrar)
    with pytest.raises(Refused) as refused:
        merging.undo_merge(merge=made, **how)
    assert refused.value.problems[0].code == "people.merge_undone"


def test_what_another_row_took_meanwhile_cannot_come_back(cast: Cast, roll: dict[str, Person], twice: Person) -> None:
    how: dict[str, Any] = {"by": cast.registrar, "unit": cast.class_one, "now": cast.now}
    made = merging.merge(kept=roll["girl"], gone=twice, reason="重复", **how)
    # what was moved now belongs to a third record, so the pupil cannot be enrolled twice for that reason alone
    ended = Enrolment.objects.get(person=roll["girl"], ending="mistake")
    Enrolment.objects.create(person=twice, school=cast.school, unit=cast.class_two, as_a="student", from_on=cast.day)
    with pytest.raises(Refused) as refused:
        merging.undo_merge(merge=made, **how)
    assert refused.value.problems[0].code == "people.merge_undo_blocked"
    ended.refresh_from_db()
    assert ended.person_id == roll["girl"].pk
    assert Merge.objects.get().undone_at is None


def test_two_different_numbers_are_two_people(cast: Cast, roll: dict[str, Person]) -> None:
    other = enter(
        cast.registrar, cast.class_two, "曾小雨", born_on=BORN, sure=True,
        documents=[NewDocument("resident", number(BORN, 4))],
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        merging.merge(by=cast.registrar, kept=roll["girl"], gone=other, unit=cast.class_one, reason="", now=cast.now)
    assert refused.value.problems[0].code == "people.merge_numbers"
    assert IdentityDocument.objects.filter(person=other).count() == 1
    assert not Guardianship.objects.filter(person=other).exists()


def test_pairs_of_a_large_school_are_found_in_a_moment(cast: Cast, roll: dict[str, Person]) -> None:
    """Told in another way, the query laid every document beside every other: minutes for 15,000 people."""
    rows = []
    for at in range(6_000):  # two of each name and birthday, with numbers of their own: nobody is to be merged
        born = date(1995, 1, 1) + timedelta(days=at // 2)
        own = number(born, 77 + 2 * (at % 2))
        rows.append(Newcomer(f"学生{at // 2}", 1, born, cast.class_one, "student", SINCE, identity=own))
    fill(by=None, school=cast.school, rows=rows, now=cast.now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_enrolment, people_identitydocument")
        cursor.execute("SET LOCAL statement_timeout = '3s'")
    assert duplicates.pairs(cast.registrar, cast.school) == []
