"""How long somebody stays signed in (control A05), and how others are signed out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core import clock as core_clock
from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.models import Posting
from tests.browser import Clock
from tests.cast import NOW, Cast

PASSWORD = "vier-lange-worte-hier"
DOOR = "/account/sign-in/"
PAGE = "/notices/"
BROWSER = "Mozilla/5.0 (Linux; Android 10; VOG-AL00) AppleWebKit/537.36 Chrome/78.0 Mobile MicroMessenger/7.0"


class Machine:
    """The machine's own clock, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Machine:
    machine = Machine()
    monkeypatch.setattr(core_clock, "machine_now", lambda: machine.now)
    return machine


def signed_in(cast: Cast, **more: Any) -> Client:
    cast.clerk.refresh_from_db()
    if not cast.clerk.check_password(PASSWORD):
        actions.change_password(by=cast.clerk, password=PASSWORD, now=NOW)
    client = Client(**more)
    assert client.post(DOOR, {"username": "clerk", "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_half_an_hour_without_a_click_ends_it(cast: Cast, machine: Machine) -> None:
    client = signed_in(cast)
    machine.passes(minutes=29)
    assert is_in(client)
    machine.passes(minutes=29)
    assert is_in(client)
    machine.passes(minutes=31)
    answer = client.get(PAGE + "?page=1")
    assert answer.headers["Location"] == f"{DOOR}?over=1&next=%2Fnotices%2F%3Fpage%3D1"
    assert "over" in client.get(answer.headers["Location"]).context
    assert not is_in(client)


def test_half_a_day_ends_it_however_busy_one_is(cast: Cast, machine: Machine) -> None:
    client = signed_in(cast)
    for _ in range(36):
        machine.passes(minutes=20)
        assert is_in(client)
    machine.passes(minutes=1)
    assert not is_in(client)


def test_an_ended_session_is_gone_from_the_server(cast: Cast, machine: Machine) -> None:
    client = signed_in(cast)
    key = client.cookies["sessionid"].value
    machine.passes(minutes=31)
    client.get(PAGE)
    assert not Session.objects.filter(pk=key).exists()


def test_the_clock_of_the_demo_ends_nothing(cast: Cast, machine: Machine, clock: Clock) -> None:
    client = signed_in(cast)
    clock.set("2020-02-07 09:00")
    assert is_in(client)


def test_what_is_sent_too_late_is_said_not_to_be_saved(cast: Cast, machine: Machine) -> None:
    client = signed_in(cast)
    machine.passes(minutes=31)
    answer = client.post(
        reverse("account:details"), {"phone": "0731-1"}, headers={"referer": "http://testserver/account/?x=1"}
    )
    assert answer.status_code == 403
    assert f"{DOOR}?next=/account/%3Fx%3D1" in answer.content.decode()
    cast.clerk.refresh_from_db()
    assert cast.clerk.work_phone != "0731-1"


def test_a_part_of_a_page_loads_the_sign_in_as_a_whole(cast: Cast, machine: Machine) -> None:
    client = signed_in(cast)
    machine.passes(minutes=31)
    answer = client.get("/x/", headers={"hx-request": "true", "referer": "https://elsewhere.example/"})
    assert answer.headers["HX-Redirect"] == f"{DOOR}?over=1&next=%2F"


def test_being_there_is_written_at_most_once_a_minute(
    cast: Cast, machine: Machine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast)
    page = "/account/language/"
    client.get("/account/devices/")
    machine.passes(seconds=30)
    client.get("/account/devices/")
    assert UserSession.objects.get().last_seen_at < machine.now
    machine.passes(seconds=31)
    client.get("/account/devices/")
    assert UserSession.objects.get().last_seen_at == machine.now
    with django_assert_num_queries(1):  # the session alone
        client.get(page)


def test_who_is_signed_in_elsewhere_sees_it_and_ends_it(cast: Cast, clock: Clock) -> None:
    here, there = signed_in(cast), signed_in(cast, headers={"user-agent": BROWSER}, REMOTE_ADDR="192.0.2.7")
    page = here.get(reverse("account:devices")).content.decode()
    assert "微信 · Android" in page
    assert "192.0.2.7" in page
    theirs = UserSession.objects.get(ip="192.0.2.7")
    here.post(reverse("account:device_end", args=[theirs.pk]))
    assert not is_in(there)
    assert is_in(here)
    assert Event.objects.get(verb="account.devices_ended").detail == {"devices": 1}


def test_all_other_devices_at_once_and_nobody_elses(cast: Cast, clock: Clock) -> None:
    here, others = signed_in(cast), [signed_in(cast) for _ in range(2)]
    actions.change_password(by=cast.head, password=PASSWORD, now=NOW)
    head = Client()
    head.post(DOOR, {"username": "head", "password": PASSWORD})
    here.post(reverse("account:device_end", args=[UserSession.objects.get(user=cast.head).pk]))
    here.post(reverse("account:devices_end"))
    assert [is_in(client) for client in (here, head, *others)] == [True, True, False, False]


def test_a_new_password_ends_the_other_sessions_and_renews_this_one(cast: Cast, clock: Clock) -> None:
    here, there = signed_in(cast), signed_in(cast)
    old = here.cookies["sessionid"].value
    new = {"old": PASSWORD, "new": "andere-lange-worte-hier", "again": "andere-lange-worte-hier"}
    assert here.post(reverse("account:password"), new).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert here.cookies["sessionid"].value != old
    assert not Session.objects.filter(pk=old).exists()
    rows = here.get(reverse("account:devices")).context["rows"]
    assert [row["here"] for row in rows] == [True]


@pytest.mark.parametrize("what", ["reset", "deactivate", "dismiss"])
def test_reset_closing_and_dismissal_end_every_session_at_the_next_request(cast: Cast, clock: Clock, what: str) -> None:
    client = signed_in(cast)
    if what == "reset":
        actions.reset_password(by=cast.admin, user=cast.clerk, password="neue-lange-worte-hier", now=NOW)
    elif what == "deactivate":
        actions.deactivate(by=cast.admin, user=cast.clerk, now=NOW)
    else:
        post = Posting.objects.get(user=cast.clerk)
        actions.dismiss(by=cast.admin, posting=post, to_on=cast.day - timedelta(days=1), now=NOW)
    assert not is_in(client)
    assert not UserSession.objects.filter(user=cast.clerk).exists()


def test_after_ninety_days_a_password_has_to_be_changed(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast)
    clock.set("2020-05-04 12:00")
    assert is_in(client)
    clock.set("2020-05-05 12:00")
    assert client.get(PAGE).headers["Location"].startswith(reverse("account:password"))
    assert client.get(reverse("account:password")).context["aged"]
    way_back = f'class="lf-back"><a href="{reverse("account:details")}"'
    assert way_back not in client.get(reverse("account:password")).content.decode(), "nothing else opens"
    clock.set("2020-02-10 12:00")
    assert way_back in signed_in(cast).get(reverse("account:password")).content.decode()
