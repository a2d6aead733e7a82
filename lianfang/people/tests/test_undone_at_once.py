"""One person in several tabs, and two who undo each other, in the same moment."""

from datetime import timedelta

import pytest

from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.actions import grants, postings, purging, requests
from lianfang.people.models import Decision, Enrolment, Grant, Person, Posting, PurgeCount, Request, User
from lianfang.people.queries import requests as queries
from lianfang.people.tests.test_claims_at_once import at_once
from lianfang.people.tests.test_decided_at_once import WHY, asked, principals
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_person_in_six_tabs_agrees_once(cast: Cast) -> None:
    one, (decider, twin) = asked(cast, "purge", needed=2), principals(cast, 2)
    human = Person.objects.create(name="甲")
    User.objects.filter(pk__in=[decider.pk, twin.pk]).update(person=human)
    tabs = list(User.objects.filter(pk__in=[decider.pk, twin.pk])) * 3  # two accounts of one person, three tabs each
    found = at_once(lambda at: requests.decide(by=tabs[at], request=one, agreed=True, reason="", now=NOW).pk)
    assert found.count("people.request_answered") == 5
    assert Decision.objects.count() == 1
    assert queries.state(Request.objects.get(pk=one.pk), NOW) == "waiting"


def test_a_purge_begun_in_six_tabs_begins_once(cast: Cast) -> None:
    leaver = Person.objects.create(name="离校生", phone="13700008642")
    gone = DAY - timedelta(days=400)
    Enrolment.objects.create(
        person=leaver, school=cast.school, unit=cast.class_one, as_a="student", from_on=gone, to_on=gone, ending="left"
    )
    run = purging.prepare(by=cast.security, unit=cast.school, why="retention", now=NOW)
    one = purging.ask(by=cast.security, run=run, reason=WHY, now=NOW)
    for decider in principals(cast, 2):
        requests.decide(by=decider, request=one, agreed=True, reason="", now=NOW)
    at_once(lambda _: purging.begin(by=cast.security, run=run, now=NOW).pk)
    event = Event.objects.get(verb="purge.approved")
    at_once(lambda _: purging.carry_out(event))
    line = PurgeCount.objects.get(run=run, table="people.Person")
    assert (line.destroyed, line.anonymised) == (0, 1)
    assert Event.objects.filter(verb="purge.done").count() == 1


def test_a_grant_that_is_taken_and_ended_at_once_is_over_or_whole(cast: Cast) -> None:
    grants.break_glass(by=cast.head, unit=cast.class_one, reason="学生晕倒，需要联系家长", hours=1, now=NOW)
    held = Grant.objects.get()

    def both(at: int) -> None:
        if at % 2:
            grants.end(by=cast.head, grant=held, now=NOW)
        else:
            grants.review(by=cast.security, grant=held, justified=False, text="没有危险", now=NOW)

    found = at_once(both)
    assert found.count("people.grant_reviewed") == 2
    held.refresh_from_db()
    assert (held.ended_at, held.justified) == (NOW, False)
    assert Event.objects.filter(verb="grant.ended").count() == 1


def test_a_duty_dismissed_and_confirmed_at_once_holds_nothing(cast: Cast) -> None:
    (user,) = actions.create_accounts(by=None, rows=[actions.NewAccount("new", "新班主任", "", "!")], now=NOW)
    post = actions.appoint(
        by=cast.admin, user=user, unit=cast.class_two, role="class_teacher", title="", deputy=False, from_on=DAY,
        to_on=None, now=NOW,
    )  # fmt: skip

    def both(at: int) -> None:
        if at % 2:
            actions.dismiss(by=cast.admin, posting=post, to_on=DAY - timedelta(days=1), now=NOW)
        else:
            postings.confirm(by=cast.security, postings=[post], now=NOW)

    at_once(both)
    assert not Posting.objects.on(DAY).filter(user=user).exists()
    assert not Posting.objects.waiting(DAY).filter(user=user).exists()
