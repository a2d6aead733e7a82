"""The pages: a person says where they are reached, an administrator sets up channels, tries them and repeats what failed."""

import json
import re
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions
from lianfang.notices.actions import gateways, sending
from lianfang.notices.channels import reach, webpush
from lianfang.notices.models import Address, Gateway, Hours, Send
from lianfang.notices.queries import ways
from lianfang.notices.tests import servers
from lianfang.notices.tests.test_channels import Browser
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WAYS, CHANNELS = "/notices/ways/", "/notices/channels/"


@pytest.fixture(autouse=True)
def tls(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> ssl.SSLContext:
    file, context = servers.certificate(tmp_path)
    settings.GATEWAY_NETWORKS, settings.GATEWAY_CA = ["127.0.0.0/8"], str(file)
    monkeypatch.setattr(clock, "now", lambda: cast.now)
    return context


@pytest.fixture
def clerk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.clerk)
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def mail_settings(port: int) -> dict[str, str]:
    return {"host": "127.0.0.1", "port": str(port), "encryption": "starttls", "sender": "lf@edu.example.cn"}


def set_mail(cast: Cast, port: int) -> Gateway:
    return gateways.set_up(
        by=cast.admin, unit=cast.province_unit, driver="mail", typed=mail_settings(port), now=cast.now
    )


def code_in(server: servers.Mail) -> str:

    return re.findall(r"\d{6}", server.letter(-1).get_content())[0]


# --- my ways


def test_an_address_counts_once_its_code_came_back(cast: Cast, clerk: Client, tls: ssl.SSLContext) -> None:
    with servers.mail(tls) as server:
        set_mail(cast, server.port)
        assert clerk.post(f"{WAYS}add/mail/", {"mail-value": "zhou@edu.example.cn"}).status_code == 302
        row = Address.objects.get()
        assert row.verified_at is None
        assert "zhou@" not in clerk.get(WAYS).content.decode(), "masked"
        wrong = clerk.post(f"{WAYS}{row.pk}/verify/", {"proof-code": "000000x"})
        assert wrong.status_code == 422
        assert clerk.post(f"{WAYS}{row.pk}/verify/", {"proof-code": code_in(server)}).status_code == 302
        row.refresh_from_db()
        assert row.verified_at == cast.now
        assert row.code is None
        clerk.post(f"{WAYS}{row.pk}/test/")
        assert len(server.letters) == 2
    clerk.post(f"{WAYS}{row.pk}/remove/")
    assert not Address.objects.exists()
    assert set(Event.objects.filter(verb__startswith="address.").values_list("subject", flat=True)) == {"mail"}


