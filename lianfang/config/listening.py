"""The sockets the server listens on."""

import os
import socket
import stat
import sys
from contextlib import suppress

SILENT = 10  # seconds a connection may say nothing at all


def refuse_the_silent() -> None:
    """granian closes a connection whose request does not come, but only after its first byte: telephones that connected
    and went out of reach would add up. So one that says nothing stays in the kernel until it speaks, and goes from
    there. Only Linux can; elsewhere nothing happens."""
    if sys.platform != "linux":
        return
    for number in map(int, os.listdir("/proc/self/fd")):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                _hold_back(number)


def _hold_back(number: int) -> None:
    with socket.socket(fileno=os.dup(number)) as one:
        if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT)
