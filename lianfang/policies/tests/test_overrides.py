"""What a unit decided differently: nearest unit first, then the latest row, within its dates."""

from datetime import date, timedelta

import pytest

from lianfang.core.models import Event
from lianfang.policies.actions import override
from lianfang.policies.queries import below, in_force

KEY = "returns.situation_2020.due.school"


@pytest.fixture
def decide(cast):
    def run(unit, value, *, from_on=cast.day, to_on=None, now=cast.now):
        return override(
            by=cast.admin, unit=unit, key=KEY, value=value, from_on=from_on, to_on=to_on, reason="试行", now=now
        )

    return run


def test_nothing_decided_is_nothing_in_force(cast):
    assert in_force(cast.school, cast.day, "returns.") == {}


def test_the_nearest_unit_wins_over_the_one_above_it(cast, decide):
    decide(cast.city_unit, "14:00")
    decide(cast.province_unit, "13:00", now=cast.now + timedelta(hours=1))
    assert in_force(cast.school, cast.day, "returns.") == {KEY: "14:00"}
    assert in_force(cast.second, cast.day, "returns.") == {KEY: "13:00"}


def test_a_later_decision_of_the_same_unit_replaces_the_earlier_one(cast, decide):
    decide(cast.city_unit, "14:00")
    decide(cast.city_unit, "14:20", now=cast.now + timedelta(hours=1))
    assert in_force(cast.school, cast.day, KEY) == {KEY: "14:20"}


@pytest.mark.parametrize(("day", "value"), [(4, {}), (5, {KEY: "14:00"}), (7, {KEY: "14:00"}), (8, {})])
def test_it_holds_from_its_first_to_its_last_day(cast, decide, day, value):
    decide(cast.city_unit, "14:00", from_on=date(2020, 2, 5), to_on=date(2020, 2, 7))
    assert in_force(cast.school, date(2020, 2, day), KEY) == value


def test_a_board_gets_every_decision_that_touches_its_area_outermost_first(cast, decide):
    decide(cast.city_unit, "14:00")
    decide(cast.province_unit, "13:00")
    decide(cast.second_city, "12:00")
    assert [(row.path, row.value) for row in below(cast.city_unit, cast.day, KEY)] == [
        (cast.province_unit.path, "13:00"),
        (cast.city_unit.path, "14:00"),
    ]


def test_a_decision_is_an_event_with_its_reason(cast, decide):
    decide(cast.city_unit, "14:00")
    event = Event.objects.get(verb="policy.overridden")
    assert (event.by_name, event.unit_id, event.detail["reason"]) == ("蒋华", cast.city_unit.pk, "试行")
