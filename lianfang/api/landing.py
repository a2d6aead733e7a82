"""The landing: a small ASGI application that takes cards and rolls and answers when they are on disk.

    POST /land/cards   a card, or up to a thousand in an array      Authorization: Bearer <key of a device or gateway>
    POST /land/rolls   a roll, or up to a hundred in an array

One record is answered by its outcome: ``{"state": "taken"}``, ``"again"`` (it was here before), ``"held"`` with what is
wrong (it is kept, and somebody at the school sees it), ``"refused"``. An array is answered by counts, and by the places
of what was held or refused. 503 with Retry-After: nothing of this request was taken; send it again, with the same ids.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import msgspec
from django.db import DatabaseError, connection

from lianfang.api.committing import Committer, DownError, FullError
from lianfang.core import clock, problems
from lianfang.health.actions import landing
from lianfang.health.actions.landing import Landed
from lianfang.health.rules.parcels import Outcome
from lianfang.health.rules.sent import Card, Roll

logger = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LONGEST = 2 * 1024 * 1024  # bytes of a body
PATIENCE = 15.0  # seconds for a body to arrive
RETRY = 1  # seconds
MOST = {"/land/cards": 1000, "/land/rolls": 100}
_ONE = {"/land/cards": msgspec.json.Decoder(Card), "/land/rolls": msgspec.json.Decoder(Roll)}
_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_DEVICE = b"lianfang-device="


class Answered(Exception):
    """The request is answered without landing anything."""

    def __init__(self, status: int, error: str, **more: object) -> None:
        self.status, self.body = status, {"state": "refused", "error": error, **more}


class Landing:
    """``commit`` is shared by all requests of the process."""

    def __init__(self, commit: Committer) -> None:
        self._commit = commit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._answer(scope, receive)
        except Answered as answered:
            status, body = answered.status, answered.body
        except FullError:
            status, body = 503, {"state": "later", "error": "busy"}
        except DownError:
            status, body = 503, {"state": "later", "error": "down"}
        await _reply(send, status, body)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, object]:
        path, token = scope["path"], _token(scope)
        if path not in _ONE:
            raise Answered(404, "there is no such address")
        if scope["method"] != "POST":
            raise Answered(405, "only POST")
        if not token:
            raise Answered(401, "a key is needed: Authorization: Bearer …")
        try:
            body = await asyncio.wait_for(_body(scope, receive), PATIENCE)
        except TimeoutError:
            raise Answered(408, "the body did not arrive in time") from None
        digest = hashlib.sha256(token).digest()
        if body.lstrip()[:1] == b"[":
            return await self._many(path, digest, body)
        try:
            sent = _ONE[path].decode(body)
        except msgspec.DecodeError as problem:
            raise Answered(400, str(problem)) from None
        (outcome,) = await self._commit.take([Landed(digest, sent)])
        return _status(outcome), _told(outcome)

    async def _many(self, path: str, digest: bytes, body: bytes) -> tuple[int, object]:
        try:
            parts = _MANY.decode(body)
        except msgspec.DecodeError as problem:
            raise Answered(400, str(problem)) from None
        if len(parts) > MOST[path]:
            raise Answered(413, f"at most {MOST[path]} records at a time", most=MOST[path])
        records, places, refused = [], [], []
        for place, part in enumerate(parts):
            try:
                records.append(Landed(digest, _ONE[path].decode(part)))
                places.append(place)
            except msgspec.DecodeError as problem:
                refused.append({"index": place, "error": str(problem)})
        outcomes = await self._commit.take(records) if records else []
        if outcomes and all(one is landing.UNKNOWN for one in outcomes):
            return 401, _told(landing.UNKNOWN)
        counts: dict[str, Any] = {"taken": 0, "again": 0, "held": [], "refused": refused}
        for place, outcome in zip(places, outcomes, strict=True):
            if outcome.state in ("taken", "again"):
                counts[outcome.state] += 1
            else:
                counts[outcome.state].append({"index": place, **_told(outcome)})
        return 200, counts


async def _body(scope: Scope, receive: Receive) -> bytes:
    told = _header(scope, b"content-length")
    if told.isdigit() and int(told) > LONGEST:
        raise Answered(413, f"at most {LONGEST} bytes", most=LONGEST)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Answered(400, "the connection was closed")
        part = message.get("body", b"")
        size += len(part)
        if size > LONGEST:
            raise Answered(413, f"at most {LONGEST} bytes", most=LONGEST)
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _token(scope: Scope) -> bytes:
    """The key of the sender. A family's telephone has its own in a cookie (strictly of this site)."""
    given = _header(scope, b"authorization")
    if given[:7].lower() == b"bearer ":
        return given[7:].strip()
    cookies = (part.strip() for part in _header(scope, b"cookie").split(b";"))
    return next((one[len(_DEVICE) :] for one in cookies if one.startswith(_DEVICE)), b"")


def _header(scope: Scope, name: bytes) -> bytes:
    return next((bytes(value) for key, value in scope["headers"] if key == name), b"")


def _status(outcome: Outcome) -> int:
    if outcome is landing.UNKNOWN:
        return 401
    return {"taken": 200, "again": 200, "held": 202, "refused": 404}[outcome.state]


def _told(outcome: Outcome) -> dict[str, Any]:
    if not outcome.flaws:
        return {"state": outcome.state}
    flaws = [{"code": one.code, "field": one.field, "text": problems.text(one.code)} for one in outcome.flaws]
    return {"state": outcome.state, "flaws": flaws}


async def _reply(send: Send, status: int, body: object) -> None:
    encoded = msgspec.json.encode(body)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    if status == 503:
        headers.append((b"retry-after", str(RETRY).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": encoded})


def land(records: Sequence[Landed]) -> list[Outcome]:
    """In the committer's thread. A connection that broke is opened anew with the next batch."""
    try:
        return landing.land(records, now=clock.now())
    except DatabaseError:
        connection.close()
        raise


application = Landing(Committer(land))
