"""What a sender does, without a network."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec

from lianfang.api.landing import Landing
from lianfang.core import clock
from lianfang.health.actions.landing import Landed
from lianfang.health.rules.parcels import Outcome

Sent = tuple[int, dict[str, Any], dict[bytes, bytes]]
KEY = b"the key of the gate"


async def post(
    to: Landing, path: str, body: object, key: bytes = KEY, parts: Sequence[bytes] = (), pause: float = 0.0,
    headers: Sequence[tuple[bytes, bytes]] = (), method: str = "POST", query: bytes = b"",
) -> Sent:  # fmt: skip
    pieces = list(parts) or [body if isinstance(body, bytes) else msgspec.json.encode(body)]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [(b"authorization", b"Bearer " + key), *headers],
    }
    await to(scope, receive, send)
    return sent[0]["status"], msgspec.json.decode(sent[1]["body"]), dict(sent[0]["headers"])


def ask(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def card(person: UUID, **told: object) -> dict[str, object]:
    return {"id": uuid4(), "person": person, "on": clock.today(), "symptoms": [], **told}


def no_land(_records: Sequence[Landed]) -> list[Outcome]:
    raise AssertionError("nothing was to be landed")
