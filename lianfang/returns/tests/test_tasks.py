"""今日待办: what waits for whom, in order of time; what an earlier day left open comes back."""

from datetime import timedelta

import pytest

from lianfang.returns.actions import turning
from lianfang.returns.queries import tasks
from lianfang.returns.tests.conftest import CASE


@pytest.fixture
def due(cast):
    """``due(user, days=0)``: what waits on that many days after the cast's: (what, state, done, days back)."""

    def run(user, days=0):
        now = cast.now + timedelta(days=days)
        user.__dict__.pop("_postings", None)
        return [(one.what, one.state, one.done, (now.date() - one.on).days) for one in tasks.tasks_for(user, now)]

    return run


def test_in_the_morning_the_clerk_owes_the_return_and_nobody_a_signature(cast, due):
    assert ("return", "not_started", False, 0) in due(cast.clerk)
    assert [one for one in due(cast.head) if one[0] == "sign"] == []


def test_each_department_owes_its_part_until_half_past_two(cast):
    (task,) = tasks.tasks_for(cast.students, cast.now)
    assert (task.what, task.part, task.due_at) == ("part", "students", cast.now.replace(hour=14, minute=30))


def test_a_submitted_return_waits_for_the_one_whose_turn_it_is(cast, due, submit):
    submit(CASE)
    assert ("sign", "submitted", False, 0) in due(cast.leader)
    assert [one for one in due(cast.head) if one[0] == "sign"] == []


def test_a_signed_return_is_done_for_clerk_and_signer(cast, due, submit, sign_all):
    sign_all(submit())
    assert ("return", "signed", True, 0) in due(cast.clerk)
    assert ("sign", "signed", True, 0) in due(cast.head)


def test_what_was_not_filed_yesterday_still_waits_today_until_the_day_is_closed(cast, due):
    assert ("return", "not_started", False, 1) in due(cast.clerk, days=1)
    assert ("return", "not_started", False, 3) in due(cast.clerk, days=3)
    assert [one for one in due(cast.clerk, days=4) if one[3] == 4] == []


def test_what_was_sent_back_comes_back_the_next_day(cast, due, submit, sign_all):
    version = submit(CASE)
    sign_all(version)
    turning.turn_back(
        by=cast.city, filed=version.filed, version_id=version.pk, from_unit=cast.city_unit, reason="请核实", cells={},
        now=cast.now,
    )  # fmt: skip
    assert ("return", "returned", False, 1) in due(cast.clerk, days=1)


def test_an_unsigned_return_of_yesterday_still_waits_for_its_signature(cast, due, submit):
    submit()
    assert ("sign", "submitted", False, 1) in due(cast.head, days=1)


def test_the_liaison_owes_the_gathering_and_sees_how_many_are_missing(cast):
    (task,) = tasks.tasks_for(cast.province, cast.now)
    assert (task.what, task.missing, task.expected, task.due_at) == ("gather", 3, 3, None)


def test_whoever_holds_no_posting_owes_nothing(cast, due):
    assert due(cast.outsider) == []
    assert tasks.watched(cast.outsider, cast.now) == []


def test_a_liaison_watches_the_own_area_and_a_school_does_not(cast):
    assert [(unit.code, count.expected) for _, unit, count in tasks.watched(cast.city, cast.now)] == [("430100", 1)]
    assert [(unit.code, count.expected) for _, unit, count in tasks.watched(cast.sponsor, cast.now)] == [("HN-HRSS", 1)]
    assert tasks.watched(cast.clerk, cast.now) == []
