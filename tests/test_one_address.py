"""Pages behind the ASGI server (`config.pages`): what reaches them, and that a slow client holds up nobody else."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from io import BytesIO
from typing import Any

import pytest

from lianfang.config import listening, pages
from lianfang.config.pages import Pages, Scope, environ

Message = MutableMapping[str, Any]


def scope(path: str = "/", method: str = "GET", headers: Iterable[tuple[bytes, bytes]] = ()) -> Scope:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"q=%E7%8F%AD", "http_version": "1.1",
        "headers": list(headers), "client": ("203.0.113.9", 5), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip


class Client:
    """Sends these parts; takes each part of the answer after ``pause`` seconds."""

    def __init__(self, parts: Iterable[bytes] = (b"",), pause: float = 0.0) -> None:
        self.parts, self.pause = list(parts), pause
        self.got: list[Message] = []

    async def receive(self) -> Message:
        if not self.parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}

    async def send(self, message: Message) -> None:
        await asyncio.sleep(self.pause)
        self.got.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.got)


def echo(seen: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("X-Path", seen["PATH_INFO"])])
    return [seen["wsgi.input"].read()]


def test_a_body_arrives_whole_and_the_answer_with_its_headers() -> None:
    client = Client([b"one, ", b"two"])
    asyncio.run(Pages(echo)(scope("/a/", "POST"), client.receive, client.send))
    assert client.body == b"one, two"
    assert client.got[0]["status"] == 200
    assert (b"x-path", b"/a/") in client.got[0]["headers"]


def test_what_a_page_is_told_of_a_request() -> None:
    headers = [
        (b"host", b"school.example"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-forwarded-for", b"198.51.100.7"),
        (b"x_forwarded_for", b"10.0.0.1"), (b"content-length", b"3"), (b"content-type", b"text/plain"),
    ]  # fmt: skip
    found = environ(scope("/班级/", headers=headers), BytesIO(b"abc"))
    assert found["PATH_INFO"].encode("latin1").decode() == "/班级/"
    assert found["HTTP_COOKIE"] == "a=1; b=2"
    assert found["HTTP_X_FORWARDED_FOR"] == "198.51.100.7"  # the one with underscores is nobody's word
    assert (found["CONTENT_LENGTH"], found["CONTENT_TYPE"], found["REMOTE_ADDR"]) == ("3", "text/plain", "203.0.113.9")


def test_a_client_that_reads_slowly_does_not_hold_the_pages_up() -> None:
    async def both() -> list[str]:
        served, order = Pages(echo), []

        async def one(name: str, pause: float) -> None:
            client = Client([b"x"], pause)
            await served(scope(method="POST"), client.receive, client.send)
            order.append(name)

        await asyncio.gather(one("slow", 0.2), one("quick", 0.0))
        return order

    assert asyncio.run(both()) == ["quick", "slow"]


def test_a_long_answer_comes_in_pieces_and_is_closed_when_the_client_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PIECE", 10)
    closed: list[int] = []

    class Long:
        made = 0

        def __iter__(self) -> Iterator[bytes]:
            for _ in range(9):
                self.made += 1
                yield b"12345"

        def close(self) -> None:
            closed.append(self.made)

    def long(_seen: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return Long()

    whole = Client()
    asyncio.run(Pages(long)(scope(), whole.receive, whole.send))
    assert whole.body == b"12345" * 9
    assert len(whole.got) > 4

    class Gone(Client):
        async def send(self, message: Message) -> None:
            if len(self.got) == 2:
                raise ConnectionError
            self.got.append(message)

    gone = Gone()
    with pytest.raises(ConnectionError):
        asyncio.run(Pages(long)(scope(), gone.receive, gone.send))
    assert closed[0] == 9
    assert closed[1] < 9


def test_a_body_without_end_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LONGEST", 10)
    monkeypatch.setattr(pages, "PATIENCE", 0.05)
    large = Client([b"x" * 6] * 3)
    asyncio.run(Pages(echo)(scope(method="POST"), large.receive, large.send))
    assert large.got[0]["status"] == 413

    class Trickle(Client):
        async def receive(self) -> Message:
            await asyncio.sleep(1)
            return {"type": "http.request", "body": b"x", "more_body": True}

    slow = Trickle()
    asyncio.run(Pages(echo)(scope(method="POST"), slow.receive, slow.send))
    assert slow.got[0]["status"] == 408


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a silent connection back")
def test_whoever_connects_and_says_nothing_is_not_let_in() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        open_before = len(os.listdir("/proc/self/fd"))
        listening.refuse_the_silent()
        assert len(os.listdir("/proc/self/fd")) == open_before
        with socket.create_connection(server.getsockname()) as silent:
            with pytest.raises(TimeoutError):
                server.accept()
            silent.sendall(b"GET")
            server.accept()[0].close()
