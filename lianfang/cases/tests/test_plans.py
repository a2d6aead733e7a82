"""Emergency plans and drills on a real database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.cases.actions import emergencies, plans
from lianfang.cases.models import Emergency, PlanRun, PlanStep
from lianfang.cases.queries import plans as queries
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.obligations.models import Obligation
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db


def begin(cast: Cast, emergency: Emergency | None = None, **more: Any) -> PlanRun:
    given = {"by": cast.clerk, "school": cast.school, "plan": "suspected_case", "key": uuid7(), "now": NOW, **more}
    return plans.begin(emergency=emergency, **given)


def emergency(cast: Cast) -> Emergency:
    return emergencies.report(
        by=cast.clerk, key=uuid7(), school=cast.school, unit=cast.class_one, kind="person", discovered_at=NOW,
        facts=Facts(count=1), now=NOW,
    )  # fmt: skip


def note(cast: Cast, run: PlanRun, step: str, minutes: int = 5, **more: Any) -> PlanStep:
    at = NOW + timedelta(minutes=minutes)
    given = {"by": cast.doctor, "outcome": "done", "at": at, "key": uuid7(), "now": at, **more}
    return plans.note(run=run, step=step, **given)


def owed(run: PlanRun) -> dict[str, tuple[str, datetime | None]]:
    rows = Obligation.objects.waiting().filter(key__startswith=f"plan:{run.pk}:")
    return {row.key.rsplit(":", 1)[-1]: (row.kind, row.due_at) for row in rows}


def test_what_has_a_time_is_owed_by_the_duty_and_the_rest_once_its_clock_begins(cast: Cast) -> None:
    run = begin(cast, emergency(cast))
    first = owed(run)
    assert first["apart"] == ("plan_doctor", NOW + timedelta(minutes=10))
    assert "air" not in first  # waits until the person is apart
    note(cast, run, "apart", 5)
    then = owed(run)
    assert "apart" not in then
    assert then["air"] == ("plan_office", NOW + timedelta(minutes=125))
    note(cast, run, "apart", 7)  # corrected: two minutes later
    assert owed(run)["air"][1] == NOW + timedelta(minutes=127)
    assert [row.corrects_id is not None for row in run.steps.order_by("number")] == [False, True]


def test_a_drill_owes_drills_tells_nobody_outside_and_counts_once_it_is_evaluated(cast: Cast) -> None:
    run = begin(cast)
    assert run.drill
    assert {kind for kind, _ in owed(run).values()} == {"drill_doctor", "drill_office", "drill_leading"}
    assert not Emergency.objects.exists()
    assert queries.drills([cast.school, cast.second], DAY) == {cast.school.pk: 0, cast.second.pk: 0}
    plans.finish(by=cast.clerk, run=run, went_well="分工清楚", to_change="名单未更新", now=NOW + timedelta(hours=1))
    assert owed(run) == {}
    assert queries.drills([cast.school, cast.second], DAY) == {cast.school.pk: 1, cast.second.pk: 0}
    assert Event.objects.filter(verb="plan.finished").count() == 1


def test_what_is_sent_twice_is_once(cast: Cast) -> None:
    about, key = emergency(cast), uuid7()
    run = begin(cast, about, key=key)
    assert begin(cast, about, key=key) == run == begin(cast, about, by=cast.head)
    again = uuid7()
    assert note(cast, run, "apart", key=again) == note(cast, run, "apart", key=again)
    assert run.steps.count() == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [(("好", " "), "cases.plan_left_over"), (("", "电话"), "cases.plan_words_missing")],
)
def test_it_is_closed_with_an_evaluation(cast: Cast, words: tuple[str, str], code: str) -> None:
    run = begin(cast)
    with pytest.raises(Refused) as refused:
        plans.finish(by=cast.clerk, run=run, went_well=words[0], to_change=words[1], now=NOW)
    assert [one.code for one in refused.value.problems] == [code]


def test_nothing_is_added_to_what_is_closed_and_no_plan_hangs_on_what_is_over(cast: Cast) -> None:
    about = emergency(cast)
    run = begin(cast, about)
    plans.finish(by=cast.clerk, run=run, went_well="好", to_change="无", now=NOW)
    with pytest.raises(Refused, match="plan_over"):
        note(cast, run, "apart", 0)
    emergencies.add(by=cast.clerk, emergency=about, facts=Facts(), outcome="excluded", key=uuid7(), now=NOW)
    with pytest.raises(Refused, match="plan_emergency"):
        begin(cast, about, plan="cluster")
    with pytest.raises(Refused, match="plan_emergency"):
        begin(cast, emergency(cast), school=cast.second)


def test_the_page_names_the_next_step_and_the_city_reads_no_words_of_the_school(cast: Cast, client: Client) -> None:
    run = begin(cast, now=NOW - timedelta(minutes=30))
    note(cast, run, "apart", -25, result="留观室 2 号")
    page = reverse("cases:plan", args=[run.pk])
    client.force_login(cast.head)
    shown = client.get(page).content.decode()
    assert "留观室 2 号" in shown
    assert "这是演练" in shown
    assert "报告第一责任人和防控办" in shown
    client.force_login(cast.city)
    shown = client.get(page).content.decode()
    assert "留观室 2 号" not in shown
    assert reverse("cases:plan_note", args=[run.pk, "air"]) not in shown


def test_a_step_that_does_not_apply_needs_a_reason_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    run = begin(cast, now=NOW - timedelta(minutes=30))
    client.force_login(cast.head)
    page = reverse("cases:plan_note", args=[run.pk, "family"])
    typed = {"key": str(uuid7()), "outcome": "not_needed", "at": f"{NOW - timedelta(minutes=5):%Y-%m-%dT%H:%M}"}
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert "请写明为何不适用" in answer.content.decode()
    assert client.post(page, typed | {"result": "教职工，无家长"}).status_code == 302
    assert run.steps.get().outcome == "not_needed"


def test_the_list_asks_as_often_for_five_as_for_one(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        begin(cast)
    with django_assert_num_queries(3):  # postings, runs, steps
        rows = list(queries.listed(cast.head))
        assert [len(queries.stands(row, NOW)) for row in rows] == [10] * 5
