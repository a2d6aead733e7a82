"""A client for the landing that costs little, in a process of its own: many connections, one request at a time on each.

    python -m tools.bench.landing_load < order.json     {"port": …, "what": "cards", "connections": 64, …}  (`Order`)

Prints what came back (`Told`), as JSON. Stops after ``seconds``, or when ``most`` were sent.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, islice

import msgspec

from tools.bench import city

_AHEAD = 8_000  # requests for each second
_STRIDE = 15_485_863  # a prime: people and classes are taken from all over the city


class Order(msgspec.Struct):
    """``what``: "cards" of families, "rolls" (every second names one who is ill), "zero" reports, "plain" requests.
    ``each_second`` 0: as many as the connections carry. ``start``: so many were sent before, by earlier orders."""

    port: int
    what: str
    connections: int
    people: int
    on: date
    seconds: float = 0.0
    most: int = 0
    start: int = 0
    each_second: float = 0.0


class Told(msgspec.Struct):
    """Milliseconds; ``statuses`` by HTTP status, 0 for a connection that broke. ``sent``: where the next one starts."""

    done: int
    seconds: float
    sent: int
    statuses: dict[int, int]
    p50: float
    p95: float
    p99: float
    longest: float


class Load:
    """What all connections share."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.sent = order.start
        # written before the clock runs, so that the client costs as little as that of the references
        coming = requests(order)
        self.requests = chain(list(islice(coming, order.most or int(order.seconds * _AHEAD))), coming)
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.began = time.perf_counter()
        self.until = self.began + order.seconds if order.seconds else float("inf")
        self.running = 0
        self.finished = asyncio.Event()

    def next(self) -> bytes | None:
        enough = self.order.most and self.sent - self.order.start >= self.order.most
        if enough or time.perf_counter() > self.until:
            return None
        self.sent += 1
        return next(self.requests, None)

    def wait(self) -> float:
        """Seconds until the request that was given out last is due."""
        if not self.order.each_second:
            return 0.0
        return self.began + (self.sent - self.order.start) / self.order.each_second - time.perf_counter()


class Connection(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self.load = load
        self.buffer = b""
        self.asked = 0.0
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.load.running += 1
        self.go_on()

    def go_on(self) -> None:
        request = self.load.next()
        if request is None:
            self.transport.close()
        elif (pause := self.load.wait()) > 0:
            asyncio.get_running_loop().call_later(pause, self.ask, request)
        else:
            self.ask(request)

    def ask(self, request: bytes) -> None:
        self.asked = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        whole = len(body) >= int(length) if length else body.endswith(b"0\r\n\r\n")  # else it comes in pieces
        if not gap or not whole:
            return
        self.buffer = b""
        self.load.times.append(time.perf_counter() - self.asked)
        self.load.statuses[int(head[9:12])] += 1
        self.asked = 0.0
        self.go_on()

    def connection_lost(self, problem: Exception | None) -> None:
        self.load.statuses[0] += bool(self.asked)
        self.load.running -= 1
        if not self.load.running:
            self.load.finished.set()


def requests(order: Order) -> Iterator[bytes]:
    """Without end. After everybody's card of today come those of yesterday: each is the first of its day."""
    if order.what == "plain":
        return _plain()
    return _cards(order) if order.what == "cards" else _rolls(order)


def _cards(order: Order) -> Iterator[bytes]:
    made = city.city(order.people)
    telephones = len(range(0, made.people, made.each))
    number = order.start
    while True:
        turn, at = divmod(number, telephones)
        number += 1
        one = at * _STRIDE % telephones * made.each
        on = order.on - timedelta(days=turn)
        body = b'{"id":"%s","person":"%s","on":"%s","symptoms":[],"temperature":36.5}'
        told = body % (_id(), str(city.person(one)).encode(), on.isoformat().encode())
        yield _post(b"/land/cards", city.token("family", one).encode(), told)


def _rolls(order: Order) -> Iterator[bytes]:
    made = city.city(order.people)
    number = order.start
    while True:
        turn, at = divmod(number, made.units)
        number += 1
        day, part = divmod(turn + (order.what == "zero"), 3)
        one = at * _STRIDE % made.units
        on = order.on - timedelta(days=day)
        ill = (
            b'{"person":"%s","absent":"ill","symptoms":["fever","cough"]}' % str(city.person(one * city.CLASS)).encode()
        )
        body = b'{"id":"%s","unit":%d,"round":"%s","on":"%s","exceptions":[%s],"seconds":30}'
        word = (b"morning", b"noon", b"evening")[part]
        told = body % (
            _id(),
            city.unit(one),
            word,
            on.isoformat().encode(),
            ill if number % 2 and order.what == "rolls" else b"",
        )
        yield _post(b"/land/rolls", city.token("gateway", one // city.CLASSES).encode(), told)


def _plain() -> Iterator[bytes]:
    while True:
        yield _post(b"/", b"none", b"")


def _id() -> bytes:
    drawn = os.urandom(16).hex()
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-8{drawn[17:20]}-{drawn[20:]}".encode()


def _post(path: bytes, token: bytes, body: bytes) -> bytes:
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
    return head % (path, token, len(body)) + body


async def run(order: Order) -> Told:
    load = Load(order)
    loop = asyncio.get_running_loop()
    for _ in range(order.connections):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", order.port)
    await load.finished.wait()
    took = time.perf_counter() - load.began
    times = sorted(load.times) or [0.0]
    p50, p95, p99, longest = (
        times[min(len(times) - 1, int(len(times) * part))] * 1000 for part in (0.5, 0.95, 0.99, 1)
    )
    return Told(len(load.times), took, load.sent, dict(load.statuses), p50, p95, p99, longest)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(run(given))))
