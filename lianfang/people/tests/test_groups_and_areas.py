"""Working groups with their members, and leaders who answer for units."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs.actions import groups as orgs
from lianfang.orgs.models import Group, Unit
from lianfang.people import access
from lianfang.people.actions import areas, groups
from lianfang.people.models import AreaAssignment, AreaVisit
from lianfang.people.queries import areas as area_queries
from lianfang.people.queries import groups as group_queries
from lianfang.people.queries import postings
from tests.cast import DAY, NOW, Cast

TOMORROW = DAY + timedelta(days=1)


def formed(cast: Cast, name: str = "防控工作领导小组", kind: str = "leading") -> Group:
    return orgs.form_group(
        by=cast.principal, unit=cast.school, kind=kind, name=name, task="统一指挥", from_on=DAY, now=NOW
    )


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def test_a_group_has_members_and_a_head(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    formed(cast, "信息宣传组", "publicity")
    group = formed(cast)
    for user, head in ((cast.clerk, False), (cast.principal, True), (cast.doctor, False)):
        groups.join(by=cast.principal, group=group, user=user, head=head, task="", from_on=DAY, now=NOW)
    with django_assert_num_queries(2):
        rows = [
            (row.name, [member.user.name for member in vars(row)["now"]])
            for row in group_queries.groups_of(cast.school, DAY)
        ]
    assert rows == [("防控工作领导小组", ["黄国平", "周敏", "高洁"]), ("信息宣传组", [])]
    with pytest.raises(Refused) as refused:
        groups.join(by=cast.principal, group=group, user=cast.clerk, head=False, task="", from_on=DAY, now=NOW)
    assert code(refused) == "people.member_already"


def test_two_groups_of_a_unit_are_not_called_alike(cast: Cast) -> None:
    group = formed(cast)
    with pytest.raises(Refused) as refused:
        formed(cast, " 防控工作领导小组 ")
    assert code(refused) == "orgs.group_name_taken"
    orgs.change_group(by=cast.principal, group=group, kind="leading", name=group.name, task="值班", now=NOW)
    assert Event.objects.get(verb="group.changed").detail == {"fields": ["task"]}


def test_nobody_joins_a_group_that_was_dissolved_meanwhile(cast: Cast) -> None:
    seen = formed(cast)
    groups.dissolve(by=cast.principal, group=seen, to_on=DAY, now=NOW)
    seen.to_on = None  # as the page showed it
    with pytest.raises(Refused) as refused:
        groups.join(by=cast.principal, group=seen, user=cast.clerk, head=False, task="", from_on=DAY, now=NOW)
    assert code(refused) == "orgs.group_over"


def test_a_dissolved_group_keeps_its_history(cast: Cast) -> None:
    group = formed(cast)
    groups.join(by=cast.principal, group=group, user=cast.clerk, head=False, task="联络", from_on=DAY, now=NOW)
    groups.dissolve(by=cast.principal, group=group, to_on=DAY, now=NOW)
    assert not group_queries.groups_of(cast.school, TOMORROW).exists()
    assert [past.name for past in group_queries.past_groups(cast.school, TOMORROW)] == ["防控工作领导小组"]
    assert [(member.user.name, member.to_on) for member in group_queries.history(group)] == [("周敏", DAY)]
    with pytest.raises(Refused) as refused:
        groups.dissolve(by=cast.principal, group=group, to_on=DAY, now=NOW)
    assert code(refused) == "orgs.group_over"
    formed(cast)  # a new one may take the name


def assigned(cast: Cast) -> AreaAssignment:
    return areas.assign(by=cast.principal, user=cast.leader, unit=cast.department, task="包系", from_on=DAY, now=NOW)


def visited(cast: Cast, assignment: AreaAssignment, **told: Any) -> AreaVisit:
    facts: dict[str, Any] = {"on": DAY, "found": "宿舍通风正常", "problem": "", "due_on": None} | told
    return areas.visit(by=cast.leader, assignment=assignment, now=NOW, **facts)


def test_a_leader_answers_for_a_unit_and_keeps_a_ledger(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assignment = assigned(cast)
    visited(cast, assignment)
    found = visited(cast, assignment, problem="洗手液用完", due_on=TOMORROW)
    with django_assert_num_queries(1):
        (row,) = area_queries.assigned_to(cast.leader, DAY + timedelta(days=2))
    assert (row.unit.name, row.last, row.open, row.late) == ("机械工程系", DAY, 1, 1)  # type: ignore[attr-defined]
    areas.settle(by=cast.leader, visit=found, on=DAY, note="已补充", now=NOW)
    (row,) = area_queries.assigned_to(cast.leader, DAY)
    assert row.open == 0  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        areas.settle(by=cast.leader, visit=found, on=DAY, note="再次", now=NOW)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"on": TOMORROW}, "people.visit_day"),
        ({"on": DAY - timedelta(days=1)}, "people.visit_day"),
        ({"found": "  "}, "people.visit_empty"),
        ({"problem": "缺口罩"}, "people.visit_due"),
        ({"problem": "缺口罩", "due_on": DAY - timedelta(days=1)}, "people.visit_due"),
    ],
)
def test_a_line_of_the_ledger_makes_sense(cast: Cast, told: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        visited(cast, assigned(cast), **told)
    assert code(refused) == problem


def test_nobody_writes_the_ledger_of_another_or_after_the_end(cast: Cast) -> None:
    assignment = assigned(cast)
    with pytest.raises(Refused):
        areas.visit(
            by=cast.principal, assignment=assignment, on=DAY, found="好", problem="", due_on=None, now=NOW
        )  # fmt: skip
    areas.end(by=cast.principal, assignment=assignment, to_on=DAY, now=NOW)
    areas.end(by=cast.principal, assignment=assignment, to_on=TOMORROW, now=NOW)
    assert AreaAssignment.objects.get().to_on == DAY
    with pytest.raises(Refused):
        visited(cast, assignment)


def test_the_overview_says_who_answers_and_where_nobody_does(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assigned(cast)
    below = Unit.objects.under(cast.school)
    with django_assert_num_queries(2):
        rows = {
            unit.name: [held.user.name for held in unit.answering]  # type: ignore[attr-defined]
            for unit in area_queries.overview(below, DAY, without=False)
        }
    assert rows["机械工程系"] == ["刘建国"]
    assert rows["机电1901班"] == []
    assert "防控办" not in rows
    assert "机械工程系" not in {unit.name for unit in area_queries.overview(below, DAY, without=True)}


def test_only_leaders_are_made_answerable(cast: Cast) -> None:
    assert {user.username for user in postings.leaders_for(cast.class_one, DAY)} == {"leader", "principal"}
    assert not access.can(cast.leader, "area.manage", cast.school)
