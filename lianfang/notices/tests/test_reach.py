"""Where connections may lead, and many messages at once."""

import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from lianfang.notices.channels import reach
from lianfang.notices.channels.lanes import Job, Target, deliver
from lianfang.notices.channels.protocol import Driver, Message, Refused
from lianfang.notices.tests import servers
from lianfang.notices.tests.test_channels import DRIVERS, SAID, sms_answer


@pytest.fixture(autouse=True)
def tls(settings: Settings, tmp_path: Path) -> ssl.SSLContext:
    file, context = servers.certificate(tmp_path)
    settings.GATEWAY_NETWORKS, settings.GATEWAY_CA = ["127.0.0.0/8"], str(file)
    return context


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://0x7f.1/",
        "ftp://example.com/", "file:///etc/passwd", "https://u:p@example.com/", "https://", "https://a b/", "https://例子.cn/",
        "https://example.com:99999/", "https://example.com/\r\nHost: x",
    ],
)  # fmt: skip
def test_no_address_leads_into_the_network_of_the_machine(settings: Settings, url: str) -> None:
    settings.GATEWAY_NETWORKS = []
    with pytest.raises(Refused):
        reach.post(url, b"", {})


def test_a_named_network_opens_no_other(settings: Settings) -> None:
    settings.GATEWAY_NETWORKS = ["10.20.0.0/16"]
    with pytest.raises(Refused, match="inside"):
        reach.post("https://127.0.0.1/", b"", {})


def test_a_redirection_is_not_followed(tls: ssl.SSLContext) -> None:
    with servers.web(lambda asked: (302, b""), tls) as there:
        assert reach.post(there.url, b"", {}).status == 302
    assert len(there.asked) == 1


def speaking(name: str, config: dict[str, str], address: str = "+86138") -> Job:
    return Job(name, DRIVERS["sms_http"], SAID, (Target(config, address),))


def test_a_gateway_that_hangs_holds_up_no_other(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "ALL_SECONDS", 1.0)
    with servers.silent() as port, servers.web(sms_answer, tls) as there:
        bad = [speaking("bad", {"url": f"http://127.0.0.1:{port}", "secret": "s"}) for _ in range(40)]
        good = [speaking("good", {"url": there.url, "secret": "s3cret"}) for _ in range(12)]
        begun = time.monotonic()
        results = [(job.gateway, result.failure and result.failure.code) for job, result in deliver([*bad, *good])]
        assert time.monotonic() - begun < 8, "four lanes, two tries each, then they rest"
    assert results.count(("good", None)) == 12
    assert results.count(("bad", "resting")) == 32
    assert results.count(("bad", "timeout")) == 8
    assert [gateway for gateway, _ in results].index("bad") > 0, "who answers is not kept waiting"


def test_a_driver_that_breaks_takes_no_other_message_along() -> None:
    def broken(message: Message, address: str, config: Any) -> str:
        raise ZeroDivisionError

    driver = Driver("broken", "sms", "broken", 9, broken)
    jobs = [Job("g", driver, SAID, (Target({}, ""),)) for _ in range(3)]
    assert [result.failure and result.failure.code for _, result in deliver(jobs)] == ["driver"] * 3
