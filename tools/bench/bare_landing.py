"""Reference: an ASGI program that reads the same JSON into the same strict struct, and answers. It writes nothing."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from lianfang.health.rules.sent import Card, Roll

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "/land/cards": msgspec.json.Decoder(Card),
    "/land/rolls": msgspec.json.Decoder(Roll),
}
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"17")],
}


async def application(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        return
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message.get("body", b"")
    if body:
        _DECODERS[scope["path"]].decode(body)
    await send(_START)
    await send({"type": "http.response.body", "body": b'{"state":"taken"}'})
