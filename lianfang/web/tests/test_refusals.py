"""Whoever asks for what is not theirs gets no more than "not found", and the auditor sees that they asked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.web import refusals
from tests.cast import Cast


def refused() -> list[Event]:
    return list(Event.objects.filter(verb="access.refused").order_by("pk"))


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.clerk)
    return client


def test_a_swapped_number_is_not_there_and_leaves_an_event(cast: Cast, clerk: Client) -> None:
    answer = clerk.get(reverse("units:unit", args=[cast.second.pk]), REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 404
    (event,) = refused()
    assert (event.by_id, event.unit_id, event.outcome, event.ip) == (
        cast.clerk.pk, cast.school.pk, "refused", "198.51.100.7",
    )  # fmt: skip
    assert event.detail == {"page": "units:unit", "method": "GET", "status": 404, "ids": {"pk": str(cast.second.pk)}}


def test_a_page_of_another_duty_leaves_an_event(cast: Cast, clerk: Client) -> None:
    assert clerk.get(reverse("accounts:list")).status_code == 403
    assert [event.detail for event in refused()] == [{"page": "accounts:list", "method": "GET", "status": 403}]


@pytest.mark.parametrize("path", ["/no/such/page/", "/static/ui/none.css", "/units/x/"])
def test_an_address_that_does_not_exist_leaves_none(path: str, clerk: Client) -> None:
    assert clerk.get(path).status_code == 404
    assert refused() == []


def test_strangers_are_sent_to_the_sign_in_and_leave_none(cast: Cast, client: Client) -> None:
    client.get(reverse("units:unit", args=[cast.second.pk]))
    client.get(reverse("accounts:list"))
    assert refused() == []


def test_words_that_somebody_typed_into_an_address_are_not_kept(cast: Cast, clerk: Client) -> None:
    typed = reverse("returns:detail", args=["zhang-san-13812345678", cast.day, cast.school.pk])
    assert clerk.get(typed + "?name=zhang").status_code == 404
    (event,) = refused()
    assert "zhang" not in str(vars(event))
    assert event.detail["ids"] == {"on": str(cast.day), "pk": str(cast.school.pk)}


def test_a_script_that_tries_out_numbers_does_not_fill_the_log(
    cast: Cast, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = cast.now
    monkeypatch.setattr("lianfang.core.clock.now", lambda: now)
    for number in range(refusals.MOST + 10):
        clerk.get(reverse("units:unit", args=[900_000 + number]))
    assert len(refused()) == refusals.MOST
    now += timedelta(minutes=1)
    clerk.get(reverse("units:unit", args=[900_000]))
    assert len(refused()) == refusals.MOST + 1


def test_the_notice_of_somebody_else_is_not_there_and_leaves_an_event(cast: Cast, clerk: Client) -> None:
    assert clerk.get(reverse("notices:read", args=[999_999])).status_code == 404
    assert [event.detail["page"] for event in refused()] == ["notices:read"]
