"""Signing in: equal answers, counting by account and by address, what is on record (controls A04, A08, H05, H07)."""

import re
import time
from statistics import median
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lianfang.core.models import Event
from lianfang.people import actions
from tests.cast import NOW, Cast

DOOR = "/account/sign-in/"
PASSWORD = "vier-lange-worte-hier"
WRONG = "ganz-etwas-anderes-9"


@pytest.fixture
def clerk(cast: Cast) -> Cast:
    actions.change_password(by=cast.clerk, password=PASSWORD, now=NOW)
    return cast


def tries(client: Client, username: str, password: str, **more: Any) -> Any:
    return client.post(DOOR, {"username": username, "password": password}, **more)


def plain(answer: Any) -> str:
    """The page without what differs each time: tokens, nonces and what was typed."""
    text = re.sub(r'value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
    return f"{answer.status_code} {text}"


def test_one_signs_in_by_user_name_or_by_a_telephone_that_nobody_else_has(clerk: Cast) -> None:
    for name in ("clerk", clerk.clerk.work_phone, f" {clerk.clerk.work_phone} "):
        assert tries(Client(), name, PASSWORD).status_code == 302


def test_every_way_of_failing_gets_the_same_answer(clerk: Cast) -> None:
    clerk.head.set_password(PASSWORD)
    clerk.head.is_active = False
    clerk.head.save()
    wrong = plain(tries(Client(), "clerk", WRONG))
    unknown = plain(tries(Client(), "nobody.at.all", WRONG))
    closed = plain(tries(Client(), "head", PASSWORD))
    without = plain(tries(Client(), "leader", PASSWORD))
    for _ in range(5):
        tries(Client(), "city", WRONG)
    resting = plain(tries(Client(), "city", WRONG))
    assert wrong == unknown == closed == without == resting


def test_the_right_password_of_a_resting_account_is_answered_as_a_wrong_one(clerk: Cast) -> None:
    wrong = [plain(tries(Client(), "clerk", WRONG)) for _ in range(5)]
    assert plain(tries(Client(), "clerk", PASSWORD)) == wrong[0]
    assert {*wrong} == {wrong[0]}


def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    passwords_cost_what_they_cost: None, clerk: Cast, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = settings.ADDRESS_FAILURES = 1000

    def seconds(username: str) -> float:
        began = time.perf_counter()
        tries(Client(), username, WRONG)
        return time.perf_counter() - began

    known, unknown = [], []
    for number in range(12):
        known.append(seconds("clerk"))
        unknown.append(seconds(f"nobody{number}"))
    assert 0.5 < median(known) / median(unknown) < 2


def test_five_failures_rest_the_account_from_every_address(clerk: Cast) -> None:
    for number in range(5):
        tries(Client(), "clerk", WRONG, REMOTE_ADDR=f"192.0.2.{number}")
    assert tries(Client(), "clerk", PASSWORD, REMOTE_ADDR="192.0.2.200").status_code == 200


def test_failing_by_name_and_by_telephone_counts_together(clerk: Cast) -> None:
    for name in ("clerk", clerk.clerk.work_phone, "clerk", clerk.clerk.work_phone, "clerk"):
        tries(Client(), name, WRONG)
    assert tries(Client(), "clerk", PASSWORD).status_code == 200


def test_a_school_behind_one_address_goes_on_when_one_teacher_fails(clerk: Cast) -> None:
    for _ in range(6):
        tries(Client(), "head", WRONG)
    assert tries(Client(), "clerk", PASSWORD).status_code == 302


def test_an_address_that_fails_with_many_names_rests(clerk: Cast, settings: Settings) -> None:
    settings.ADDRESS_FAILURES = 4
    for number in range(4):
        tries(Client(), f"nobody{number}", WRONG, REMOTE_ADDR="192.0.2.9")
    assert tries(Client(), "clerk", PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 200
    assert tries(Client(), "clerk", PASSWORD, REMOTE_ADDR="192.0.2.10").status_code == 302
    assert Event.objects.filter(verb="account.address_locked").count() == 1


def test_a_resting_address_writes_no_more_events(clerk: Cast, settings: Settings) -> None:
    settings.ADDRESS_FAILURES = 2
    for number in range(6):
        tries(Client(), f"nobody{number}", WRONG)
    assert Event.objects.filter(verb="account.sign_in_failed").count() == 2


def test_success_wipes_the_count(clerk: Cast) -> None:
    for password in (WRONG, WRONG, WRONG, WRONG, PASSWORD, WRONG, WRONG, WRONG, WRONG):
        tries(Client(), "clerk", password)
    assert tries(Client(), "clerk", PASSWORD).status_code == 302


def test_failures_and_the_lock_are_on_record_without_what_was_typed(clerk: Cast) -> None:
    for _ in range(6):
        tries(Client(), "clerk", WRONG, REMOTE_ADDR="192.0.2.7")
    tries(Client(), "Geheim-statt-Name-1", WRONG)
    failed = list(Event.objects.filter(verb="account.sign_in_failed").order_by("at", "id"))
    assert [event.subject_id for event in failed] == [str(clerk.clerk.pk)] * 6 + [""]
    assert {(event.outcome, event.by_id) for event in failed} == {("failed", None)}
    assert (failed[0].unit_path, failed[0].ip) == (clerk.school.path, "192.0.2.7")
    locked = Event.objects.get(verb="account.locked")
    assert locked.subject_id == str(clerk.clerk.pk)


def test_what_was_typed_stands_nowhere_in_the_database(clerk: Cast) -> None:
    for name in ("Geheim-statt-Name-1", "13899998888"):
        tries(Client(), name, "Noch-ein-Geheimnis-2")
    assert AccessAttempt.objects.count() == 2
    with connection.cursor() as cursor:
        for table in ("axes_accessattempt", "core_event", "core_allowance", "django_session"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            stored = " ".join(row[0] for row in cursor.fetchall())
            assert not re.search("Geheim|13899998888", stored), table


def test_the_key_of_the_session_changes_at_sign_in_and_sign_out_ends_it(clerk: Cast) -> None:
    client = Client()
    client.cookies["sessionid"] = "planted-by-somebody-else"
    tries(client, "clerk", PASSWORD)
    key = client.cookies["sessionid"].value
    assert key != "planted-by-somebody-else"
    client.post(reverse("account:sign_out"))
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/").status_code == 302


def test_only_argon2_and_nothing_readable_is_stored(passwords_cost_what_they_cost: None, clerk: Cast) -> None:
    clerk.clerk.refresh_from_db()
    assert clerk.clerk.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    with connection.cursor() as cursor:
        cursor.execute("SELECT u::text FROM people_user u UNION ALL SELECT p::text FROM people_passwordused p")
        assert PASSWORD not in " ".join(row[0] for row in cursor.fetchall())


def test_a_first_password_from_a_letter_is_worth_nothing_after_a_fortnight(cast: Cast, clock: Any) -> None:
    clock.set("2020-02-05 14:00")
    actions.reset_password(by=cast.admin, user=cast.clerk, password=PASSWORD, now=NOW)
    clock.set("2020-02-18 14:00")
    assert tries(Client(), "clerk", PASSWORD).status_code == 302
    clock.set("2020-02-19 14:00")
    assert tries(Client(), "clerk", PASSWORD).status_code == 200


def test_a_foreign_address_to_go_back_to_is_not_followed(clerk: Cast) -> None:
    for evil in ("https://example.org/", "//example.org/", "javascript:alert(1)", "http:///example.org"):
        answer = Client().post(DOOR, {"username": "clerk", "password": PASSWORD, "next": evil})
        assert answer.headers["Location"] == "/", evil


def test_administrators_can_be_held_to_the_networks_of_the_house(cast: Cast, settings: Settings) -> None:
    settings.ADMIN_ADDRESSES = ["10.1.0.0/16", "2001:db8::/32"]
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/accounts/", REMOTE_ADDR="10.2.0.1").status_code == 403
    assert client.get("/accounts/", REMOTE_ADDR="10.1.200.1").status_code == 200
    assert client.get("/accounts/", REMOTE_ADDR="2001:db8::7").status_code == 200
    client.force_login(cast.clerk)
    assert client.get("/notices/", REMOTE_ADDR="10.2.0.1").status_code == 200