def test_a_code_is_too_old_after_half_an_hour_and_cannot_be_guessed(
    cast: Cast, clerk: Client, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.mail(tls) as server:
        set_mail(cast, server.port)
        clerk.post(f"{WAYS}add/mail/", {"mail-value": "zhou@edu.example.cn"})
        row, code = Address.objects.get(), code_in(server)
    for guess in range(8):
        clerk.post(f"{WAYS}{row.pk}/verify/", {"proof-code": f"x{guess}"})
    assert clerk.post(f"{WAYS}{row.pk}/verify/", {"proof-code": code}).status_code == 422, "too many tries"
    late = cast.now + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert clerk.post(f"{WAYS}{row.pk}/verify/", {"proof-code": code}).status_code == 422, "too late"
    assert Address.objects.get().verified_at is None


@pytest.mark.parametrize("value", ["", "nobody", "a@b", "a@b.cn\nBcc: c@d.cn", "长" * 200, "\x00@b.cn"])
def test_what_is_no_address_is_told_at_its_field(cast: Cast, clerk: Client, value: str) -> None:
    set_mail(cast, 25)
    page = clerk.post(f"{WAYS}add/mail/", {"mail-value": value})
    assert page.status_code == 422
    assert page.context["mail"].errors["value"]
    assert not Address.objects.exists()


def test_without_a_channel_or_when_the_server_is_silent_nothing_is_kept(
    cast: Cast, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "ALL_SECONDS", 0.3)
    assert clerk.post(f"{WAYS}add/mail/", {"mail-value": "z@edu.example.cn"}).status_code == 422
    with servers.silent() as port:
        set_mail(cast, port)
        assert clerk.post(f"{WAYS}add/mail/", {"mail-value": "z@edu.example.cn"}).status_code == 422
    assert not Address.objects.exists()
    assert clerk.post(f"{WAYS}add/pigeon/", {"value": "x"}).status_code == 404


def test_a_browser_that_has_gone_is_forgotten_and_the_others_still_ring(
    cast: Cast, clerk: Client, admin: Client, tls: ssl.SSLContext
) -> None:
    admin.post(f"{CHANNELS}{cast.province_unit.pk}/push/", {"contact": "it@edu.example.cn"})
    key = Gateway.objects.get().config["public"]
    assert key in clerk.get(WAYS).content.decode()
    with servers.web(lambda asked: (410 if asked.path == "/gone" else 201, b""), tls) as there:
        for path in ("gone", "here"):
            given = Browser().subscription(f"{there.url}/{path}")
            assert clerk.post(f"{WAYS}subscribe/", {"subscription": given, "label": "手机"}).status_code == 302
        assert Address.objects.filter(channel="push").count() == 2
        actions.post(by=None, unit=cast.school, to=[cast.clerk.pk], key="k", title="曾小雨", now=cast.now)
        assert sending.send_due(now=cast.now + timedelta(minutes=3)) == {"sent": 1}
    assert Address.objects.filter(channel="push").count() == 1
    admin.post(f"{CHANNELS}{cast.province_unit.pk}/push/", {"contact": "new@edu.example.cn"})
    assert Gateway.objects.get().config["public"] == key, "browsers know the old one"


@pytest.mark.parametrize(
    "given",
    ["", "{}", "[]", '{"endpoint": "https://127.0.0.1/", "keys": {}}', json.dumps({"endpoint": "file:///x", "keys": {}}),
     json.dumps({"endpoint": "https://a.cn/", "keys": {"auth": "AA", "p256dh": webpush.encoded(b"\4" + b"\1" * 64)}})],
)  # fmt: skip
def test_what_no_browser_gives_is_not_taken(cast: Cast, clerk: Client, admin: Client, given: str) -> None:
    admin.post(f"{CHANNELS}{cast.province_unit.pk}/push/", {"contact": "it@edu.example.cn"})
    clerk.post(f"{WAYS}subscribe/", {"subscription": given})
    assert not Address.objects.exists()


def test_quiet_hours_are_chosen_and_bad_ones_told(cast: Cast, clerk: Client) -> None:
    assert clerk.post(f"{WAYS}hours/", {"hours-begin": "22:00", "hours-end": "25:00"}).status_code == 422
    assert clerk.post(f"{WAYS}hours/", {"hours-begin": "22:00", "hours-end": "07:00"}).status_code == 302
    assert str(Hours.objects.get()) == "22:00–07:00"
    assert "22:00" in clerk.get(WAYS).content.decode()


def test_nobody_touches_the_addresses_of_others(cast: Cast, clerk: Client) -> None:
    row = Address.objects.create(
        user=cast.head, channel="mail", value="h@edu.example.cn", at=cast.now, verified_at=cast.now
    )
    for verb in ("verify", "test", "always", "remove"):
        assert clerk.post(f"{WAYS}{row.pk}/{verb}/").status_code == 404
    assert Address.objects.filter(pk=row.pk, always=True).exists()


def test_the_page_of_ways_costs_a_fixed_number_of_queries(
    cast: Cast, clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    set_mail(cast, 25)
    for number in range(5):
        Address.objects.create(user=cast.clerk, channel="push", value=f"{number}", at=cast.now, verified_at=cast.now)
    with django_assert_max_num_queries(16):
        assert clerk.get(WAYS).status_code == 200


# --- the administrator


def test_an_administrator_sets_up_a_channel_and_sees_what_the_other_side_says(
    cast: Cast, admin: Client, tls: ssl.SSLContext
) -> None:
    page = admin.post(f"{CHANNELS}set-up/", {"unit": "长沙市 430100", "driver": "mail"})
    assert page.headers["Location"] == f"{CHANNELS}{cast.city_unit.pk}/mail/"
    with servers.mail(tls, "pässword") as server:
        typed = mail_settings(server.port) | {"username": "lf", "password": "wrong"}
        admin.post(page.headers["Location"], typed)
        row = Gateway.objects.get()
        said = admin.post(f"{CHANNELS}{row.pk}/test/", {"to": "it@edu.example.cn"}, follow=True).content.decode()
        assert "535" in said
        assert Gateway.objects.get().tested == "login"
        assert "wrong" not in admin.get(page.headers["Location"]).content.decode(), "passwords never come out"
    with servers.mail(tls) as server:
        admin.post(page.headers["Location"], mail_settings(server.port))
        admin.post(f"{CHANNELS}{row.pk}/test/", {"to": "it@edu.example.cn"})
        assert len(server.letters) == 1
    assert Gateway.objects.get().tested == ""
    assert admin.post(f"{CHANNELS}{row.pk}/end/").status_code == 302
    assert not ways.set_up(cast.admin).exists()
    words = " ".join(str(event.detail) + event.subject for event in Event.objects.filter(verb__startswith="gateway."))
    assert "127.0.0.1" not in words
    assert "wrong" not in words


@pytest.mark.parametrize(
    ("driver", "typed", "field"),
    [
        ("mail", {"host": ""}, "host"),
        ("mail", {"port": "x"}, "port"),
        ("sms_http", {"url": "ftp://x", "secret": "s"}, "url"),
        ("sms_http", {"url": "https://a.cn/", "secret": ""}, "secret"),
        ("wecom_group", {"url": "javascript:1"}, "url"),
    ],
)
def test_settings_that_cannot_work_are_told_at_their_field(
    cast: Cast, admin: Client, driver: str, typed: dict[str, Any], field: str
) -> None:
    page = admin.post(f"{CHANNELS}{cast.school.pk}/{driver}/", typed)
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not Gateway.objects.exists()


def test_only_administrators_of_the_unit_reach_its_channels(cast: Cast, clerk: Client, admin: Client) -> None:
    set_mail(cast, 25)
    row = Gateway.objects.get()
    for path in (CHANNELS, f"{CHANNELS}set-up/", f"{CHANNELS}{cast.school.pk}/mail/", "/notices/failed/"):
        assert clerk.get(path).status_code == 403
    assert clerk.post(f"{CHANNELS}{row.pk}/end/").status_code == 403
    assert admin.get(f"{CHANNELS}{cast.nation_company.pk}/mail/").status_code == 404
    assert admin.get(f"{CHANNELS}{cast.school.pk}/pigeon/").status_code == 404
    assert admin.post(f"{CHANNELS}{uuid4()}/end/").status_code == 404


def test_what_failed_is_shown_with_its_reason_and_sent_again(
    cast: Cast, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    to = [user.pk for user in cast.people.values()]
    actions.post(by=None, unit=cast.school, to=to, key="k", title="返校通知", channels=("sms",), now=cast.now)
    sending.send_due(now=cast.now + timedelta(minutes=3))
    with django_assert_max_num_queries(20):
        page = admin.get("/notices/failed/")
    assert len(page.context["rows"]) == len(to)
    assert cast.clerk.name in page.content.decode()
    assert admin.get(CHANNELS).context["failed"] == len(to)
    admin.post("/notices/failed/again/", {"unit": cast.school.pk, "channel": "sms"})
    assert Send.objects.filter(state="waiting", attempts=0).count() == len(to)
    assert admin.post("/notices/failed/again/", {"unit": "x", "channel": ""}).status_code == 404
