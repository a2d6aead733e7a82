"""Coming, moving, leaving, being away: what happens to the rows, and what is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.actions import enrolling, guardians
from lianfang.people.models import Enrolment, Lodging, Marking, Person
from lianfang.people.models.roster import Ending
from tests.cast import SINCE, Cast
from tests.pupils import enter, pupils


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


def row_of(person: Person) -> Enrolment:
    return Enrolment.objects.get(person=person, to_on__isnull=True)


def refused(doing: Callable[..., Any], **how: Any) -> str:
    with pytest.raises(Refused) as found:
        doing(**how)
    return found.value.problems[0].code


def test_a_move_ends_the_old_row_the_day_before(cast: Cast, roll: dict[str, Person]) -> None:
    old = row_of(roll["boy"])
    new = enrolling.move(by=cast.registrar, belonging=old, unit=cast.class_two, from_on=cast.day, now=cast.now)
    old.refresh_from_db()
    assert (old.to_on, old.ending) == (cast.day - timedelta(days=1), Ending.CLASS)
    assert (new.unit, new.number, new.school) == (cast.class_two, "2019010102", cast.school)
    assert Event.objects.get(verb="person.moved").detail["from"] == cast.class_one.pk


def test_a_move_on_the_first_day_puts_the_row_right(cast: Cast) -> None:
    person = enter(cast.registrar, cast.class_one, "今天来", from_on=cast.day)
    enrolling.move(by=cast.registrar, belonging=row_of(person), unit=cast.class_two, from_on=cast.day, now=cast.now)
    assert Enrolment.objects.get(person=person).unit == cast.class_two


def test_a_move_to_another_school_leaves_the_number_behind(cast: Cast, roll: dict[str, Person]) -> None:
    new = enrolling.move(
        by=cast.registrar, belonging=row_of(roll["boy"]), unit=cast.second, from_on=cast.day, now=cast.now
    )
    assert (new.number, new.school) == ("", cast.second)
    assert Enrolment.objects.get(person=roll["boy"], school=cast.school).ending == Ending.SCHOOL


def test_a_move_that_cannot_be_is_refused(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {"by": cast.registrar, "belonging": row_of(roll["boy"]), "now": cast.now}
    early = SINCE - timedelta(days=1)
    assert refused(enrolling.move, unit=cast.class_two, from_on=early, **how) == "people.moves_before_start"
    assert refused(enrolling.move, unit=cast.class_one, from_on=cast.day, **how) == "people.moves_nowhere"
    assert refused(enrolling.move, unit=cast.city_unit, from_on=cast.day, **how) == "people.belongs_elsewhere"
    assert refused(enrolling.move, unit=cast.prevention, from_on=cast.day, **how) == "people.belongs_elsewhere"
    assert Enrolment.objects.filter(person=roll["boy"]).count() == 1


def test_leaving_ends_lodging_and_groups(cast: Cast, roll: dict[str, Person]) -> None:
    girl = roll["girl"]
    enrolling.mark(
        by=cast.registrar, person=girl, school=cast.school, unit=cast.class_one, group="staying", note="",
        from_on=SINCE, now=cast.now,
    )  # fmt: skip
    how: dict[str, Any] = {"by": cast.registrar, "belonging": row_of(girl), "now": cast.now}
    assert refused(enrolling.end, ending="left", to_on=SINCE - timedelta(days=1), **how) == (
        "people.ends_before_it_began"
    )
    assert refused(enrolling.end, ending="class", to_on=cast.day, **how) == "people.ending_unknown"
    enrolling.end(ending="left", to_on=cast.day, **how)
    assert Lodging.objects.get(person=girl).to_on == cast.day
    assert Marking.objects.get(person=girl).to_on == cast.day
    assert refused(enrolling.end, ending="left", to_on=cast.day, **how) == "people.belonging_over"


def test_somebody_who_also_works_at_the_school_keeps_the_bed(cast: Cast, roll: dict[str, Person]) -> None:
    girl = roll["girl"]
    enrolling.enrol(by=cast.registrar, person=girl, unit=cast.school, as_a="canteen", from_on=SINCE, now=cast.now)
    row = Enrolment.objects.get(person=girl, as_a="student")
    enrolling.end(by=cast.registrar, belonging=row, ending="graduated", to_on=cast.day, now=cast.now)
    assert Lodging.objects.get(person=girl).to_on is None


def test_a_leave_of_absence_stays_inside_the_belonging(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {"by": cast.registrar, "belonging": row_of(roll["boy"]), "now": cast.now}
    away: dict[str, Any] = {"why": "病休", **how}
    assert refused(enrolling.back_from_leave, on=cast.day, **how) == "people.not_away"
    assert refused(enrolling.take_leave, away_from=SINCE - timedelta(days=1), away_to=None, **away) == (
        "people.away_before_start"
    )
    assert refused(enrolling.take_leave, away_from=cast.day, away_to=SINCE, **away) == "people.away_order"
    enrolling.take_leave(away_from=cast.day, away_to=None, **away)
    assert refused(enrolling.take_leave, away_from=cast.day, away_to=None, **away) == "people.away_already"
    row = enrolling.back_from_leave(on=cast.day + timedelta(days=30), **how)
    assert row.away_to == cast.day + timedelta(days=29)
    assert row.to_on is None


def test_back_on_the_first_day_means_never_away(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {"by": cast.registrar, "belonging": row_of(roll["boy"]), "now": cast.now}
    enrolling.take_leave(away_from=cast.day, away_to=None, why="事假", **how)
    row = enrolling.back_from_leave(on=cast.day, **how)
    assert (row.away_from, row.away_to, row.away_why) == (None, None, "")


def test_another_bed_is_another_row_and_the_same_bed_is_none(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {
        "by": cast.registrar,
        "person": roll["girl"],
        "school": cast.school,
        "now": cast.now,
        "unit": cast.class_one,
    }
    bed = enrolling.NewLodging("boarder", "3栋", "305", "2")
    events = Event.objects.count()
    enrolling.lodge(lodging=bed, from_on=cast.day, **how)
    assert (Lodging.objects.count(), Event.objects.count()) == (1, events)
    enrolling.lodge(lodging=enrolling.NewLodging("day"), from_on=cast.day, **how)
    rows = Lodging.objects.filter(person=roll["girl"]).order_by("from_on").values_list("kind", "to_on")
    assert list(rows) == [("boarder", cast.day - timedelta(days=1)), ("day", None)]


def test_a_whole_class_goes_on_with_one_event(cast: Cast, roll: dict[str, Person]) -> None:
    chosen = [row_of(roll[who]).pk for who in ("girl", "boy", "brother", "cook")]
    went = enrolling.move_class(
        by=cast.registrar, unit=cast.class_one, to=cast.class_two, belongings=chosen, from_on=cast.day, now=cast.now
    )
    assert went == 2, "only pupils of that very class"
    assert {row_of(roll[who]).unit for who in ("girl", "boy", "brother")} == {cast.class_two}
    assert row_of(roll["cook"]).unit == cast.school
    event = Event.objects.get(verb="person.many_moved")
    assert (event.detail["people"], event.detail["to"]) == (2, cast.class_two.pk)


def test_a_whole_class_graduates(cast: Cast, roll: dict[str, Person]) -> None:
    chosen = [row_of(roll[who]).pk for who in ("girl", "boy")]
    how: dict[str, Any] = {"by": cast.registrar, "unit": cast.class_one, "now": cast.now}
    assert enrolling.graduate_class(belongings=chosen, to_on=cast.day, **how) == 2
    ended = Enrolment.objects.filter(pk__in=chosen).values_list("to_on", "ending")
    assert set(ended) == {(cast.day, Ending.GRADUATED)}
    assert Lodging.objects.get(person=roll["girl"]).to_on == cast.day
    assert refused(enrolling.graduate_class, belongings=chosen, to_on=cast.day, **how) == "people.nobody_chosen"


def test_nobody_belongs_to_a_school_twice_as_the_same(cast: Cast, roll: dict[str, Person]) -> None:
    code = refused(
        enrolling.enrol, by=cast.registrar, person=roll["boy"], unit=cast.class_two, as_a="student",
        from_on=date(2020, 2, 1), now=cast.now,
    )  # fmt: skip
    assert code == "people.already_belongs"


def test_a_closed_class_takes_nobody(cast: Cast, roll: dict[str, Person]) -> None:
    cast.class_two.valid_to = cast.day - timedelta(days=1)
    cast.class_two.save()
    code = refused(
        enrolling.move, by=cast.registrar, belonging=row_of(roll["boy"]), unit=cast.class_two, from_on=cast.day,
        now=cast.now,
    )  # fmt: skip
    assert code == "people.unit_over"


def test_groups_begin_and_end(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {"by": cast.registrar, "unit": cast.class_one, "now": cast.now}
    one: dict[str, Any] = {
        "person": roll["boy"],
        "school": cast.school,
        "group": "intern",
        "note": "株洲",
        "from_on": SINCE,
        **how,
    }
    marking = enrolling.mark(**one)
    assert refused(enrolling.mark, **one) == "people.already_marked"
    enrolling.unmark(marking=marking, on=cast.day, **how)
    enrolling.unmark(marking=marking, on=cast.day, **how)
    assert Event.objects.filter(verb="person.unmarked").count() == 1


def test_a_move_to_another_school_ends_bed_and_groups_at_the_old_one(cast: Cast, roll: dict[str, Person]) -> None:
    girl = roll["girl"]
    boards = enrolling.NewLodging("boarder", "3栋", "502")
    enrolling.lodge(by=None, person=girl, school=cast.school, lodging=boards, from_on=SINCE, now=cast.now)
    enrolling.move(by=None, belonging=row_of(girl), unit=cast.second, from_on=cast.day, now=cast.now)
    last = cast.day - timedelta(days=1)
    assert set(Lodging.objects.filter(person=girl, school=cast.school).values_list("to_on", flat=True)) == {last}
    assert not Marking.objects.filter(person=girl, school=cast.school, to_on__isnull=True).exists()


def test_a_move_to_a_school_one_belongs_to_is_refused(cast: Cast, roll: dict[str, Person]) -> None:
    how: dict[str, Any] = {"by": None, "unit": cast.second, "from_on": cast.day, "now": cast.now}
    enrolling.enrol(person=roll["boy"], as_a="student", **how)
    here = Enrolment.objects.get(person=roll["boy"], school=cast.school)
    assert refused(enrolling.move, belonging=here, **how) == "people.already_belongs"
    how = {"by": cast.registrar, "unit": cast.class_one, "belongings": [here.pk], "from_on": cast.day, "now": cast.now}
    assert refused(enrolling.move_class, to=cast.second, **how) == "people.already_belongs"
    here.refresh_from_db()
    assert here.to_on is None


def test_nothing_hangs_on_a_record_that_was_destroyed_or_merged_meanwhile(cast: Cast, roll: dict[str, Person]) -> None:
    """The page was opened before, the form is sent after."""
    gone, merged = roll["boy"], roll["girl"]
    Person.objects.filter(pk=gone.pk).update(name="", phone=None, phone_index=None, address=None, purged_at=cast.now)
    Person.objects.filter(pk=merged.pk).update(merged_into=gone.pk)
    flat = guardians.add_household(by=cast.registrar, school=cast.school, label="3栋501", address="", now=cast.now)
    how: dict[str, Any] = {"by": cast.registrar, "now": cast.now}
    mother = guardians.NewGuardian("李梅", "13800138000", "mother")
    boards, at = enrolling.NewLodging("boarder"), {"school": cast.school, "from_on": cast.day}
    for person, code in ((gone, "people.person_purged"), (merged, "people.person_merged")):
        on: dict[str, Any] = {"person": person, "from_on": cast.day, **how}
        assert refused(enrolling.enrol, unit=cast.class_one, as_a="staff", **on) == code
        assert refused(enrolling.lodge, lodging=boards, **at, person=person, **how) == code
        assert refused(enrolling.mark, unit=cast.class_one, school=cast.school, group="intern", note="", **on) == code
        assert refused(guardians.add_guardian, guardian=mother, **on) == code
        assert refused(guardians.join_household, household=flat, **on) == code
