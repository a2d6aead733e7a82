"""Checks follow the school calendar: a day off owes nothing, and what is sent all the same counts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core.ids import uuid7
from lianfang.health.actions import opening, rolls
from lianfang.health.models import Group
from lianfang.health.queries import boards, classes, mine, places, terms, today
from lianfang.health.queries.owed import SOURCE
from lianfang.health.rules import plan, sent
from lianfang.health.rules.folding import runs
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.status import Status
from lianfang.health.tests.classes import fill
from lianfang.orgs import actions as orgs
from lianfang.orgs.actions import calendar
from lianfang.orgs.models import Unit
from lianfang.orgs.rules.calendar import EVERY
from lianfang.policies.models import Override
from tests.browser import Clock
from tests.cast import DAY, NOW, SINCE, Cast

SATURDAY = date(2020, 2, 8)
NINE = NOW + timedelta(days=3)


@pytest.fixture
def opened(cast: Cast, clock: Clock) -> Cast:
    """The class of one school and one of another of the province, each with two pupils, on a Wednesday and Saturday."""
    clock.set("2020-02-08 09:00")
    other = orgs.create_unit(by=None, parent=cast.second, kind="class", code="", name="护理1901班", now=NOW)
    fill(cast.class_one, 2)
    fill(other, 2)
    for on in (DAY, SATURDAY):
        opening.open_day(on)
    return cast


def suspend(cast: Cast, unit: Unit, on: date = DAY) -> None:
    facts = {"decided_by": "岳麓区人民政府", "reason": "聚集性疫情"}
    calendar.enter(by=cast.city, unit=unit, kind="suspension", from_on=on, to_on=on, now=NOW, **facts)


def decide(cast: Cast, unit: Unit, key: str, value: str) -> None:
    facts = {"from_on": SINCE, "reason": "会议决定", "by_id": cast.admin.pk, "at": NOW}
    Override.objects.create(unit=unit, key=key, value=value, **facts)


def owing(unit: Unit, on: date) -> tuple[int, int]:
    found = boards.total(boards.standings(Unit.objects.get(pk=unit.pk), on, "morning"))
    return found.owing, found.classes


def silent(on: date) -> set[int]:
    return {one.school_id for one in SOURCE.silent("morning", on, NINE)}


def report(unit: Unit, on: date, group: int = 0) -> None:
    facts: dict[str, Any] = {"id": uuid7(), "unit": unit.pk, "group": group, "round": "morning", "on": on}
    seat = Seat(unit.school_id or unit.pk, unit.pk)
    (outcome,) = rolls.take([RollIn(sent.Roll(**facts), seat, on, Author(by_id=1), 2)], now=NINE)
    assert outcome.state == "taken"


def test_a_weekend_owes_nothing_anywhere(opened: Cast):
    assert (owing(opened.province_unit, DAY), owing(opened.province_unit, SATURDAY)) == ((2, 2), (0, 0))
    assert silent(DAY) == {opened.school.pk, opened.second.pk}
    assert silent(SATURDAY) == set()
    assert terms.rounds(Unit.objects.get(pk=opened.province_unit.pk), SATURDAY) == []
    assert classes.day(opened.school, SATURDAY).owing("morning") == []
    assert mine.owed(opened.teacher, NINE) == []
    assert today.watched(opened.city, NINE) == []
    assert SOURCE.slots(opened.city_unit, SATURDAY) == []


def test_one_suspended_school_of_a_county_owes_nothing_and_its_neighbour_does(opened: Cast):
    suspend(opened, opened.school)
    assert owing(opened.province_unit, DAY) == (1, 1)
    assert owing(opened.city_unit, DAY) == (0, 0)
    assert silent(DAY) == {opened.second.pk}
    lacking = boards.lacking(Unit.objects.get(pk=opened.province_unit.pk), DAY, "morning")
    assert [row.unit_id for row in lacking] == [opened.second.pk]
    assert set(SOURCE.standing(Unit.objects.get(pk=opened.province_unit.pk), "morning", DAY, NOW)) == {
        opened.second_city.pk
    }


def test_a_make_up_saturday_is_owed_where_it_was_entered(opened: Cast):
    facts = {"from_on": SATURDAY, "to_on": SATURDAY, "reason": "补2月3日的课", "now": NOW}
    calendar.enter(by=opened.head_second, unit=opened.second, kind="school_day", **facts)  # type: ignore[arg-type]
    assert owing(opened.province_unit, SATURDAY) == (1, 1)
    assert silent(SATURDAY) == {opened.second.pk}
    assert [one.round.code for one in terms.rounds(Unit.objects.get(pk=opened.province_unit.pk), SATURDAY)] == [
        "morning"
    ]


def test_a_unit_may_decide_that_a_round_is_owed_every_day(opened: Cast):
    decide(opened, opened.city_unit, "checks.morning.calendar", "every_day")
    assert owing(opened.province_unit, SATURDAY) == (1, 1)
    assert silent(SATURDAY) == {opened.school.pk}
    suspend(opened, opened.school, SATURDAY)
    assert silent(SATURDAY) == {opened.school.pk}, "every day is every day"


def test_groups_that_live_there_are_checked_on_days_off_too(opened: Cast):
    Group.objects.create(unit=opened.department, kind="staying", label="留校生", from_on=SINCE)
    group = Group.objects.get()
    assert owing(opened.province_unit, SATURDAY) == (1, 1)
    assert {one.unit_id for one in SOURCE.silent("morning", SATURDAY, NINE)} == {opened.department.pk}
    suspend(opened, opened.school)
    assert owing(opened.province_unit, DAY) == (2, 2), "the group of the suspended school, and the other school's class"
    assert {one.unit_id for one in SOURCE.silent("morning", DAY, NINE)} & {opened.class_one.pk} == set()
    report(opened.department, SATURDAY, group.pk)
    assert silent(SATURDAY) == set()


def test_a_roll_of_a_day_off_is_taken_and_shown(opened: Cast):
    report(opened.class_one, SATURDAY)
    client = Client()
    client.force_login(opened.head)
    page = client.get(f"/health/board/{opened.school.pk}/{SATURDAY}/")
    row = next(line for line in page.context["rows"] if line["row"].unit.pk == opened.class_one.pk)
    assert row["state"] == "done"
    assert "当日无须检查" in page.content.decode() or "No check is owed on this day" in page.content.decode()


def test_pages_of_a_day_off_say_why(opened: Cast):
    client = Client(headers={"accept-language": "en"})
    for user, address in (
        (opened.city, f"/health/board/{opened.city_unit.pk}/{SATURDAY}/"),
        (opened.head, f"/health/summary/{opened.school.pk}/{SATURDAY}/"),
        (opened.teacher, reverse("health:mine")),
    ):
        client.force_login(user)
        page = client.get(address)
        assert page.status_code == 200, address
        assert "Weekend" in page.content.decode() or "周末" in page.content.decode(), address


def test_the_rounds_of_a_class_and_of_a_group_by_calendar():
    def codes(kind: str, running: frozenset[str], **decided: str) -> list[str]:
        asked = {key.replace("_", "."): value for key, value in decided.items()}
        return [one.round.code for one in plan.wanted(asked, asked=(), running=running, kind=kind)]

    off = frozenset({"every_day", "workdays"})
    assert (codes("class", EVERY), codes("class", off)) == (["morning"], [])
    assert (codes("staying", off), codes("dormitory", off)) == (["morning"], [])
    assert codes("dormitory", off, checks_evening_calendar="every_day") == ["evening"]
    assert codes("class", off, checks_morning_calendar="workdays") == ["morning"]


def test_days_off_between_well_days_are_not_silent():
    days = [(DAY + timedelta(days=at), Status.WELL if at in (0, 5) else Status.NO_REPORT) for at in range(6)]
    (run,) = runs(days, {SATURDAY, SATURDAY + timedelta(days=1)})
    assert (run.well, run.silent) == (2, 2)


def test_places_ask_for_nothing_on_a_day_off(opened: Cast):
    place = places.Place(opened.class_one)
    assert [one.round.code for one in places.rounds([place], DAY)[place]] == ["morning"]
    assert places.rounds([place], SATURDAY)[place] == []
