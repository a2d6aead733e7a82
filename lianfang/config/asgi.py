"""One public address: what begins with /land/ goes to the landing, everything else to the pages (docs/adr/0014)."""

import gc

from lianfang.config import listening, wsgi
from lianfang.config.pages import Pages, Receive, Scope, Send

pages = Pages(wsgi.application)

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
        if message["type"] == "lifespan.startup":
            listening.refuse_the_silent()
            gc.freeze()  # what is loaded by now stays for ever: looking through it again and again costs answer time
        else:
            await landing.application.stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
