"""Facts of an answer, and the names of places."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lianfang.health.rules import divisions
from lianfang.health.rules.sent import Flaw
from lianfang.health.rules.whereabouts import Journey, Meeting, Stay, Whereabouts, flaws, overlaps

ON = date(2020, 2, 5)
WUHAN, HERE = "420100", "430100"
AWAY = Whereabouts(
    ON, stayed_here=False, living_area=HERE, stays=(Stay(WUHAN, date(2020, 1, 10), date(2020, 1, 20)),),
    back_on=date(2020, 1, 20),
)  # fmt: skip
STAYED = Whereabouts(ON, stayed_here=True, living_area=HERE)


def found(facts: Whereabouts) -> list[tuple[str, str]]:
    return [(flaw.code.removeprefix("health.survey_"), flaw.field) for flaw in flaws(facts, divisions.names())]


def test_answers_that_hold_together_have_no_flaws() -> None:
    way = Journey("train", "G77", WUHAN, HERE, date(2020, 1, 20), ("430600",))
    met = Meeting("risk_area", "", ON)
    assert found(STAYED) == found(AWAY) == found(replace(AWAY, journeys=(way,), meetings=(met,))) == []
    assert STAYED.plain
    assert not replace(STAYED, meetings=(met,)).plain


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (replace(AWAY, stays=(Stay(WUHAN, ON, ON - timedelta(days=1)),)), ("ends_before", "stays.0.to_on")),
        (replace(AWAY, stays=(Stay(WUHAN, ON + timedelta(days=1)),)), ("ahead", "stays.0.from_on")),
        (replace(AWAY, stays=(Stay("429999", ON),)), ("area_unknown", "stays.0.area")),
        (replace(AWAY, back_on=ON + timedelta(days=1)), ("ahead", "back_on")),
        (replace(AWAY, stays=()), ("left_without_stay", "stays")),
        (replace(AWAY, stayed_here=True, back_on=None), ("stayed_and_left", "stayed_here")),
        (replace(STAYED, meetings=(Meeting("case", "1", ON),)), ("area_unknown", "meetings.0.area")),
        (replace(STAYED, meetings=(Meeting("case", "", ON + timedelta(days=1)),)), ("ahead", "meetings.0.on")),
        (replace(STAYED, meetings=(Meeting("case", "", ON),) * 31), ("too_many", "meetings")),
        (replace(STAYED, living_area=""), ("area_unknown", "living_area")),
        (
            replace(AWAY, journeys=(Journey("car", "", WUHAN, HERE, ON, ("1",)),)),
            ("area_unknown", "journeys.0.through"),
        ),
    ],
)
def test_what_cannot_be_stands_at_its_field(facts: Whereabouts, wrong: tuple[str, str]) -> None:
    assert found(facts) == [wrong]


def test_the_area_of_a_school_may_be_newer_than_the_list() -> None:
    assert flaws(replace(STAYED, living_area="430199"), {"430199"}) == []
    assert flaws(replace(STAYED, living_area="430199"), ()) == [Flaw("health.survey_area_unknown", "living_area")]


def test_stays_overlap_when_one_begins_before_the_other_is_over() -> None:
    first, next_day = Stay(WUHAN, date(2020, 1, 10), date(2020, 1, 20)), Stay(HERE, date(2020, 1, 20))
    inside = Stay("420600", date(2020, 1, 12), date(2020, 1, 13))
    assert overlaps(replace(AWAY, stays=(next_day, first))) == []
    assert overlaps(replace(AWAY, stays=(inside, next_day, first))) == [(first, inside)]
    assert overlaps(replace(AWAY, stays=(Stay(WUHAN, date(2020, 1, 1)), inside))) != []


@pytest.mark.parametrize(
    ("called", "codes"),
    [
        ("武汉", ["420100"]), ("湖北 武汉市", ["420100"]), ("湖北省武汉市江岸区", ["420102"]), ("湖北", ["420000"]),
        ("长沙", ["430100"]), ("岳麓区", ["430104"]), ("恩施", ["422800"]), ("延边", ["222400"]), ("神农架", ["429021"]),
        ("内蒙古", ["150000"]), ("浦东新区", ["310115"]), ("香港", ["810000"]), ("境外", ["990000"]), ("420100", ["420100"]),
        ("朝阳", ["110105", "211300", "220104"]), ("朝阳区", ["110105", "220104"]), ("崇文区", []), ("汉", []), ("", []),
    ],
)  # fmt: skip
def test_a_place_is_found_as_people_call_it(called: str, codes: list[str]) -> None:
    assert divisions.find(called) == codes


def test_every_place_of_the_list_is_found_by_its_full_name() -> None:
    assert len(divisions.names()) > 3000
    assert [code for code in divisions.names() if code not in divisions.find(divisions.label(code))] == []
