"""Wartime and peacetime, and what must be assessed before it is used."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.policies import actions, queries
from lianfang.policies.models import Assessment, Response
from tests.cast import DAY, NOW, Cast

TEXT = "只收集履行法定职责所必需的信息，逐项评估影响，并采取加密、分权和审计措施。"


def opened(cast: Cast, **changes: Any) -> Response:
    facts: dict[str, Any] = {
        "by": cast.admin, "unit": cast.city_unit, "name": "新冠肺炎", "level": 1, "reason": "省政府启动一级响应",
        "from_on": DAY, "now": NOW,
    }  # fmt: skip
    return actions.open_response(**{**facts, **changes})


def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.problems[0].text
    return refused.value.problems[0].code


def test_a_response_runs_for_the_unit_and_everything_below_from_its_first_day(cast: Cast) -> None:
    response = opened(cast)
    assert queries.mode(cast.class_one, DAY) == response
    assert queries.mode(cast.city_unit, DAY) == response
    assert queries.mode(cast.second, DAY) is None
    assert queries.mode(cast.school, DAY - timedelta(days=1)) is None
    assert Event.objects.get(verb="response.opened").subject == "新冠肺炎"


def test_the_gravest_of_several_counts(cast: Cast) -> None:
    opened(cast, unit=cast.school, name="流感", level=3)
    grave = opened(cast)
    assert queries.mode(cast.school, DAY) == grave


def test_the_file_of_its_disease_says_what_a_level_switches_on(cast: Cast) -> None:
    opened(cast, disease="covid19", level=3)
    opened(cast, unit=cast.school, name="流感", level=4)
    both = queries.running(cast.class_one, DAY)
    assert [(one.response.name, one.stage and one.stage.level) for one in both] == [("新冠肺炎", 3), ("流感", None)]
    named, plain = both
    assert [check for check in ("morning", "noon", "evening") if named.asks(check)] == ["morning", "noon"]
    assert plain.asks("evening"), "where no file says otherwise every check is held that a response asks for"
    assert queries.running(cast.second, DAY) == []


def test_the_rules_of_the_day_count_and_not_those_of_the_day_it_began(cast: Cast) -> None:
    opened(cast, disease="covid19", level=1)
    cards = []
    for day in (DAY, date(2023, 3, 1)):
        (one,) = queries.running(cast.school, day)
        assert one.stage is not None
        cards.append((one.stage.card, one.stage.arrivals_days))
    assert cards == [("epidemic_2020", 14), ("plain", 0)]


def test_a_level_is_of_its_disease_or_of_all(cast: Cast) -> None:
    opened(cast, disease="covid19", level=2)
    assert (queries.level(cast.school, DAY, "covid19"), queries.level(cast.school, DAY, "influenza")) == (2, 0)
    opened(cast, name="突发公共卫生事件", level=3)
    assert (queries.level(cast.school, DAY, "covid19"), queries.level(cast.school, DAY, "influenza")) == (2, 3)
    assert queries.level(cast.second, DAY, "covid19") == 0


def test_a_response_that_names_no_disease_is_asked_for_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    opened(cast)
    with django_assert_num_queries(1):
        queries.running(cast.school, DAY)
    opened(cast, disease="covid19", name="新冠")
    with django_assert_num_queries(2):
        queries.running(cast.school, DAY)


def test_after_its_last_day_it_is_peacetime_and_the_past_stays_readable(cast: Cast) -> None:
    response = opened(cast)
    later = NOW + timedelta(days=30)
    actions.end_response(by=cast.admin, response=response, to_on=later.date(), now=later)
    assert queries.mode(cast.school, later.date()) is not None
    assert queries.mode(cast.school, later.date() + timedelta(days=1)) is None
    response.refresh_from_db()
    assert (response.ended_by_name, response.ended_at) == (cast.admin.name, later)
    opened(cast, now=later, from_on=later.date())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_on": DAY + timedelta(days=1)}, "policies.response_ahead"),
        ({}, "policies.response_runs"),
        ({"disease": "unicorn-pox", "name": "独角兽"}, "policies.disease_unknown"),
    ],
)
def test_what_cannot_begin_is_refused(cast: Cast, changes: dict[str, Any], code: str) -> None:
    opened(cast)
    assert refusal(lambda: opened(cast, **changes)) == code


def test_it_ends_once_and_within_its_days(cast: Cast) -> None:
    response = opened(cast)

    def end(day: date) -> None:
        actions.end_response(by=cast.admin, response=response, to_on=day, now=NOW)

    assert refusal(lambda: end(DAY - timedelta(days=1))) == "policies.response_last_day"
    assert refusal(lambda: end(DAY + timedelta(days=1))) == "policies.response_last_day"
    end(DAY)
    assert refusal(lambda: end(DAY)) == "policies.response_over"


def assessed(cast: Cast, **changes: Any) -> Assessment:
    facts: dict[str, Any] = {
        "by": cast.security, "unit": cast.province_unit, "module": "self_service", "necessity": TEXT, "risks": TEXT,
        "measures": TEXT, "valid_to": DAY + timedelta(days=365), "now": NOW,
    }  # fmt: skip
    return actions.assess(**{**facts, **changes})


def test_a_module_is_assessed_here_or_above_until_its_last_day(cast: Cast) -> None:
    assert not queries.assessed("self_service", cast.school, DAY)
    row = assessed(cast)
    assert queries.assessed("self_service", cast.school, row.valid_to)
    assert not queries.assessed("self_service", cast.school, row.valid_to + timedelta(days=1))
    assert not queries.assessed("health_notes", cast.school, DAY)
    assert not queries.assessed("self_service", cast.nation, DAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"necessity": "必要"}, "policies.assessment_short"),
        ({"risks": " " * 30}, "policies.assessment_short"),
        ({"valid_to": DAY}, "policies.assessment_term"),
        ({"valid_to": DAY + timedelta(days=1200)}, "policies.assessment_term"),
    ],
)
def test_an_assessment_says_something_and_holds_for_a_while(cast: Cast, changes: dict[str, Any], code: str) -> None:
    assert refusal(lambda: assessed(cast, **changes)) == code


def test_the_database_knows_four_levels(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(cast, level=5)


def test_the_day_of_a_response_is_the_day_in_china(cast: Cast) -> None:
    late = datetime.fromisoformat("2020-02-05T23:30:00+00:00")  # 6 February in China
    assert opened(cast, from_on=date(2020, 2, 6), now=late).from_on == date(2020, 2, 6)
