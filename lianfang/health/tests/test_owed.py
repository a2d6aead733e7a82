"""Who owes a roll: what the source says is what the boards say."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.core.ids import uuid7
from lianfang.health.actions import opening, rolls
from lianfang.health.models import Group
from lianfang.health.queries import boards, classes
from lianfang.health.queries.owed import SOURCE
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.tests.classes import fill
from lianfang.obligations.sources import Silent
from lianfang.orgs.models import Unit
from lianfang.policies.models import Override
from tests.browser import Clock
from tests.cast import DAY, NOW, SINCE, Cast

NINE = NOW.replace(hour=9, minute=0)
DUE = NOW.replace(hour=8, minute=30)


@pytest.fixture
def opened(cast: Cast, clock: Clock) -> Cast:
    """Two classes, each with three pupils, and the day open."""
    clock.set("2020-02-05 09:00")
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    return cast


def report(unit: Unit, group: int = 0, code: str = "morning") -> None:
    facts: dict[str, Any] = {"id": uuid7(), "unit": unit.pk, "group": group, "round": code, "on": DAY}
    seat = Seat(unit.school_id or unit.pk, unit.pk)
    (outcome,) = rolls.take([RollIn(sent.Roll(**facts), seat, DAY, Author(by_id=1), 3)], now=NOW)
    assert outcome.state == "taken"


def silent(due_by: datetime = NINE, paths: tuple[str, ...] = ("",), code: str = "morning") -> set[Silent]:
    return set(SOURCE.silent(code, DAY, due_by, paths))


def decide(cast: Cast, unit: Unit, key: str, value: str) -> None:
    facts = {"from_on": SINCE, "reason": "会议决定", "by_id": cast.admin.pk, "at": NOW}
    Override.objects.create(unit=unit, key=key, value=value, **facts)


def test_two_classes_that_have_not_reported_are_silent_and_one_report_later_one_of_them(opened: Cast) -> None:
    school = opened.school.pk
    assert silent() == {Silent(opened.class_one.pk, school, DUE), Silent(opened.class_two.pk, school, DUE)}
    report(opened.class_one)
    assert silent() == {Silent(opened.class_two.pk, school, DUE)}


def test_nobody_is_silent_before_the_deadline_and_everybody_at_its_second(opened: Cast) -> None:
    assert silent(DUE - timedelta(seconds=1)) == set()
    assert len(silent(DUE)) == 2


def test_a_deadline_of_its_own_holds_below_the_unit_that_decided_it(opened: Cast) -> None:
    decide(opened, opened.city_unit, "checks.morning.due", "08:50")
    decide(opened, opened.school, "checks.morning.due", "07:50")
    assert {one.due_at for one in silent()} == {NOW.replace(hour=7, minute=50)}
    stands = SOURCE.standing(opened.province_unit, "morning", DAY, NOW.replace(hour=8, minute=0))
    assert (stands[opened.city_unit.pk].late, stands[opened.city_unit.pk].since) == (2, NOW.replace(hour=7, minute=50))


@pytest.mark.parametrize(
    ("where", "found"),
    [("province_unit", 2), ("school", 2), ("department", 2), ("class_two", 1), ("second", 0), ("second_city", 0)],
)
def test_only_what_lies_below_the_paths_is_found(opened: Cast, where: str, found: int) -> None:
    assert len(silent(paths=(getattr(opened, where).path,))) == found


def test_several_paths_are_one_question(opened: Cast) -> None:
    paths = (opened.class_one.path, opened.second.path, opened.county_unit.path)
    assert {one.unit_id for one in silent(paths=paths)} == {opened.class_one.pk}


def test_the_source_agrees_with_the_boards_of_areas_and_of_the_school(opened: Cast) -> None:
    report(opened.class_one)
    whole = boards.total(boards.standings(opened.province_unit, DAY, "morning"))
    stands = SOURCE.standing(opened.province_unit, "morning", DAY, NINE)[opened.city_unit.pk]
    assert (stands.owing, stands.done, stands.late) == (whole.classes, whole.reported, 1) == (2, 1, 1)
    assert len(silent()) == whole.classes - whole.reported
    day = classes.day(opened.school, DAY)
    lacking = {row.unit.pk for row in day.owing("morning") if not row.reported("morning")}
    inside = SOURCE.standing(opened.school, "morning", DAY, NINE)
    assert {pk for pk, one in inside.items() if one.missing} == lacking == {one.unit_id for one in silent()}


def test_a_school_whose_day_is_not_open_owes_nothing_yet_on_board_and_here(opened: Cast) -> None:
    other = DAY + timedelta(days=1)
    assert list(SOURCE.silent("morning", other, NINE + timedelta(days=1))) == []
    assert boards.total(boards.standings(opened.province_unit, other, "morning")).classes == 0


def test_a_class_that_was_closed_is_not_silent(opened: Cast) -> None:
    Unit.objects.filter(pk=opened.class_two.pk).update(valid_to=DAY - timedelta(days=1))
    assert {one.unit_id for one in silent()} == {opened.class_one.pk}


def test_a_sponsored_school_stands_for_itself_at_its_sponsor(opened: Cast) -> None:
    fill(opened.second, 0)
    made = Unit.objects.get(pk=opened.class_one.pk)
    Unit.objects.filter(pk=made.pk).update(school=opened.second, path=f"{opened.second.path}{made.pk}.")
    Unit.objects.filter(pk=opened.second.pk).update(school=opened.second.pk)
    fill(Unit.objects.get(pk=made.pk), 3)
    opening.open_day(DAY)
    stands = SOURCE.standing(opened.authority, "morning", DAY, NINE)
    assert {pk: one.missing for pk, one in stands.items()} == {opened.second.pk: 1}


def test_a_group_that_is_checked_in_the_evening_is_silent_until_it_has_reported(opened: Cast) -> None:
    row = Group.objects.create(unit=opened.school, kind="dormitory", label="一号楼", building="一号楼", from_on=SINCE)
    late = NOW.replace(hour=21, minute=30)
    assert {one.unit_id for one in silent(late, code="evening")} == {opened.school.pk}
    stands = SOURCE.standing(opened.city_unit, "evening", DAY, late + timedelta(minutes=1))[opened.school.pk]
    assert (stands.owing, stands.done, stands.late) == (1, 0, 1)
    report(opened.school, row.pk, "evening")
    assert silent(late, code="evening") == set()


def test_a_round_that_no_school_owes_has_no_slot(opened: Cast) -> None:
    assert [one.code for one in SOURCE.slots(opened.province_unit, DAY)] == ["morning"]
    assert list(SOURCE.silent("noon", DAY, NOW.replace(hour=23))) == []
    decide(opened, opened.city_unit, "checks.noon.when", "always")
    assert [one.code for one in SOURCE.slots(Unit.objects.get(pk=opened.province_unit.pk), DAY)] == ["morning", "noon"]
    assert len(silent(NOW.replace(hour=23), code="noon")) == 2


def test_the_province_is_asked_once_however_many_classes_it_has(opened: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(silent()) == 2
    for at in range(5):
        made = Unit.objects.create(
            kind="class", tier="inner", code=f"X{at}", name=f"新{at}班", parent=opened.department, path="x",
            school=opened.school,
        )  # fmt: skip
        Unit.objects.filter(pk=made.pk).update(path=f"{opened.department.path}{made.pk}.")
        fill(Unit.objects.get(pk=made.pk), 1)
    opening.open_day(DAY)
    with CaptureQueriesContext(connection) as many:
        assert len(silent()) == 7
    assert len(few) == len(many) <= 8


def test_what_a_teacher_owes_has_its_place_and_its_clock(opened: Cast) -> None:
    (row,) = SOURCE.mine(opened.teacher, NINE)
    assert (row.kind, row.unit.pk, row.due_at, row.done_at) == ("class_roll", opened.class_one.pk, DUE, None)  # type: ignore[union-attr]
    report(opened.class_one)
    (row,) = SOURCE.mine(opened.teacher, NINE)
    assert row.done_at == NOW
