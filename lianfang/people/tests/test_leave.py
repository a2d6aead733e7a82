"""Absences: reported, agreed to by a superior, stood in for, called back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import leave as actions
from lianfang.people.models import Leave, Posting, User
from lianfang.people.queries import leave as queries
from lianfang.people.rules import leave as rules
from tests.cast import DAY, NOW, Cast

TOMORROW = DAY + timedelta(days=1)


def report(cast: Cast, by: User | None = None, **told: Any) -> Leave:
    facts: dict[str, Any] = {
        "unit": cast.school, "kind": "leave", "from_on": DAY, "to_on": TOMORROW, "where": "长沙市岳麓区桃花岭1号",
        "reason": "发热就诊", "stand_in": cast.teacher_two,
    } | told  # fmt: skip
    return actions.report(by=by or cast.teacher, now=NOW, **facts)


def agree(cast: Cast, leave: Leave, by: User | None = None) -> Leave:
    return actions.answer(by=by or cast.head, leave=leave, agreed=True, text="", now=NOW)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "waiting"),
        ({"agreed": True}, "now"),
        ({"agreed": True, "day": DAY - timedelta(days=1)}, "coming"),
        ({"agreed": True, "day": TOMORROW + timedelta(days=1)}, "over"),
        ({"agreed": True, "back": True}, "over"),
        ({"agreed": True, "recalled": True}, "recalled"),
        ({"refused": True}, "refused"),
    ],
)
def test_how_an_absence_stands(facts: dict[str, Any], state: str) -> None:
    given: dict[str, Any] = {
        "from_on": DAY, "to_on": TOMORROW, "agreed": False, "refused": False, "recalled": False, "back": False,
        "day": DAY,
    } | facts  # fmt: skip
    assert rules.state(**given) == state


def test_who_stands_in_acts_with_the_same_duties_while_it_lasts(cast: Cast) -> None:
    leave = report(cast)
    assert not access.can(again(cast.teacher_two), "person.view", cast.class_one)
    agree(cast, leave)
    stands_in = again(cast.teacher_two)
    days = {
        day: {post.unit_id for post in access.postings(again(cast.teacher_two), day)} for day in (DAY, date(2020, 2, 7))
    }
    assert days == {DAY: {cast.class_one.pk, cast.class_two.pk}, date(2020, 2, 7): {cast.class_two.pk}}
    actions.back(by=cast.teacher, leave=leave, now=NOW)
    assert {post.unit_id for post in access.postings(again(stands_in), DAY)} == {cast.class_two.pk}


def test_what_the_absent_one_loses_the_stand_in_loses_too(cast: Cast) -> None:
    agree(cast, report(cast))
    User.objects.filter(pk=cast.teacher.pk).update(is_active=False)
    assert {post.unit_id for post in access.postings(again(cast.teacher_two), DAY)} == {cast.class_two.pk}


def test_the_superior_agrees_and_not_those_it_concerns(cast: Cast) -> None:
    own = report(cast, by=cast.head, stand_in=cast.leader)
    for who in (cast.head, cast.leader, cast.clerk, cast.doctor, cast.head_second):
        with pytest.raises(Refused) as refused:
            agree(cast, own, by=who)
        assert code(refused) == "people.leave_not_yours"
    agree(cast, own, by=cast.principal)
    with pytest.raises(Refused) as refused:
        agree(cast, own, by=cast.principal)
    assert code(refused) == "people.leave_answered"


def test_a_refusal_says_why_and_nobody_stands_in(cast: Cast) -> None:
    leave = report(cast)
    with pytest.raises(Refused):
        actions.answer(by=cast.head, leave=leave, agreed=False, text="", now=NOW)
    actions.answer(by=cast.head, leave=leave, agreed=False, text="当天值班", now=NOW)
    assert {post.unit_id for post in access.postings(again(cast.teacher_two), DAY)} == {cast.class_two.pk}
    report(cast)  # may be reported anew


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"to_on": DAY - timedelta(days=1)}, "people.leave_days"),
        ({"to_on": DAY + timedelta(days=400)}, "people.leave_days"),
        ({"reason": " "}, "people.leave_reason_missing"),
    ],
)
def test_a_report_makes_sense(cast: Cast, told: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        report(cast, **told)
    assert code(refused) == problem


@pytest.mark.parametrize(("who", "problem"), [
    ("admin", "people.stand_in_apart"), ("security", "people.stand_in_apart"), ("auditor", "people.stand_in_apart"),
    ("outsider", "people.stand_in_no_duty"), ("teacher", "people.stand_in_self"),
])  # fmt: skip
def test_not_everybody_can_stand_in(cast: Cast, who: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        report(cast, stand_in=cast.people[who])
    assert code(refused) == problem


def test_two_absences_do_not_overlap(cast: Cast) -> None:
    report(cast)
    with pytest.raises(Refused) as refused:
        report(cast, from_on=TOMORROW, to_on=TOMORROW)
    assert code(refused) == "people.leave_overlaps"


def test_everybody_is_called_back_at_once(cast: Cast) -> None:
    agree(cast, report(cast))
    report(cast, by=cast.counsellor, stand_in=None)
    report(cast, by=cast.doctor, stand_in=None, kind="standby")
    elsewhere = report(cast, by=cast.clerk_second, unit=cast.second, stand_in=None)
    with CaptureQueriesContext(connection) as asked:
        assert actions.recall(by=cast.principal, unit=cast.school, reason="开学准备", now=NOW) == 2
    (held,) = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert held.endswith('FOR UPDATE OF "people_leave"')  # the units stay free: whatever refers to them would wait
    event = Event.objects.get(verb="leave.recalled")
    assert event.detail == {"people": sorted([cast.teacher.pk, cast.counsellor.pk])}
    assert {post.unit_id for post in access.postings(again(cast.teacher_two), DAY)} == {cast.class_two.pk}
    assert queries.state(Leave.objects.get(pk=elsewhere.pk), DAY) == "waiting"
    with pytest.raises(Refused):
        actions.recall(by=cast.clerk, unit=cast.school, reason="开学准备", now=NOW)


def test_the_place_is_sealed_and_told_to_no_event(cast: Cast) -> None:
    leave = report(cast)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "where" FROM people_leave')
        (kept,) = cursor.fetchone()
    assert "桃花岭".encode() not in bytes(kept)
    assert Leave.objects.get(pk=leave.pk).where.open() == "长沙市岳麓区桃花岭1号"
    assert not any("桃花岭" in str(event.__dict__) for event in Event.objects.all())


def test_lists_are_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agree(cast, report(cast))
    report(cast, by=cast.counsellor, stand_in=None)
    for user in (cast.clerk, cast.head):
        access.postings(user)
    with django_assert_num_queries(1):
        rows = [(row.user.name, row.stand_in and row.stand_in.name) for row in queries.away_on(cast.clerk, DAY)]
    assert rows == [("林芳", "徐明")]
    with django_assert_num_queries(1):
        assert [row.user.name for row in queries.waiting_for(cast.head, DAY)] == ["方圆"]
    assert [row.user.name for row in queries.standing_in_for(cast.teacher_two, DAY)] == ["林芳"]
    assert not queries.away_on(cast.head_second, DAY).exists()


def test_postings_are_looked_up_by_their_index_among_many_accounts(cast: Cast) -> None:
    """They are read with every request: told with an "or", each read went through every account of a province."""
    many = User.objects.bulk_create([User(username=f"many{number}", name="众", password="!") for number in range(3000)])
    Posting.objects.bulk_create(
        [Posting(user=user, unit=cast.school, role="clerk", from_on=DAY, confirmed_at=NOW) for user in many]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_user, people_posting, people_leave")
    with CaptureQueriesContext(connection) as asked:
        assert access.postings(again(cast.teacher))
    (read,) = [query["sql"] for query in asked if 'FROM "people_posting"' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on people_user" not in plan
    assert "Seq Scan on people_posting" not in plan
