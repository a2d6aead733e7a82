"""What was queued with a notice leaves, once, at the right hour, and what fails is tried again and then shown."""

import re
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from lianfang.notices import actions, channels, failures, saying
from lianfang.notices.actions import gateways, sending
from lianfang.notices.channels import reach
from lianfang.notices.channels.lanes import Result, deliver
from lianfang.notices.models import Address, Delivery, Gateway, Hours, Notice, Send
from lianfang.notices.queries import ways
from lianfang.notices.rules import timing
from lianfang.notices.tests import servers
from lianfang.notices.tests.servers import Asked, Mail, Web
from lianfang.orgs.models import Unit
from lianfang.people import actions as people
from lianfang.people.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=3)
SECRETS = ("曾小雨", "疑似病例", "机电1901班")


@pytest.fixture(autouse=True)
def tls(settings: Settings, tmp_path: Path) -> ssl.SSLContext:
    file, context = servers.certificate(tmp_path)
    settings.GATEWAY_NETWORKS, settings.GATEWAY_CA = ["127.0.0.0/8"], str(file)
    settings.PUBLIC_ADDRESS = "https://lf.example.cn"
    return context


def mailbox(user: User, now: datetime, *, always: bool = False) -> Address:
    return Address.objects.create(
        user=user, channel="mail", value=f"{user.username}@edu.example.cn", at=now, verified_at=now, always=always
    )


def set_mail(cast: Cast, unit: Unit, port: int) -> Gateway:
    typed = {"host": "127.0.0.1", "port": str(port), "encryption": "starttls", "sender": "lf@edu.example.cn"}
    return gateways.set_up(by=cast.admin, unit=unit, driver="mail", typed=typed, now=cast.now)


def set_sms(cast: Cast, unit: Unit, url: str) -> Gateway:
    return gateways.set_up(by=cast.admin, unit=unit, driver="sms_http", typed={"url": url, "secret": "s"}, now=cast.now)


def telephone(cast: Cast, user: User, number: str) -> None:
    people.update_account(by=cast.admin, user=user, name=user.name, phone=number, email="", now=cast.now)


def tell(cast: Cast, *to: User, key: str = "k", **more: Any) -> Notice:
    more = {"channels": ("app", "mail"), "title": "返校通知", "body": "正文", "now": cast.now, **more}
    return actions.post(
        by=more.pop("by", None), unit=more.pop("unit", cast.school), to=[user.pk for user in to], key=key, **more
    )


def states() -> dict[str, int]:
    return Counter(f"{row.state} {row.code}".strip() for row in Send.objects.all())


@contextmanager
def post_office(cast: Cast, tls: ssl.SSLContext) -> Iterator[Mail]:
    with servers.mail(tls) as server:
        set_mail(cast, cast.city_unit, server.port)
        for user in (cast.clerk, cast.head):
            mailbox(user, cast.now)
        yield server


def letters(server: Mail) -> list[Any]:
    return [server.letter(place) for place in range(len(server.letters))]


def test_a_notice_leaves_by_the_nearest_gateway_above_and_its_text_stays(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk, cast.head, body="、".join(SECRETS))
        assert sending.send_due(now=cast.now) == {}, "it waits for others to the same person"
        assert sending.send_due(now=cast.now + LATER) == {"sent": 2}
        assert sending.send_due(now=cast.now + LATER) == {}
    found = letters(server)
    assert sorted(str(one["To"]) for one in found) == ["clerk@edu.example.cn", "head@edu.example.cn"]
    assert found[0]["Subject"].endswith("返校通知")
    assert "https://lf.example.cn/notices/" in found[0].get_content()
    assert not [word for word in SECRETS if word in found[0].get_content()]
    assert set(Send.objects.values_list("reference", flat=True)) == {str(one["Message-ID"]) for one in found}


def test_several_notices_within_minutes_are_one_message(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls) as server:
        for minute in range(3):
            tell(cast, cast.clerk, key=str(minute), title=f"通知{minute}", now=cast.now + timedelta(minutes=minute))
        assert sending.send_due(now=cast.now + timedelta(minutes=2)) == {"sent": 1}
        assert sending.send_due(now=cast.now + timedelta(minutes=9)) == {}
    (letter,) = letters(server)
    assert all(f"通知{one}" in letter.get_content() for one in range(3))
    assert states() == {"sent": 3}


