"""What works once works once, however many try it in the same moment."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from lianfang.core.models import Event
from lianfang.orgs.actions import groups
from lianfang.orgs.models import Group
from lianfang.people import actions
from lianfang.people.actions import exporting, factors, requests
from lianfang.people.actions.intake import uploading
from lianfang.people.models import Decision, Grant, Request, RosterFile, User
from lianfang.people.rules import roster
from lianfang.people.tests.test_claims_at_once import at_once
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "核实密切接触者，需要查看班级名单"


def principals(cast: Cast, many: int) -> list[User]:
    names = [f"p{at}" for at in range(many)]
    made = actions.create_accounts(by=None, rows=[actions.NewAccount(name, name, "", "!") for name in names], now=NOW)
    rows = [actions.NewPosting(user, cast.school, "principal") for user in made]
    actions.appoint_all(by=None, rows=rows, from_on=DAY, now=NOW)
    return made


def asked(cast: Cast, kind: str, **more: Any) -> Request:
    return requests.ask(by=cast.city, kind=kind, unit=cast.class_one, reason=WHY, now=NOW, **more)


def test_a_recovery_code_typed_six_times_at_once_lets_in_once(cast: Cast) -> None:
    spare = factors.make_codes(by=cast.doctor, now=NOW)[0]
    Authenticator.objects.filter(user=cast.doctor, type="totp").delete()  # somebody with a passkey and no app
    found = at_once(lambda _: factors.use_code(by=cast.doctor, code=spare, now=NOW))
    assert sorted(found) == [""] * 5 + ["recovery"]


def test_six_answers_at_once_make_one_decision_and_one_grant(cast: Cast) -> None:
    one, deciders = asked(cast, "view", detail={"verbs": ["person.view"], "hours": 4}), principals(cast, 6)
    found = at_once(lambda at: requests.decide(by=deciders[at], request=one, agreed=True, reason="", now=NOW).pk)
    assert found.count("people.request_over") == 5
    assert Decision.objects.count() == Grant.objects.count() == 1


def test_agreeing_and_refusing_at_once_never_both_end_it(cast: Cast) -> None:
    one, deciders = asked(cast, "view", detail={"verbs": ["person.view"], "hours": 4}), principals(cast, 6)
    at_once(lambda at: requests.decide(by=deciders[at], request=one, agreed=at % 2 == 0, reason="否", now=NOW))
    decision = Decision.objects.get()
    assert Grant.objects.count() == int(decision.agreed)


def test_an_agreed_request_is_used_once(cast: Cast) -> None:
    one, (decider,) = asked(cast, "export", detail={"columns": ["name"]}), principals(cast, 1)
    requests.decide(by=decider, request=one, agreed=True, reason="", now=NOW)
    found = at_once(lambda _: requests.use(by=cast.city, request=one, now=NOW).pk)
    assert found.count("people.request_over") == 5
    assert Event.objects.filter(verb="request.used").count() == 1


def test_six_groups_that_take_one_name_at_once(cast: Cast) -> None:
    made = [
        groups.form_group(
            by=cast.principal, unit=cast.school, kind="other", name=f"{at}组", task="", from_on=DAY, now=NOW
        )
        for at in range(6)
    ]

    def renamed(at: int) -> int:
        return groups.change_group(by=cast.principal, group=made[at], kind="other", name="专班", task="", now=NOW).pk

    assert at_once(renamed).count("orgs.group_name_taken") == 5
    assert Group.objects.filter(name="专班").count() == 1


def test_lists_asked_for_at_once_are_counted_one_after_the_other(cast: Cast) -> None:
    """Each is small enough to need nobody's agreement; together they are a school."""
    terms = exporting.Terms(("name",), "csv", roster.FREELY)

    def out(_: int) -> str:
        return exporting.take_out(by=cast.registrar, unit=cast.school, terms=terms, purpose="核对名单", now=NOW).who

    free = roster.FREELY_A_DAY // roster.FREELY
    assert at_once(out).count("people.export_needs_agreement") == 6 - free
    assert Event.objects.filter(verb="person.exported").count() == free


def test_a_file_sent_six_times_at_once_is_one_file(cast: Cast) -> None:
    def sent(_: int) -> RosterFile:
        return uploading.upload(
            by=cast.registrar,
            unit=cast.school,
            name="a.csv",
            content=b"name,sex",
            as_a="student",
            first_day=DAY,
            now=NOW,
        )

    assert len({file.pk for file in at_once(sent)}) == 1
