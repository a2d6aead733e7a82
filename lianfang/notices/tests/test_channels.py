"""Each channel speaks its protocol to a server that checks it. No database."""

import base64
import hashlib
import hmac
import json
import ssl
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pytest_django import Settings

from lianfang.notices import channels
from lianfang.notices.channels import reach, webpush, wecom
from lianfang.notices.channels.protocol import Message, Refused, Unavailable
from lianfang.notices.tests import servers
from lianfang.notices.tests.servers import Answering, Asked

NOW = datetime(2020, 2, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SAID = Message(
    "0197-a", NOW, 2, "[联防] 返校通知", "[联防] 您有 2 条通知待查看，请登录。", "https://lf.example.cn/notices/"
)
DRIVERS = channels.drivers()


@pytest.fixture(autouse=True)
def tls(settings: Settings, tmp_path: Path) -> ssl.SSLContext:
    file, context = servers.certificate(tmp_path)
    settings.GATEWAY_NETWORKS, settings.GATEWAY_CA = ["127.0.0.0/8"], str(file)
    wecom._tokens.clear()
    return context


def test_every_module_is_a_channel_and_says_what_it_needs() -> None:
    assert set(DRIVERS) == {"mail", "aliyun", "sms_http", "wecom", "wecom_group", "dingtalk", "push"}
    assert channels.names() == {"mail", "sms", "wecom", "wecom_group", "dingtalk", "push"}
    assert {driver.name for driver in DRIVERS.values() if driver.headings} == {"mail", "wecom"}


# --- e-mail


def mail_config(port: int, **more: str) -> dict[str, str]:
    return {"host": "127.0.0.1", "port": str(port), "encryption": "starttls", "sender": "lianfang@edu.example.cn",
            "name": "联防", **more}  # fmt: skip


def test_a_letter_arrives_encrypted_signed_in_and_says_it_was_sent_by_a_program(tls: ssl.SSLContext) -> None:
    with servers.mail(tls, "secret") as server:
        reference = DRIVERS["mail"].send(
            SAID, "zhou@edu.example.cn", mail_config(server.port, username="lf", password="secret")
        )
        letter = server.letter(0)
    assert reference == letter["Message-ID"] == "<0197-a@edu.example.cn>"
    assert (letter["Subject"], letter["To"]) == ("[联防] 返校通知", "zhou@edu.example.cn")
    assert letter["From"].addresses[0].display_name == "联防"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOW
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().split() == [*SAID.text.split(), SAID.link]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("550 no such user", Refused("address", 550)),
        ("450 mailbox busy", Unavailable("busy", 450)),
        ("421 try later", Unavailable("busy", 421)),
    ],
)
def test_a_refused_recipient_is_final_or_worth_another_try(
    tls: ssl.SSLContext, answer: str, failure: Refused | Unavailable
) -> None:
    with servers.mail(tls) as server, pytest.raises(type(failure)) as raised:
        server.refusing["zhou@edu.example.cn"] = answer
        DRIVERS["mail"].send(SAID, "zhou@edu.example.cn", mail_config(server.port))
    assert str(raised.value) == str(failure)


def test_a_letter_refused_after_its_text_is_final(tls: ssl.SSLContext) -> None:
    with servers.mail(tls) as server, pytest.raises(Refused, match="rejected 554"):
        server.on_data = "554 spam"
        DRIVERS["mail"].send(SAID, "zhou@edu.example.cn", mail_config(server.port))


def test_a_wrong_password_waits_for_the_administrator(tls: ssl.SSLContext) -> None:
    with servers.mail(tls, "secret") as server, pytest.raises(Unavailable, match="login 535"):
        DRIVERS["mail"].send(SAID, "z@edu.example.cn", mail_config(server.port, username="lf", password="wrong"))


def test_without_encryption_on_the_server_nothing_is_said() -> None:
    with servers.mail(None) as server, pytest.raises(Unavailable, match="tls"):
        DRIVERS["mail"].send(SAID, "z@edu.example.cn", mail_config(server.port))
    assert not server.letters


def test_a_certificate_of_somebody_else_is_not_trusted(tls: ssl.SSLContext, settings: Settings) -> None:
    settings.GATEWAY_CA = ""
    with servers.mail(tls) as server, pytest.raises(Unavailable, match="tls"):
        DRIVERS["mail"].send(SAID, "z@edu.example.cn", mail_config(server.port))
    with servers.web(lambda asked: (200, {"id": "1"}), tls) as there, pytest.raises(Unavailable, match="tls"):
        DRIVERS["sms_http"].send(SAID, "+8613800000000", {"url": there.url, "secret": "s"})
    assert not server.letters
    assert not there.asked


