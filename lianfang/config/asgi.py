"""One public address: what begins with /land/ goes to the landing, everything else to the pages (docs/adr/0014)."""

import os
import socket
import sys
from contextlib import suppress

from lianfang.config import wsgi
from lianfang.config.pages import Pages, Receive, Scope, Send

SILENT = 10  # seconds a connection may say nothing at all
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
            _refuse_the_silent()
        else:
            await landing.application.stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _refuse_the_silent() -> None:
    """granian closes a connection whose request does not come, but only after its first byte. One that says nothing
    stays in the kernel until it speaks, and goes from there."""
    if sys.platform != "linux":
        return
    for number in map(int, os.listdir("/proc/self/fd")):
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as one:
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT)
