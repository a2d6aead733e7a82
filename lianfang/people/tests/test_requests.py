"""What needs a second person: asked, decided by somebody else, used once and in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import requests
from lianfang.people.models import Decision, Grant, Person, Request, User
from lianfang.people.queries import requests as queries
from lianfang.people.rules import requests as rules
from tests.browser import Clock
from tests.cast import NOW, Cast

HOUR = timedelta(hours=1)


def asked(cast: Cast, by: User | None = None, **terms: Any) -> Request:
    given: dict[str, Any] = {
        "kind": "export",
        "unit": cast.class_one,
        "reason": "家长会签到用",
        "subject_id": "names",
    } | terms
    return requests.ask(by=by or cast.registrar, now=NOW, **given)


def decide(who: User, request: Request, agreed: bool = True, reason: str = "", now: datetime = NOW) -> Decision:
    return requests.decide(by=who, request=request, agreed=agreed, reason=reason, now=now)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


@pytest.mark.parametrize(
    ("needed", "decisions", "used", "hours", "state"),
    [
        (1, [], False, 1, "waiting"),
        (1, [(2, True)], False, 1, "agreed"),
        (1, [(2, True)], True, 1, "used"),
        (1, [(2, True)], False, 72, "expired"),
        (1, [(2, False)], False, 72, "refused"),
        (1, [(1, True)], False, 1, "waiting"),  # the asker's own word counts for nothing
        (2, [(2, True)], False, 1, "waiting"),
        (2, [(2, True), (2, True)], False, 1, "waiting"),
        (2, [(2, True), (3, True)], False, 1, "agreed"),
        (2, [(2, True), (3, False)], False, 1, "refused"),
    ],
)
def test_how_a_request_stands(
    needed: int, decisions: list[tuple[int, bool]], used: bool, hours: int, state: str
) -> None:
    found = rules.state(
        asker=1, needed=needed, decisions=decisions, until=NOW + 72 * HOUR, used_at=NOW if used else None,
        now=NOW + hours * HOUR,
    )  # fmt: skip
    assert found == state


def test_an_agreed_request_is_used_once(cast: Cast) -> None:
    request = asked(cast)
    decide(cast.principal, request)
    requests.use(by=cast.registrar, request=request, now=NOW + HOUR)
    with pytest.raises(Refused) as refused:
        requests.use(by=cast.registrar, request=request, now=NOW + HOUR)
    assert code(refused) == "people.request_over"
    words = [event.verb for event in Event.objects.filter(subject_kind="request").order_by("pk")]
    assert words == ["request.asked", "request.agreed", "request.used"]


def test_nobody_uses_what_was_not_agreed_to_or_belongs_to_somebody_else(cast: Cast) -> None:
    request = asked(cast)
    with pytest.raises(Refused) as refused:
        requests.use(by=cast.registrar, request=request, now=NOW)
    assert code(refused) == "people.request_not_agreed"
    decide(cast.principal, request)
    with pytest.raises(Refused):
        requests.use(by=cast.doctor, request=request, now=NOW)
    with pytest.raises(Refused) as refused:
        requests.use(by=cast.registrar, request=request, now=NOW + 72 * HOUR)
    assert code(refused) == "people.request_over"
    assert Request.objects.get().used_at is None


def test_nobody_agrees_to_what_they_asked_for(cast: Cast) -> None:
    request = asked(cast, by=cast.principal)
    with pytest.raises(Refused) as refused:
        decide(cast.principal, request)
    assert code(refused) == "people.request_not_yours"
    assert not queries.waiting_for(cast.principal, NOW).exists()
    decide(cast.security, request)
    assert queries.state(request, NOW) == "agreed"


def test_a_second_account_of_the_same_person_is_no_second_person(cast: Cast) -> None:
    person = Person.objects.create(name="黄国平")
    User.objects.filter(pk__in=[cast.principal.pk, cast.security.pk]).update(person=person)
    request = asked(cast, by=User.objects.get(pk=cast.principal.pk))
    with pytest.raises(Refused):
        decide(User.objects.get(pk=cast.security.pk), request)


def test_whoever_does_not_decide_there_is_refused(cast: Cast) -> None:
    request = asked(cast, unit=cast.second)
    for who in (cast.principal, cast.admin, cast.auditor, cast.doctor, cast.leader):
        with pytest.raises(Refused):
            decide(who, request)
    assert not Decision.objects.exists()


def test_destruction_needs_two_people(cast: Cast) -> None:
    request = asked(cast, by=cast.admin, kind="purge", needed=2)
    decide(cast.principal, request)
    with pytest.raises(Refused) as refused:
        decide(cast.principal, request)
    assert code(refused) == "people.request_answered"
    assert queries.state(request, NOW) == "waiting"
    decide(cast.security, request)
    assert queries.state(request, NOW) == "agreed"


def test_one_refusal_ends_it_and_carries_its_reason(cast: Cast) -> None:
    request = asked(cast)
    with pytest.raises(Refused) as refused:
        decide(cast.principal, request, agreed=False)
    assert code(refused) == "people.refusal_reason_missing"
    decide(cast.principal, request, agreed=False, reason="名单不必导出")
    with pytest.raises(Refused) as refused:
        decide(cast.security, request)
    assert code(refused) == "people.request_over"


@pytest.mark.parametrize(
    ("terms", "cell"),
    [({"reason": "要 "}, "reason"), ({"hours": 73}, "hours"), ({"hours": 0}, "hours")],
)
def test_a_request_says_why_and_for_how_long(cast: Cast, terms: dict[str, Any], cell: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(cast, **terms)
    assert refused.value.problems[0].cell == cell
    assert not Request.objects.exists()


def test_a_double_click_asks_once(cast: Cast) -> None:
    assert asked(cast) == asked(cast)
    assert asked(cast) != asked(cast, detail={"columns": ["name"]})


def test_the_open_request_is_found_until_it_is_over(cast: Cast) -> None:
    request = asked(cast)
    find = (cast.registrar, "export", cast.class_one, "names")
    assert queries.open_for(*find, NOW) == request
    assert queries.open_for(cast.doctor, *find[1:], NOW) is None
    assert queries.open_for(*find, NOW + 72 * HOUR) is None
    decide(cast.principal, request, agreed=False, reason="不必")
    assert queries.open_for(*find, NOW) is None


def test_looking_outside_ones_units_begins_with_the_agreement_and_ends_to_the_second(cast: Cast, clock: Clock) -> None:
    request = asked(cast, by=cast.city, kind="view", detail={"verbs": ["person.view", "unit.manage"], "hours": 2})
    clock.set("2020-02-05 09:00:01")
    assert not access.can(cast.city, "person.view", cast.class_one)
    decide(cast.principal, request)
    grant = Grant.objects.get()
    assert (grant.verbs, grant.until) == ("person.view", NOW + 2 * HOUR)  # looking, never changing
    for moment, may in (("10:59:55", True), ("11:00:00", False)):
        clock.set(f"2020-02-05 {moment}")
        city = User.objects.get(pk=cast.city.pk)
        assert access.can(city, "person.view", cast.class_one) == may
        assert access.holds(city, "person.view") == may
        assert not access.can(city, "person.view", cast.class_two)


def test_what_waits_is_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        asked(cast, subject_id=f"{number}")
    asked(cast, by=cast.principal, subject_id="mine")
    asked(cast, unit=cast.second, subject_id="elsewhere")
    access.postings(cast.principal)
    with django_assert_num_queries(1):
        found = [(each.by.name, each.unit.name) for each in queries.waiting_for(cast.principal, NOW)]
    assert found == [("马琴", "机电1901班")] * 3
