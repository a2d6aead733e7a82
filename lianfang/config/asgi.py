"""One public address: what begins with /land/ goes to the landing, everything else to the pages.

The pages stay synchronous (each middleware of Django costs a change of threads under ASGI): asgiref runs the whole WSGI
application in one thread, after the body has arrived.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.wsgi import WsgiToAsgi

from lianfang.config import wsgi

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

pages = WsgiToAsgi(wsgi.application)

from lianfang.api import landing  # noqa: E402  (Django is set up by config.wsgi)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/land/"):
        await landing.application(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
