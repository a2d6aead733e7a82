"""Emergency access: at once, with a reason, for hours, told to others, reviewed."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import grants
from lianfang.people.models import Grant, User
from lianfang.people.queries import grants as queries
from tests.browser import Clock
from tests.cast import NOW, Cast

WHY = "学生在宿舍昏倒，需要联系家长"


def taken(cast: Cast, hours: int = 2) -> Grant:
    return grants.break_glass(by=cast.head, unit=cast.class_one, reason=WHY, hours=hours, now=NOW)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_it_opens_the_records_at_once_and_ends_to_the_second(cast: Cast, clock: Clock) -> None:
    clock.set("2020-02-05 09:00:01")
    assert not access.can(cast.head, "person.view", cast.class_one)
    taken(cast)
    for moment, may in (("09:00:02", True), ("10:59:55", True), ("11:00:00", False)):
        clock.set(f"2020-02-05 {moment}")
        head = again(cast.head)
        assert access.can(head, "person.view", cast.class_one) == may
        assert access.can(head, "person.health", cast.class_one) == may
        assert not access.can(head, "person.export", cast.class_one)
        assert not access.can(head, "person.view", cast.class_two)


@pytest.mark.parametrize(("reason", "hours", "cell"), [("急", 1, "reason"), (WHY, 0, "hours"), (WHY, 5, "hours")])
def test_it_needs_a_reason_and_lasts_hours_only(cast: Cast, reason: str, hours: int, cell: str) -> None:
    with pytest.raises(Refused) as refused:
        grants.break_glass(by=cast.head, unit=cast.class_one, reason=reason, hours=hours, now=NOW)
    assert refused.value.problems[0].cell == cell
    assert not Grant.objects.exists()


def test_a_double_click_takes_it_once(cast: Cast) -> None:
    assert taken(cast) == taken(cast)
    assert Event.objects.filter(verb="grant.taken").count() == 1


def test_its_holder_ends_it_early(cast: Cast, clock: Clock) -> None:
    clock.set("2020-02-05 09:05")
    grant = taken(cast)
    with pytest.raises(Refused):
        grants.end(by=cast.clerk, grant=grant, now=NOW)
    grants.end(by=cast.head, grant=grant, now=NOW)
    grants.end(by=cast.head, grant=grant, now=NOW)
    assert not access.can(again(cast.head), "person.view", cast.class_one)
    assert Event.objects.filter(verb="grant.ended").count() == 1


def test_the_security_administrator_reviews_it_once_and_nobody_else(cast: Cast) -> None:
    grant = taken(cast)
    assert list(queries.to_review(cast.security)) == [grant]
    for who in (cast.head, cast.principal, cast.admin, cast.auditor):
        with pytest.raises(Refused):
            grants.review(by=who, grant=grant, justified=True, text="属实", now=NOW)
    with pytest.raises(Refused):
        grants.review(by=cast.security, grant=grant, justified=True, text=" ", now=NOW)
    grants.review(by=cast.security, grant=grant, justified=True, text="已向校医核实", now=NOW + timedelta(hours=3))
    assert not queries.to_review(cast.security).exists()
    with pytest.raises(Refused):
        grants.review(by=cast.security, grant=grant, justified=False, text="再看", now=NOW)


def test_what_was_no_emergency_ends_at_once(cast: Cast, clock: Clock) -> None:
    clock.set("2020-02-05 09:05")
    grant = grants.review(by=cast.security, grant=taken(cast), justified=False, text="并无紧急情况", now=NOW)
    assert grant.ended_at == NOW
    assert not access.can(again(cast.head), "person.view", cast.class_one)


def test_watchers_see_it_and_others_do_not(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    grant = taken(cast)
    for who in (cast.head, cast.security, cast.auditor):
        access.postings(who)
        with django_assert_num_queries(1):
            assert [(row.user.name, row.unit.name) for row in queries.visible_to(who)] == [("陈志远", "机电1901班")]
    for who in (cast.clerk, cast.admin, cast.head_second):
        assert not queries.visible_to(who).exists()
    assert queries.state(grant, NOW) == "running"
    assert queries.state(grant, grant.until) == "over"


def test_rights_cost_no_query_per_row(
    cast: Cast, clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clock.set("2020-02-05 09:05")
    taken(cast)
    head = again(cast.head)
    with django_assert_num_queries(2):  # postings, grants; once a request
        for unit in (cast.class_one, cast.class_two, cast.department, cast.second):
            access.can(head, "person.view", unit)
    with django_assert_num_queries(1):
        list(access.units_for(head, "person.view"))