def test_who_wants_everything_by_mail_gets_it_without_the_sender_asking(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls) as server:
        Address.objects.filter(user=cast.clerk).update(always=True)
        Address.objects.filter(user=cast.head).update(always=True, verified_at=None)
        tell(cast, cast.clerk, cast.head, cast.leader, channels=("app",))
        sending.send_due(now=cast.now + LATER)
    assert [str(one["To"]) for one in letters(server)] == ["clerk@edu.example.cn"]
    assert Send.objects.count() == 1


def test_what_was_read_in_the_meantime_is_not_sent(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk, cast.head)
        tell(cast, cast.head, key="confirm", to_confirm=True)
        for delivery in Delivery.objects.filter(user=cast.head):
            actions.read(by=cast.head, delivery=delivery, now=cast.now)
        people.deactivate(by=cast.admin, user=cast.clerk, now=cast.now)
        sending.send_due(now=cast.now + LATER)
    assert [str(one["To"]) for one in letters(server)] == ["head@edu.example.cn"], "that one is still to be confirmed"
    assert states() == {"dropped read": 1, "dropped closed": 1, "sent": 1}


def test_at_night_only_what_is_urgent_leaves(cast: Cast, tls: ssl.SSLContext) -> None:
    night = cast.now.replace(hour=22)
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk, now=night)
        tell(cast, cast.head, key="urgent", urgent=True, now=night)
        assert sending.send_due(now=night) == {"sent": 1}
        assert sending.send_due(now=night + timedelta(hours=8, minutes=29)) == {}
        assert sending.send_due(now=night + timedelta(hours=8, minutes=30)) == {"sent": 1}
    assert [str(one["To"]).partition("@")[0] for one in letters(server)] == ["head", "clerk"]


def test_a_person_chooses_other_quiet_hours(cast: Cast, tls: ssl.SSLContext) -> None:
    Hours.objects.create(user=cast.clerk, begin=time(8), end=time(14))
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk)
        assert sending.send_due(now=cast.now + LATER) == {}
        tell(cast, cast.clerk, key="night", now=cast.now.replace(hour=23))
        assert sending.send_due(now=cast.now.replace(hour=23, minute=5)) == {"sent": 1}
    assert len(server.letters) == 1


# --- failures


def test_a_busy_server_is_tried_again_under_the_same_name_and_then_the_failure_is_shown(
    cast: Cast, tls: ssl.SSLContext
) -> None:
    now = cast.now + LATER
    with post_office(cast, tls) as server:
        notice = tell(cast, cast.clerk)
        server.on_data = "451 later"
        for wait in timing.AGAIN:
            assert sending.send_due(now=now) == {"waiting": 1}
            assert sending.send_due(now=now + wait - timedelta(seconds=1)) == {}
            now += wait
        assert sending.send_due(now=now) == {"failed": 1}
        assert sending.send_due(now=now + timedelta(days=1)) == {}
        names = {str(one["Message-ID"]) for one in letters(server)}
        assert (len(server.letters), len(names)) == (6, 1)
        assert ways.got_through(notice) == [{"channel": "mail", "state": "failed", "code": "busy", "count": 1}]
        assert [row.said for row in ways.failed(cast.admin, now)] == ["451"]
        assert not ways.failed(cast.clerk, now).exists()
        server.on_data = "250 OK"
        assert gateways.again(
            by=cast.admin, unit=cast.school, channel="mail", now=now, since=now - timedelta(days=2)
        ) == 1  # fmt: skip
        assert sending.send_due(now=now) == {"sent": 1}


def test_an_address_that_is_refused_is_not_tried_again_and_the_others_get_theirs(
    cast: Cast, tls: ssl.SSLContext
) -> None:
    with post_office(cast, tls) as server:
        server.refusing["clerk@edu.example.cn"] = "550 unknown"
        tell(cast, cast.clerk, cast.head)
        assert sending.send_due(now=cast.now + LATER) == {"failed": 1, "sent": 1}
    row = Send.objects.get(user_id=cast.clerk.pk)
    assert (row.code, row.said, row.attempts, row.next_at) == ("address", "550", 1, None)


