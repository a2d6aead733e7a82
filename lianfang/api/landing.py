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

from lianfang.api.committing import RETRY, UNSTORABLE, Committer, DownError, FullError
from lianfang.core import clock, prepared, problems
from lianfang.health.actions import landing
from lianfang.health.actions.landing import Landed
from lianfang.health.rules.parcels import Outcome
from lianfang.health.rules.sent import Card, Roll
from lianfang.ui import families

logger = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LONGEST = 2 * 1024 * 1024  # bytes of a body
PATIENCE = 15.0  # seconds for a body to arrive
LARGE = 64 * 1024  # bytes; every card and roll is shorter, so that they are never kept out by batches
PLACES = 32  # bodies larger than that which may be on their way in at once
MOST = {"/land/cards": 1000, "/land/rolls": 100}
_ONE: dict[str, msgspec.json.Decoder[Any]] = {
    "/land/cards": msgspec.json.Decoder(Card),
    "/land/rolls": msgspec.json.Decoder(Roll),
}
_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_DEVICE = families.cookie_name().encode() + b"="
_HEADERS = [
    (b"content-type", b"application/json"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"),
]  # fmt: skip
_MORE = {
    401: [(b"www-authenticate", b"Bearer")], 405: [(b"allow", b"POST")], 503: [(b"retry-after", b"%d" % RETRY)],
}  # fmt: skip
_PLAIN = {state: msgspec.json.encode({"state": state}) for state in ("taken", "again", "held", "refused")}


class Answered(Exception):
    """The request is answered without landing anything."""

    def __init__(self, status: int, error: str, **more: object) -> None:
        self.status, self.body = status, {"state": "refused", "error": error, **more}


class Landing:
    """``commit`` is shared by all requests of the process."""

    def __init__(self, commit: Committer) -> None:
        self._commit = commit
        self._large = 0

    async def stop(self) -> None:
        """What was taken in is landed and answered first."""
        await asyncio.to_thread(self._commit.stop)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._answer(scope, receive)
        except Answered as answered:
            status, body = answered.status, msgspec.json.encode(answered.body)
        except FullError:
            status, body = 503, b'{"state":"later","error":"busy"}'
        except DownError:
            status, body = 503, b'{"state":"later","error":"down"}'
        headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
        headers += _MORE.get(status, ())
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        path, token = scope["path"], _admitted(scope)
        with self._commit.let_in():  # before the body is read: whoever overloads us is not to cost us that as well
            body = await self._read(receive)
        digest = hashlib.sha256(token).digest()
        if body[:1] == b"[" or body.lstrip()[:1] == b"[":
            return await self._many(path, digest, body)
        try:
            sent = _ONE[path].decode(body)
        except _UNREADABLE as problem:
            raise Answered(400, str(problem)) from None
        (outcome,) = await self._commit.take([Landed(digest, sent)])
        return _status(outcome), _told(outcome)

    async def _read(self, receive: Receive) -> bytes:
        """The body. Large ones take turns, or slow senders of many would fill the memory."""
        parts: list[bytes] = []
        size, large = 0, False
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Answered(400, "the connection was closed")
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > LONGEST:
                        raise Answered(413, f"at most {LONGEST} bytes", most=LONGEST)
                    if size > LARGE and not large:
                        if self._large >= PLACES:
                            raise FullError
                        self._large, large = self._large + 1, True
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise Answered(408, "the body did not arrive in time") from None
        finally:
            self._large -= large

    async def _many(self, path: str, digest: bytes, body: bytes) -> tuple[int, bytes]:
        try:
            parts = _MANY.decode(body)
        except _UNREADABLE as problem:
            raise Answered(400, str(problem)) from None
        if len(parts) > MOST[path]:
            raise Answered(413, f"at most {MOST[path]} records at a time", most=MOST[path])
        records, places, refused = [], [], []
        for place, part in enumerate(parts):
            try:
                records.append(Landed(digest, _ONE[path].decode(part)))
                places.append(place)
            except _UNREADABLE as problem:
                refused.append({"index": place, "error": str(problem)})
        outcomes = await self._commit.take(records) if records else []
        if outcomes and all(one is landing.UNKNOWN for one in outcomes):
            return 401, _told(landing.UNKNOWN)
        counts: dict[str, Any] = {"taken": 0, "again": 0, "held": [], "refused": refused}
        for place, outcome in zip(places, outcomes, strict=True):
            if outcome.state in ("taken", "again"):
                counts[outcome.state] += 1
            else:
                counts[outcome.state].append({"index": place, "state": outcome.state, "flaws": _flaws(outcome)})
        return 200, msgspec.json.encode(counts)


def _admitted(scope: Scope) -> bytes:
    """The key of the sender. Raises `Answered` for what is refused by its head alone."""
    if scope["path"] not in _ONE:
        raise Answered(404, "there is no such address")
    if scope["method"] != "POST":
        raise Answered(405, "only POST")
    if scope.get("query_string"):  # addresses are written into the logs of proxies: no key may ever work there
        raise Answered(400, "nothing is told in the address")
    token, length, kind, packed = _headers(scope)
    if not token:
        raise Answered(401, "a key is needed: Authorization: Bearer …")
    if packed or (kind and kind.partition(b";")[0].strip().lower() != b"application/json"):
        raise Answered(415, "application/json is read, not compressed")
    if length > LONGEST:
        raise Answered(413, f"at most {LONGEST} bytes", most=LONGEST)
    return token


def _headers(scope: Scope) -> tuple[bytes, int, bytes, bool]:
    """The key of the sender, how long the body is said to be, of which type, and whether it is compressed. A family's
    telephone has its key in a cookie, which browsers do not send with a POST from another site (SameSite=Lax)."""
    token, length, kind, packed = b"", 0, b"", False
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            token = bytes(value[7:]).strip()
        elif name == b"cookie" and not token:
            parts = (part.strip() for part in bytes(value).split(b";"))
            token = next((one[len(_DEVICE) :] for one in parts if one.startswith(_DEVICE)), b"")
        elif name == b"content-length" and value.isdigit():
            length = int(value)
        elif name == b"content-type":
            kind = bytes(value)
        elif name == b"content-encoding":
            packed = value.lower() != b"identity"
    return token, length, kind, packed


def _status(outcome: Outcome) -> int:
    if outcome is landing.UNKNOWN:
        return 401
    if outcome is UNSTORABLE:
        return 400
    return {"taken": 200, "again": 200, "held": 202, "refused": 404}[outcome.state]


def _told(outcome: Outcome) -> bytes:
    if not outcome.flaws:
        return _PLAIN[outcome.state]
    return msgspec.json.encode({"state": outcome.state, "flaws": _flaws(outcome)})


def _flaws(outcome: Outcome) -> list[dict[str, str]]:
    return [{"code": one.code, "field": one.field, "text": problems.text(one.code)} for one in outcome.flaws]


def land(records: Sequence[Landed]) -> list[Outcome]:
    """In the committer's thread. A connection that broke is opened anew with the next batch."""
    try:
        if connection.connection is None:
            prepared.plan_by_keys()
        return landing.land(records, now=clock.now())
    except DatabaseError:
        connection.close()
        raise


application = Landing(Committer(land))
