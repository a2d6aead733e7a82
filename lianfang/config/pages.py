"""Pages (WSGI) behind an ASGI server: one thread makes them, and it never waits for a client.

Django's own ASGI handler changes threads at every middleware of ours, which costs a page more than the page itself.
Here the body has arrived before the thread begins, and the thread is free as soon as the answer is made: a telephone
with a bad line holds a little memory, not the pages of everybody else. Long answers are made piece by piece.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_MEMORY = 64 * 1024  # bytes of a body; what is longer goes to a temporary file
LONGEST = 64 * 1024 * 1024  # bytes of a body; what pages allow themselves is less
PATIENCE = 30.0  # seconds between two parts of a body
PIECE = 256 * 1024  # bytes of an answer made at a time


class Pages:
    def __init__(self, wsgi: Wsgi) -> None:
        self._wsgi = wsgi
        self._thread = ThreadPoolExecutor(1, "pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(IN_MEMORY) as body:
            refused = await _read(body, receive)
            if refused is not None:
                await _short(send, refused)
                return
            body.seek(0)
            await self._answer(Answer(self._wsgi, environ(scope, body)), send)

    async def _answer(self, answer: "Answer", send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            piece = await loop.run_in_executor(self._thread, answer.begin)
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while not answer.is_whole:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._thread, answer.go_on)
            await send({"type": "http.response.body", "body": piece})
        finally:
            if not answer.is_closed:  # the client has gone
                await loop.run_in_executor(self._thread, answer.close)


class Answer:
    """One call of the WSGI application. Its methods run in the thread of the pages."""

    def __init__(self, wsgi: Wsgi, environ: dict[str, Any]) -> None:
        self._wsgi, self._environ = wsgi, environ
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_whole = self.is_closed = False
        self._made: Iterable[bytes] = ()
        self._parts: Iterator[bytes] = iter(())

    def begin(self) -> bytes:
        self._made = self._wsgi(self._environ, self._start)
        self._parts = iter(self._made)
        return self.go_on()

    def go_on(self) -> bytes:
        pieces, size = [], 0
        for part in self._parts:
            pieces.append(part)
            size += len(part)
            if size >= PIECE:
                return b"".join(pieces)
        self.is_whole = True
        self.close()
        return b"".join(pieces)

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            if hasattr(self._made, "close"):
                self._made.close()

    def _start(self, status: str, headers: list[tuple[str, str]], _failure: object = None) -> None:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]


def environ(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """A header whose name has an underscore could pass for one with a hyphen, which a proxy vouches for: left out."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": scope["path"].encode().decode("latin1"),
        "QUERY_STRING": bytes(scope["query_string"]).decode("latin1"), "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}", "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"), "wsgi.input": body, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    if client:
        found["REMOTE_ADDR"] = str(client[0])
    for name, value in scope["headers"]:
        word = bytes(name).decode("latin1").upper()
        if "_" in word:
            continue
        key = word.replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = bytes(value).decode("latin1")
        found[key] = text if key not in found else found[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
    return found


async def _read(body: IO[bytes], receive: Receive) -> int | None:
    """The status of a refusal, if it is one."""
    size = 0
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await receive()
        except TimeoutError:
            return 408
        if message["type"] == "http.disconnect":
            return 400
        part = message.get("body", b"")
        size += len(part)
        if size > LONGEST:
            return 413
        body.write(part)
        if not message.get("more_body"):
            return None


async def _short(send: Send, status: int) -> None:
    with suppress(Exception):  # whoever sent it may have gone
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