@pytest.mark.parametrize("heading", ["a\r\nBcc: all@example.cn", "a\nb", "长" * 300, "😀" * 80])
def test_a_heading_stays_in_its_line(tls: ssl.SSLContext, heading: str) -> None:
    with servers.mail(tls) as server:
        DRIVERS["mail"].send(Message("k", NOW, 1, heading, "t"), "z@edu.example.cn", mail_config(server.port))
        letter = server.letter(0)
    assert letter["Subject"] == " ".join(heading.split())
    assert letter["Bcc"] is None
    assert server.letters[0].rcpt_tos == ["z@edu.example.cn"]


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "a b@example.cn", "a@example.cn\r\nRCPT TO:<b@c.cn>"])
def test_what_is_no_address_goes_nowhere(tls: ssl.SSLContext, address: str) -> None:
    with servers.mail(tls) as server, pytest.raises(Refused, match="address"):
        DRIVERS["mail"].send(SAID, address, mail_config(server.port))
    assert not server.letters


@pytest.mark.parametrize("drip", [b"", b"2", b"garbage\r\n"])
def test_a_server_that_hangs_dribbles_or_talks_nonsense_is_left_in_time(
    drip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "ALL_SECONDS", 0.4)
    with servers.silent(drip) as port:
        begun = time.monotonic()
        with pytest.raises(Unavailable) as mail:
            DRIVERS["mail"].send(SAID, "z@edu.example.cn", mail_config(port, encryption="none"))
        with pytest.raises(Unavailable) as web:
            DRIVERS["sms_http"].send(SAID, "+86138", {"url": f"http://127.0.0.1:{port}/", "secret": "s"})
        assert time.monotonic() - begun < 8
    assert {mail.value.code, web.value.code} <= {"timeout", "answer", "busy", "connection"}


# --- SMS


def sms_answer(asked: Asked) -> tuple[int, dict[str, Any]]:
    """Checks the signature of a request as the gateway described in docs/channels.md does."""
    wanted = hmac.new(b"s3cret", asked.headers["x-lianfang-timestamp"].encode() + b"." + asked.body, hashlib.sha256)
    good = asked.headers["x-lianfang-signature"] == f"sha256={wanted.hexdigest()}"
    return (200, {"id": "g-1"}) if good else (401, {})


def test_an_sms_through_ones_own_gateway_is_signed_and_named(tls: ssl.SSLContext) -> None:
    with servers.web(sms_answer, tls) as there:
        config = {"url": f"{there.url}/send", "secret": "s3cret"}
        assert DRIVERS["sms_http"].send(SAID, "+8613800000000", config) == "g-1"
        with pytest.raises(Unavailable, match="login"):
            DRIVERS["sms_http"].send(SAID, "+8613800000000", config | {"secret": "other"})
    assert there.asked[0].json == {"id": SAID.key, "to": "+8613800000000", "text": SAID.text + SAID.link}
    assert there.asked[0].headers["idempotency-key"] == SAID.key