def test_no_gateway_and_no_address_are_shown_not_swallowed(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls):
        tell(cast, cast.clerk, cast.leader, channels=("mail", "sms", "push"))
        sending.send_due(now=cast.now + LATER)
    rows = {(row.user_id, row.channel): row.code for row in Send.objects.all()}
    assert rows == {
        (cast.clerk.pk, "mail"): "", (cast.leader.pk, "mail"): "no_address",
        (cast.clerk.pk, "sms"): "no_gateway", (cast.leader.pk, "sms"): "no_gateway",
        (cast.clerk.pk, "push"): "no_address", (cast.leader.pk, "push"): "no_address",
    }  # fmt: skip


def test_a_worker_killed_before_sending_loses_nothing(cast: Cast, tls: ssl.SSLContext) -> None:
    now = cast.now + LATER
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk)
        assert len(sending.claim(now=now)[0]) == 1  # and there it was killed
        assert sending.send_due(now=now + timing.LEASE - timedelta(seconds=1)) == {}
        assert sending.send_due(now=now + timing.LEASE) == {"sent": 1}
    assert len(server.letters) == 1


def test_a_worker_killed_between_sending_and_noting_sends_again_under_the_same_name(
    cast: Cast, tls: ssl.SSLContext
) -> None:
    now = cast.now + LATER
    with post_office(cast, tls) as server:
        tell(cast, cast.clerk)
        tell(cast, cast.clerk, key="second")
        assert [result.failure for _, result in deliver(sending.claim(now=now)[0])] == [None]  # killed here
        tell(cast, cast.clerk, key="third", now=now + timing.LEASE - LATER)
        assert sending.send_due(now=now + timing.LEASE) == {"sent": 2}
    found = letters(server)
    again = [one for one in found if one["Message-ID"] == found[0]["Message-ID"]]
    assert (len(found), len(again)) == (3, 2)
    assert again[0].get_content() == again[1].get_content(), "what came later goes in a message of its own"
    assert states() == {"sent": 3}


def test_a_late_note_does_not_undo_what_was_sent(cast: Cast, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls):
        tell(cast, cast.clerk)
        (job,) = sending.claim(now=cast.now + LATER)[0]
        sending.note(job=job, result=Result("first"), now=cast.now)
        for row in job.about:
            row.state = "waiting"
        sending.note(job=job, result=Result(failure=channels.protocol.Refused("busy")), now=cast.now)
    assert Send.objects.get().reference == "first"


def test_a_mail_server_that_hangs_leaves_the_sms_alone(
    cast: Cast, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "ALL_SECONDS", 1.0)
    telephone(cast, cast.clerk, "13800000000")
    with servers.silent() as port, servers.web(lambda asked: (200, {"id": "1"}), tls) as there:
        set_mail(cast, cast.school, port)
        set_sms(cast, cast.school, there.url)
        mailbox(cast.clerk, cast.now)
        tell(cast, cast.clerk, channels=("mail", "sms"))
        assert sending.send_due(now=cast.now + LATER) == {"waiting": 1, "sent": 1}
    assert Send.objects.get(channel="mail").code == "timeout"
    assert Send.objects.get(channel="mail").next_at == cast.now + LATER + timing.AGAIN[0]


def test_the_same_occasion_twice_is_queued_once_and_a_channel_nobody_speaks_is_an_error(cast: Cast) -> None:
    tell(cast, cast.clerk)
    tell(cast, cast.clerk)
    assert Send.objects.count() == 1
    with pytest.raises(ValueError, match="pigeon"):
        tell(cast, cast.clerk, key="other", channels=("pigeon",))


# --- what is said


def everything_sent(there: Web) -> str:
    return " ".join(f"{asked.path} {asked.query} {asked.body.decode('utf-8', 'replace')}" for asked in there.asked)


