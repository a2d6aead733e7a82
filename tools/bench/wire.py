"""A client that costs little: it shares the two cores with what it measures. One connection a thread, kept open."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from tools.day.measures import spread

_DURATION = re.compile(r"app;dur=([\d.]+)")
TOKEN = "bench" * 6 + "ab"  # a CSRF token is any 32 letters, the same in cookie and form
Thing = TypeVar("Thing")


@dataclass
class Reply:
    """``server`` are milliseconds inside the program, ``client`` seconds until the answer was here."""

    status: int
    body: str
    place: str
    server: float
    client: float
    asked: float
    came: float


@dataclass
class Times:
    """Milliseconds of one kind of request, and how many failed."""

    server: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, reply: Reply, wanted: int) -> bool:
        if reply.status != wanted:
            self.errors.append(f"{reply.status}")
            return False
        self.server.append(reply.server)
        self.client.append(reply.client * 1000)
        return True

    def said(self) -> str:
        middle, high = spread(self.server or self.client)
        return f"p50 {middle:.0f} ms, p95 {high:.0f} ms"


class Wire:
    """To one address; threads may share it."""

    def __init__(self, address: str) -> None:
        self._place = urlsplit(address)
        self._local = threading.local()

    def get(self, path: str, session: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        return self._ask("GET", path, session, None, headers or {})

    def post(self, path: str, session: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        body = urlencode({**data, "csrfmiddlewaretoken": TOKEN})
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", path, session, body, sent)

    def _ask(self, method: str, path: str, session: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        """A connection the server closed while it lay idle is opened again, once."""
        sent = dict(headers)
        if session:
            sent["Cookie"] = f"sessionid={session}; csrftoken={TOKEN}"
        for last in (False, True):
            kept = getattr(self._local, "connection", None)
            connection = kept or http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=60)
            self._local.connection = connection
            asked = time.perf_counter()
            try:
                connection.request(method, path, body, sent)
                answer = connection.getresponse()
                text = answer.read().decode(errors="replace")
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                self._local.connection = None
                if last or kept is None:
                    raise
        came = time.perf_counter()
        found = _DURATION.search(answer.headers.get("server-timing", ""))
        server = float(found.group(1)) if found else 0.0
        return Reply(answer.status, text, answer.headers.get("location", ""), server, came - asked, asked, came)


def together(threads: int, act: Callable[[int], None]) -> float:
    """Run ``act(number)`` in so many threads at once; returns the seconds it took. The first failure is raised."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            act(number)
        except BaseException as problem:
            failed.append(problem)

    began = time.perf_counter()
    running = [threading.Thread(target=guarded, args=(number,), daemon=True) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def at_a_rate(each_second: float, things: Sequence[Thing], threads: int, act: Callable[[Thing], None]) -> float:
    """Open loop: thing number n is begun n/rate seconds after the start, however long the others take, as far as
    ``threads`` allow. Returns the rate that was reached."""
    turn = iter(enumerate(things))
    lock = threading.Lock()
    began = time.perf_counter()

    def work(_: int) -> None:
        while True:
            with lock:
                number, thing = next(turn, (0, None))
            if thing is None:
                return
            time.sleep(max(0.0, began + number / each_second - time.perf_counter()))
            act(thing)

    return len(things) / max(together(threads, work), 1e-9)


def rounds(number: int, acts: Iterable[Callable[[], None]]) -> None:
    """What is compared is measured in turns, so that a busy minute of the machine touches all alike."""
    acts = list(acts)
    for _ in range(number):
        for act in acts:
            act()