def aliyun_answer(asked: Asked) -> tuple[int, dict[str, Any]]:
    """Reckons the signature of ACS3-HMAC-SHA256 anew from what arrived."""
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    given = dict(part.split("=", 1) for part in rest.split(","))
    assert scheme == "ACS3-HMAC-SHA256"
    query = "&".join(f"{k}={quote(v, safe='-_.~')}" for k, v in sorted(asked.query.items()))
    names = given["SignedHeaders"].split(";")
    assert {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"} <= set(names)
    lines = "".join(f"{name}:{asked.headers[name]}\n" for name in names)
    body = hashlib.sha256(asked.body).hexdigest()
    request = f"{asked.method}\n{asked.path}\n{query}\n{lines}\n{given['SignedHeaders']}\n{body}"
    wanted = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    if hmac.new(b"key-secret", wanted.encode(), hashlib.sha256).hexdigest() != given["Signature"]:
        return 400, {"Code": "SignatureDoesNotMatch", "Message": "…"}
    codes = {"13800000001": "isv.MOBILE_NUMBER_ILLEGAL", "13800000002": "isv.BUSINESS_LIMIT_CONTROL"}
    code = codes.get(asked.query["PhoneNumbers"], "OK")
    return 200, {"Code": code, "BizId": "900"}


ALIYUN = {"key_id": "id", "key_secret": "key-secret", "sign": "联防", "template": "SMS_1"}


def test_an_sms_through_alibaba_cloud_is_signed_and_holds_a_number_only(tls: ssl.SSLContext) -> None:
    with servers.web(aliyun_answer, tls) as there:
        config = ALIYUN | {"url": there.url}
        assert DRIVERS["aliyun"].send(SAID, "+8613800000000", config) == "900"
        for number, failure in (("1", "address"), ("2", "busy")):
            with pytest.raises((Refused, Unavailable), match=failure):
                DRIVERS["aliyun"].send(SAID, f"+861380000000{number}", config)
        with pytest.raises(Unavailable, match="login"):
            DRIVERS["aliyun"].send(SAID, "+8613800000000", config | {"key_secret": "other"})
    asked = there.asked[0]
    assert (asked.headers["x-acs-action"], asked.headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    assert asked.headers["x-acs-date"] == "2020-02-05T01:00:00Z"
    assert asked.query == {
        "PhoneNumbers": "13800000000", "SignName": "联防", "TemplateCode": "SMS_1", "OutId": SAID.key,
        "TemplateParam": '{"count": "2"}',
    }  # fmt: skip


# --- WeCom, DingTalk


def wecom_server(tokens: list[str]) -> Answering:
    """Gives out ``tokens`` one after the other and knows only the last that it gave."""
    given: list[str] = []

    def answer(asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.path == "/cgi-bin/gettoken":
            if asked.query != {"corpid": "corp", "corpsecret": "s"}:
                return 200, {"errcode": 40001}
            given.append(tokens[min(len(given), len(tokens) - 1)])
            return 200, {"errcode": 0, "access_token": given[-1], "expires_in": 7200}
        if asked.query["access_token"] != tokens[-1]:
            return 200, {"errcode": 42001}
        unknown = {"invaliduser": "gone"} if asked.json["touser"] == "gone" else {}
        return 200, {"errcode": 0, "msgid": "m1", **unknown}

    return answer


def test_wecom_asks_for_a_token_once_and_anew_when_it_was_taken_back(tls: ssl.SSLContext) -> None:
    config = {"corp": "corp", "agent": "7", "secret": "s"}
    with servers.web(wecom_server(["one", "two"]), tls) as there:
        config["url"] = there.url
        assert [DRIVERS["wecom"].send(SAID, "zhou", config) for _ in range(2)] == ["m1", "m1"]
        with pytest.raises(Refused, match="address"):
            DRIVERS["wecom"].send(SAID, "gone", config)
    paths = [asked.path.rpartition("/")[2] for asked in there.asked]
    assert paths == ["gettoken", "send", "gettoken", "send", "send", "send"]
    body = there.asked[-2].json
    assert (body["touser"], body["agentid"], body["enable_duplicate_check"]) == ("zhou", 7, 1)
    assert body["text"]["content"].splitlines()[0] == "[联防] 返校通知"


def test_wecom_with_a_wrong_secret_waits_for_the_administrator(tls: ssl.SSLContext) -> None:
    with servers.web(wecom_server(["one"]), tls) as there, pytest.raises(Unavailable, match="login 40001"):
        DRIVERS["wecom"].send(SAID, "z", {"corp": "corp", "agent": "7", "secret": "x", "url": there.url})


@pytest.mark.parametrize(("code", "failure"), [(0, None), (45009, Unavailable), (93000, Refused), (None, Refused)])
def test_the_robot_of_a_wecom_chat(tls: ssl.SSLContext, code: int | None, failure: type[Exception] | None) -> None:
    with servers.web(lambda asked: (200, {"errcode": code}), tls) as there:
        config = {"url": f"{there.url}/cgi-bin/webhook/send?key=k"}
        if failure is None:
            DRIVERS["wecom_group"].send(SAID, "", config)
        else:
            with pytest.raises(failure):
                DRIVERS["wecom_group"].send(SAID, "", config)
    assert there.asked[0].json == {"msgtype": "text", "text": {"content": f"{SAID.text}\n{SAID.link}"}}


def dingtalk_answer(asked: Asked) -> tuple[int, dict[str, Any]]:
    wanted = hmac.new(b"SECx", f"{asked.query['timestamp']}\nSECx".encode(), hashlib.sha256).digest()
    good = asked.query["sign"] == base64.b64encode(wanted).decode() and asked.query["access_token"] == "t"
    return 200, {"errcode": 0} if good else {"errcode": 310000}


def test_the_robot_of_a_dingtalk_chat_is_signed(tls: ssl.SSLContext) -> None:
    with servers.web(dingtalk_answer, tls) as there:
        url = f"{there.url}/robot/send?access_token=t"
        DRIVERS["dingtalk"].send(SAID, "", {"url": url, "secret": "SECx"})
        with pytest.raises(Unavailable, match="login 310000"):
            DRIVERS["dingtalk"].send(SAID, "", {"url": url, "secret": "SECy"})
    assert there.asked[0].query["timestamp"] == "1580864400000"
    assert there.asked[0].json["text"]["content"] == f"{SAID.text}\n{SAID.link}"


@pytest.mark.parametrize("answer", [(200, b"<html>proxy</html>"), (502, b""), (200, b"[]"), (302, b"")])
@pytest.mark.parametrize("name", ["aliyun", "wecom", "wecom_group", "dingtalk"])
def test_an_answer_nobody_understands_is_tried_again(tls: ssl.SSLContext, name: str, answer: tuple[int, bytes]) -> None:
    config = ALIYUN | {"corp": "c", "agent": "1", "secret": "s"}
    with servers.web(lambda asked: answer, tls) as there, pytest.raises(Unavailable):
        DRIVERS[name].send(
            SAID, "+86138", config | {"url": f"{there.url}/?access_token=t" if name == "dingtalk" else there.url}
        )


# --- web push


class Browser:
    """A receiver with keys of its own, as RFC 8291 has it."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"

    def subscription(self, endpoint: str) -> str:
        keys = {"p256dh": webpush.encoded(webpush.point(self.key)), "auth": webpush.encoded(self.auth)}
        return json.dumps({"endpoint": endpoint, "keys": keys})

    def opened(self, body: bytes) -> dict[str, Any]:
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        info = b"WebPush: info\0" + webpush.point(self.key) + theirs
        secret = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain[-1:] == b"\2"
        found: dict[str, Any] = json.loads(plain[:-1])
        return found


def vapid(asked: Asked, origin: str) -> dict[str, Any]:
    """The claims, once the signature holds under the key that came with it."""
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = given["t"].split(".")
    raw = webpush.decoded(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.decoded(given["k"]))
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    found: dict[str, Any] = json.loads(webpush.decoded(claims))
    assert (scheme, found["aud"]) == ("vapid", origin)
    return found


def test_a_push_message_is_signed_and_opens_in_its_browser_alone(tls: ssl.SSLContext) -> None:
    browser, other, config = Browser(), Browser(), {**webpush.made(), "contact": "it@edu.example.cn"}
    with servers.web(lambda asked: (201, b""), tls) as there:
        DRIVERS["push"].send(SAID, browser.subscription(f"{there.url}/push/abc"), config)
    asked = there.asked[0]
    assert browser.opened(asked.body) == {"text": SAID.text, "count": 2}
    with pytest.raises(InvalidTag):
        other.opened(asked.body)
    assert vapid(asked, there.url)["sub"] == "mailto:it@edu.example.cn"
    assert vapid(asked, there.url)["exp"] <= NOW.timestamp() + 24 * 3600
    assert (asked.headers["content-encoding"], asked.headers["topic"]) == ("aes128gcm", "0197a")
    assert int(asked.headers["ttl"]) > 0
    forged = {**webpush.made(), "public": config["public"], "contact": "x@y.cn"}
    with servers.web(lambda asked: (201, b""), tls) as there:
        DRIVERS["push"].send(SAID, browser.subscription(there.url), forged)
    with pytest.raises(InvalidSignature):
        vapid(there.asked[0], there.url)


def test_the_example_of_rfc_8291_comes_out_as_printed_there() -> None:
    own = ec.derive_private_key(
        int.from_bytes(webpush.decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), webpush.CURVE
    )
    receiver = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    body = webpush.sealed(
        b"When I grow up, I want to be a watermelon",
        webpush.decoded(receiver),
        webpush.decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=webpush.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        own=own,
    )
    assert webpush.encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, "gone"), (410, "gone"), (429, "busy"), (503, "busy"), (403, "login"), (413, "rejected")],
)
def test_what_a_push_service_answers(tls: ssl.SSLContext, status: int, failure: str) -> None:
    config = {**webpush.made(), "contact": "it@edu.example.cn"}
    with servers.web(lambda asked: (status, b""), tls) as there, pytest.raises((Refused, Unavailable), match=failure):
        DRIVERS["push"].send(SAID, Browser().subscription(there.url), config)