def test_an_sms_holds_fixed_words_and_a_number(cast: Cast, tls: ssl.SSLContext) -> None:
    telephone(cast, cast.clerk, "13800000000")
    with servers.web(lambda asked: (200, {"id": "1"}), tls) as there:
        set_sms(cast, cast.province_unit, there.url)
        for key, word in enumerate(SECRETS):
            tell(cast, cast.clerk, key=str(key), title=word, body=word, params={"n": word}, channels=("sms",))
        sending.send_due(now=cast.now + LATER)
    (asked,) = there.asked
    assert asked.json["to"].endswith("13800000000")
    assert asked.json["text"] == saying.to_anyone(3) + "https://lf.example.cn/notices/"
    assert not [word for word in (*SECRETS, cast.clerk.name, cast.school.name) if word in everything_sent(there)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", sorted(name for name, one in channels.drivers().items() if not one.headings))
def test_channels_that_others_may_see_tell_numbers_only(cast: Cast, name: str, language: str) -> None:
    notice = tell(cast, cast.clerk, title=SECRETS[0], body=SECRETS[1], params={"name": SECRETS[2]})
    with CaptureQueriesContext(connection) as queries:
        words = " ".join(saying.said(channels.drivers()[name], [notice], people=7, language=language))
    assert not queries.captured_queries, "not even looked up"
    assert not [word for word in (*SECRETS, cast.school.name) if word in words]
    assert set(re.findall(r"\d+", words)) <= {"1", "7"}


def test_a_group_chat_gets_one_message_with_the_number_of_those_told(cast: Cast, tls: ssl.SSLContext) -> None:
    def answer(asked: Asked) -> tuple[int, dict[str, Any]]:
        return 200, {"errcode": 0}

    with servers.web(answer, tls) as there:
        gateways.set_up(
            by=cast.admin, unit=cast.school, driver="wecom_group", typed={"url": f"{there.url}/?key=k"}, now=cast.now
        )
        tell(cast, cast.clerk, cast.head, cast.leader, title=SECRETS[0], channels=("wecom_group",))
        assert sending.send_due(now=cast.now + LATER) == {"sent": 1}
    assert there.asked[0].json["text"]["content"] == f"{saying.to_group(1, 3)}\nhttps://lf.example.cn/notices/"


def test_settings_are_sealed_and_a_blank_secret_stays(cast: Cast) -> None:
    row = set_sms(cast, cast.school, "https://127.0.0.1/a")
    gateways.set_up(
        by=cast.admin, unit=cast.school, driver="sms_http", typed={"url": "https://127.0.0.1/b"}, now=cast.now
    )
    row.refresh_from_db()
    assert row.config == {"url": "https://127.0.0.1/b", "secret": "s"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(config, 'escape') FROM notices_gateway")
        assert "127.0.0.1" not in cursor.fetchone()[0]
    gateways.end(by=cast.admin, gateway=row, now=cast.now)
    row.refresh_from_db()
    assert row.config is None


@pytest.mark.parametrize(
    ("at", "free"),
    [("21:29", "21:29"), ("21:30", "+06:30"), ("23:59", "+06:30"), ("00:00", "06:30"), ("06:29", "06:30"),
     ("06:30", "06:30"), ("12:00", "12:00")],
)  # fmt: skip
def test_quiet_hours_end_in_the_morning(at: str, free: str) -> None:
    now = datetime.fromisoformat(f"2020-02-29T{at}")
    day = "2020-03-01" if free.startswith("+") else "2020-02-29"
    assert timing.free_from(now, timing.QUIET) == datetime.fromisoformat(f"{day}T{free.lstrip('+')}")
    assert timing.free_from(now, (time(9), time(9))) == now


def test_the_sender_sees_what_did_not_get_through(cast: Cast, client: Client, tls: ssl.SSLContext) -> None:
    with post_office(cast, tls):
        notice = tell(cast, cast.clerk, cast.leader, by=cast.city, unit=cast.city_unit)
        sending.send_due(now=cast.now + LATER)
    client.force_login(cast.city)
    page = client.get(f"/notices/sent/{notice.pk}/")
    assert [(row["channel"], row["state"], row["count"]) for row in page.context["sends"]] == [
        ("mail", "failed", 1), ("mail", "sent", 1),
    ]  # fmt: skip
    assert failures.words("no_address") in page.content.decode()
