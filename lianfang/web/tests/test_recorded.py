"""What has to leave an event (control C01), and what every event tells (C02): through the pages, as people do it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.models import Posting
from tests.cast import NOW, Cast
from tests.pupils import pupils

ADDRESS = "198.51.100.7"
Do = Callable[..., HttpResponse]


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: NOW)


@pytest.fixture
def recorded(cast: Cast, client: Client, moment: None) -> Callable[..., list[Event]]:
    """Do one thing through a page as somebody; the events it left."""

    def run(who: str, method: str, name: str, /, *args: Any, **data: Any) -> list[Event]:
        if who:
            client.force_login(cast.people[who])
        before = set(Event.objects.values_list("pk", flat=True))
        answer = getattr(client, method)(reverse(name, args=args), data, REMOTE_ADDR=ADDRESS)
        assert answer.status_code < 400 or answer.status_code == 404, answer.status_code
        return list(Event.objects.exclude(pk__in=before).order_by("pk"))

    return run


def told(event: Event) -> tuple[str, Any, str, str, str]:
    """Verb, who, object, outcome, address."""
    return event.verb, event.by_id, f"{event.subject_kind} {event.subject_id}", event.outcome, str(event.ip)


def test_signing_in_and_failing_to(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    actions.reset_password(by=None, user=cast.clerk, password="Lian-fang-2020", now=NOW)
    account = f"user {cast.clerk.pk}"
    failed = recorded("", "post", "account:sign_in", username="clerk", password="wrong")
    assert [told(one) for one in failed] == [("account.sign_in_failed", None, account, "failed", ADDRESS)]
    unknown = recorded("", "post", "account:sign_in", username="nobody-of-this-name", password="wrong")
    assert [told(one) for one in unknown] == [("account.sign_in_failed", None, " ", "failed", ADDRESS)]
    assert "nobody-of-this-name" not in str(vars(unknown[0]))
    right = recorded("", "post", "account:sign_in", username="clerk", password="Lian-fang-2020")
    assert told(right[0]) == ("account.signed_in", cast.clerk.pk, account, "done", ADDRESS)


def test_reading_a_list_a_record_and_a_value_in_full(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    girl, teacher = pupils(cast)["girl"], cast.teacher.pk
    person, unit = f"person {girl.pk}", f"unit {cast.class_one.pk}"
    (listed,) = recorded("teacher", "get", "roster:list", cast.class_one.pk)
    assert told(listed) == ("person.listed", teacher, unit, "done", ADDRESS)
    (viewed,) = recorded("teacher", "get", "roster:person", girl.pk)
    assert told(viewed) == ("person.viewed", teacher, person, "done", ADDRESS)
    reason = {"reason": "other", "words": "核对联系方式是否更改"}
    (revealed,) = recorded("teacher", "post", "roster:reveal", girl.pk, "phone", **reason)
    assert told(revealed) == ("person.revealed", teacher, person, "done", ADDRESS)
    assert revealed.reason == "核对联系方式是否更改"
    (refused,) = recorded("teacher_two", "get", "roster:person", girl.pk)
    assert told(refused) == ("access.refused", cast.teacher_two.pk, " ", "refused", ADDRESS)
    assert refused.detail["ids"] == {"pk": str(girl.pk)}


def test_taking_a_list_out_as_a_file_and_on_paper(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    pupils(cast)
    unit, keeper = f"unit {cast.class_one.pk}", cast.registrar.pk
    sent = {"columns": ["name", "number"], "purpose": "核对分班名单"}
    (exported,) = recorded("registrar", "post", "roster:export", cast.class_one.pk, form="csv", **sent)
    assert told(exported) == ("person.exported", keeper, unit, "done", ADDRESS)
    assert (exported.reason, exported.detail["people"]) == ("核对分班名单", 2)
    (printed,) = recorded("registrar", "post", "roster:print", cast.class_one.pk, **sent)
    assert told(printed) == ("person.printed", keeper, unit, "done", ADDRESS)


def test_changing_a_record_tells_which_fields_and_no_values(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    girl = pupils(cast)["girl"]
    sent = {"name": "曾晓雨", "sex": "2", "born_on": "2004-05-06", "phone": "15400000012"}
    (changed,) = recorded("registrar", "post", "roster:change", girl.pk, **sent)
    assert told(changed) == ("person.changed", cast.registrar.pk, f"person {girl.pk}", "done", ADDRESS)
    assert {"name", "phone"} <= set(changed.detail["fields"])
    assert not [value for value in sent.values() if len(value) > 1 and value in str(vars(changed))]


def test_giving_and_taking_rights(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    sent = {"unit": cast.school.code, "role": "leader", "title": "", "from_on": "2020-02-05"}
    (given,) = recorded("admin", "post", "accounts:appoint", cast.clerk.pk, **sent)
    post = Posting.objects.get(user=cast.clerk, role="leader")
    assert told(given) == ("posting.appointed", cast.admin.pk, f"posting {post.pk}", "done", ADDRESS)
    (taken,) = recorded("admin", "post", "accounts:dismiss", cast.clerk.pk, post.pk, to_on="2020-02-05")
    assert told(taken) == ("posting.dismissed", cast.admin.pk, f"posting {post.pk}", "done", ADDRESS)


def test_no_event_of_a_persons_record_names_the_person(cast: Cast, recorded: Callable[..., list[Event]]) -> None:
    roll = pupils(cast)
    for person in roll.values():
        recorded("registrar", "get", "roster:person", person.pk)
    kept = [str(vars(event)) for event in Event.objects.filter(verb__startswith="person.")]
    assert len(kept) >= 2 * len(roll)
    assert not [
        name for name in ("曾小雨", "单志强", "曾小强", "孙师傅", "王秀英", "15400000011") if name in "".join(kept)
    ]
