"""One's own notices: finding, reading, confirming."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.notices import actions, queries
from lianfang.notices.models import Delivery
from lianfang.people.models import User
from tests.cast import Cast

INBOX = "/notices/"


@pytest.fixture
def clerk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.clerk)
    return client


def tell(cast: Cast, to: User, key: str, **more: Any) -> Delivery:
    more = {"title": f"通知 {key}", "body": "请知悉。", "by": cast.city, "now": cast.now, **more}
    notice = actions.post(unit=cast.city_unit, to=[to.pk], key=key, **more)
    return Delivery.objects.get(notice=notice)


def test_the_inbox_shows_what_waits_before_what_is_done(cast: Cast, clerk: Client) -> None:
    old = tell(cast, cast.clerk, "old")
    new = tell(cast, cast.clerk, "new", now=cast.now + timedelta(hours=1))
    actions.read(by=cast.clerk, delivery=new, now=cast.now)
    page = clerk.get(INBOX)
    assert list(page.context["page"]) == [old, new]
    assert "通知 old" in page.content.decode()


def test_the_inbox_filters_what_is_open_and_what_to_confirm(cast: Cast, clerk: Client) -> None:
    read = tell(cast, cast.clerk, "read")
    actions.read(by=cast.clerk, delivery=read, now=cast.now)
    unread = tell(cast, cast.clerk, "unread")
    asked = tell(cast, cast.clerk, "asked", to_confirm=True)
    actions.read(by=cast.clerk, delivery=asked, now=cast.now)
    assert set(clerk.get(INBOX + "?only=open").context["page"]) == {unread, asked}
    assert set(clerk.get(INBOX + "?only=confirm").context["page"]) == {asked}
    assert [tab["count"] for tab in clerk.get(INBOX).context["tabs"]] == [3, 2, 1]
    assert clerk.get(INBOX + "?only=nonsense").status_code == 404


def test_a_page_of_the_inbox_costs_the_same_for_one_notice_and_for_fifty(
    cast: Cast, clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        tell(cast, cast.clerk, f"n{number}", now=cast.now + timedelta(minutes=number))
    with django_assert_max_num_queries(9):
        page = clerk.get(INBOX)
    assert len(page.context["page"]) == 50
    with django_assert_max_num_queries(9):
        assert len(clerk.get(INBOX + "?page=2").context["page"]) == 10


def test_opening_a_notice_marks_it_read_once(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.clerk, "one", body="第一行\n第二行")
    assert queries.open_count(cast.clerk) == 1
    page = clerk.get(f"{INBOX}{delivery.pk}/")
    assert "第一行\n第二行" in page.content.decode()
    delivery.refresh_from_db()
    first = delivery.read_at
    assert first is not None
    assert queries.open_count(cast.clerk) == 0
    clerk.get(f"{INBOX}{delivery.pk}/")
    delivery.refresh_from_db()
    assert delivery.read_at == first


def test_a_notice_of_somebody_else_does_not_exist(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.head, "theirs", to_confirm=True)
    assert clerk.get(f"{INBOX}{delivery.pk}/").status_code == 404
    assert clerk.post(f"{INBOX}{delivery.pk}/confirm/").status_code == 404
    delivery.refresh_from_db()
    assert (delivery.read_at, delivery.confirmed_at) == (None, None)


def test_what_is_written_is_shown_as_text_and_not_as_markup(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.clerk, "markup", title="<b>粗</b>", body="<script>alert(1)</script>")
    content = clerk.get(f"{INBOX}{delivery.pk}/").content.decode()
    assert "<b>粗" not in content
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)" in content


def test_confirming_twice_is_confirming_once(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.clerk, "asked", to_confirm=True)
    address = f"{INBOX}{delivery.pk}/"
    assert f'action="{address}confirm/"' in clerk.get(address).content.decode()
    for _ in range(2):
        assert clerk.post(address + "confirm/").status_code == 302
    assert Event.objects.filter(verb="notice.confirmed").count() == 1
    assert f'action="{address}confirm/"' not in clerk.get(address).content.decode()


def test_confirming_needs_a_post_and_a_notice_that_asks_for_it(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.clerk, "plain")
    assert clerk.get(f"{INBOX}{delivery.pk}/confirm/").status_code == 405
    assert clerk.post(f"{INBOX}{delivery.pk}/confirm/").status_code == 404


def test_a_notice_leads_to_what_it_is_about(cast: Cast, clerk: Client) -> None:
    delivery = tell(cast, cast.clerk, "about", url="/returns/")
    assert 'href="/returns/"' in clerk.get(f"{INBOX}{delivery.pk}/").content.decode()


def test_a_notice_of_the_program_is_read_in_the_readers_language_with_the_day_in_words(
    cast: Cast, clerk: Client
) -> None:
    params = {"unit": "长沙市", "on": "2020-02-03"}
    delivery = tell(cast, cast.clerk, "chase", title="", body="", kind="return.chased", params=params)
    clerk.cookies["django_language"] = "en"
    content = clerk.get(f"{INBOX}{delivery.pk}/").content.decode()
    assert "The return for 3 Feb 2020 is still missing" in content
    assert "2020-02-03" not in content
    clerk.cookies["django_language"] = "zh-hans"
    assert "2020-02-03" not in clerk.get(f"{INBOX}{delivery.pk}/").content.decode()


def test_nobody_reads_notices_without_signing_in(cast: Cast, client: Client) -> None:
    assert client.get(INBOX).headers["Location"].startswith(reverse("account:sign_in"))
