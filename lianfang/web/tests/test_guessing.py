"""Guessing at many doors in the same moment, and at the doors behind the door (controls A04, A06, H05)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db import connection
from django.test import Client
from pytest_django import Settings

from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.actions import factors
from lianfang.people.models import User
from lianfang.people.queries import code_now
from tests.cast import NOW, Cast

DOOR, VERIFY, OWN = "/account/sign-in/", "/account/second-factor/", "/account/password/"
CONFIRM = "/account/factors/confirm/"
PASSWORD, WRONG, NEW = "vier-lange-worte-hier", "ganz-etwas-anderes-9", "andere-lange-worte-hier"
MANY, MOST = 12, 5


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: NOW)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was really held against the stored one."""
    seen: list[str] = []
    whole = User.check_password

    def check(user: User, raw_password: str) -> bool:
        seen.append(raw_password)
        return whole(user, raw_password)

    monkeypatch.setattr(User, "check_password", check)
    return seen


def at_once(what: Callable[[int], int]) -> list[int]:
    start = Barrier(MANY)

    def one(at: int) -> int:
        try:
            start.wait(20)
            return what(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def signed_in(user: User) -> Client:
    actions.change_password(by=user, password=PASSWORD, now=NOW)
    client = Client()
    assert client.post(DOOR, {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.django_db(transaction=True)
def test_a_dozen_passwords_at_one_moment_are_no_more_than_five(cast: Cast, compared: list[str]) -> None:
    actions.change_password(by=cast.clerk, password=PASSWORD, now=NOW)
    compared.clear()
    at_once(lambda at: Client().post(DOOR, {"username": "clerk", "password": f"{WRONG}{at}"}).status_code)
    assert len(compared) == MOST
    assert Client().post(DOOR, {"username": "clerk", "password": PASSWORD}).status_code == 200, "it rests"


@pytest.mark.django_db(transaction=True)
def test_a_dozen_second_factors_at_one_moment_are_no_more_than_five(cast: Cast, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    actions.change_password(by=cast.doctor, password=PASSWORD, now=NOW)
    secret = generate_totp_secret()
    factors.add_app(by=cast.doctor, secret=secret, code=code_now(secret, cast.doctor), now=NOW)
    clients = [Client() for _ in range(MANY)]
    for client in clients:
        assert client.post(DOOR, {"username": "doctor", "password": PASSWORD}).status_code == 302
    found = at_once(lambda at: clients[at].post(VERIFY, {"code": "000000"}).status_code)
    tried = Event.objects.filter(verb__in=["account.factor_failed", "account.factor_locked"]).count()
    assert tried == MOST
    assert found.count(422) <= MOST - 1


def test_one_computer_with_as_many_addresses_as_it_likes_is_one(cast: Cast, settings: Settings) -> None:
    settings.ADDRESS_FAILURES = 3
    actions.change_password(by=cast.clerk, password=PASSWORD, now=NOW)
    for at in range(3):
        Client(REMOTE_ADDR=f"2001:db8:0:7::{at + 1}").post(DOOR, {"username": f"n{at}", "password": WRONG})
    right = {"username": "clerk", "password": PASSWORD}
    assert Client(REMOTE_ADDR="2001:db8:0:7:ffff::9").post(DOOR, right).status_code == 200, "its network rests"
    assert Client(REMOTE_ADDR="2001:db8:0:8::1").post(DOOR, right).status_code == 302, "the neighbour's does not"


def test_the_present_password_is_not_guessed_on_the_page_that_changes_it(cast: Cast, compared: list[str]) -> None:
    client = signed_in(cast.clerk)
    compared.clear()
    for at in range(MOST + 3):
        assert client.post(OWN, {"old": f"{WRONG}{at}", "new": NEW, "again": NEW}).status_code == 422
    tried = [raw for raw in compared if raw.startswith(WRONG)]
    assert len(tried) == MOST
    assert client.post(OWN, {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 422, "it rests, right or not"
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(PASSWORD)
    told = Event.objects.filter(subject_id=str(cast.clerk.pk), outcome__in=["failed", "refused"])
    assert told.filter(verb="account.sign_in_failed").count() == MOST + 4
    assert told.filter(verb="account.locked").count() == 1


def test_nor_on_the_page_that_asks_for_it_once_more(cast: Cast, compared: list[str]) -> None:
    client = signed_in(cast.clerk)
    compared.clear()
    for at in range(MOST + 3):
        assert client.post(CONFIRM, {"password": f"{WRONG}{at}"}).status_code == 422
    assert len(compared) == MOST
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 422
    assert Event.objects.filter(verb="account.locked", subject_id=str(cast.clerk.pk)).count() == 1
