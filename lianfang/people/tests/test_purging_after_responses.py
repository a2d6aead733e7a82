"""What was gathered for an emergency response goes when the response is over."""

from typing import Any

from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.actions import purging
from lianfang.people.models import Enrolment, Household, Marking, Person, PurgeRun
from lianfang.people.queries import purging as queries
from lianfang.people.tests.test_purging import NAME, PHONE, REASON, carry_out, decide, person
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast


def test_the_end_of_a_response_lists_what_was_gathered_for_it(cast: Cast) -> None:
    one = person(cast, left=None)
    neighbour = Person.objects.create(name="家属区住户独一", phone=PHONE)
    Enrolment.objects.create(person=neighbour, school=cast.school, unit=cast.school, as_a="resident", from_on=DAY)
    response = policies.open_response(
        by=cast.admin, unit=cast.city_unit, name="新冠肺炎", level=1, reason="一级响应", from_on=DAY, now=NOW
    )
    policies.end_response(by=cast.admin, response=response, to_on=DAY, now=NOW)
    event = Event.objects.get(verb="response.ended")
    purging.prepare_after_response(event)
    purging.prepare_after_response(event)
    run = PurgeRun.objects.get()
    assert (run.why, run.by_name, queries.people_of(run)) == ("response", "", [neighbour.pk])
    agree_in_the_city(cast, run)
    carry_out(run)
    one.refresh_from_db()
    assert one.name == NAME, "a pupil stays a pupil"
    assert one.place is None
    assert one.address is not None
    assert Household.objects.exists(), "a school knows its family quarter without a response"
    assert Marking.objects.filter(mark="staying").exists()
    assert not Person.objects.filter(name="家属区住户独一").exists()


def agree_in_the_city(cast: Cast, run: PurgeRun) -> None:
    second, third = actions.create_accounts(
        by=None, rows=[actions.NewAccount(name, name, "", "!") for name in ("p2", "p3")], now=NOW
    )
    rows = [actions.NewPosting(who, cast.city_unit, "principal", "") for who in (second, third)]
    actions.appoint_all(by=None, rows=rows, from_on=DAY, now=NOW)
    asked = purging.ask(by=cast.security, run=run, reason=REASON, now=NOW)
    decide(second, asked)
    decide(third, asked)
    purging.begin(by=cast.security, run=run, now=NOW)


def test_while_another_response_runs_its_schools_keep_what_they_gathered(cast: Cast) -> None:
    one = person(cast, left=None)
    facts: dict[str, Any] = {"by": cast.admin, "level": 1, "reason": "响应", "from_on": DAY, "now": NOW}
    policies.open_response(unit=cast.school, name="流感", **facts)
    ended = policies.open_response(unit=cast.city_unit, name="新冠肺炎", **facts)
    policies.end_response(by=cast.admin, response=ended, to_on=DAY, now=NOW)
    purging.prepare_after_response(Event.objects.get(verb="response.ended"))
    run = PurgeRun.objects.get()
    agree_in_the_city(cast, run)
    carry_out(run)
    one.refresh_from_db()
    assert one.place is not None
    assert Household.objects.exists()
