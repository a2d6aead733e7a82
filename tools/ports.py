"""Which port the web server takes."""

from __future__ import annotations

import errno
import os
import socket

from tools.say import words

FIRST, LAST = 8000, 8039


class PortError(RuntimeError):
    """The port that was asked for cannot be had, and why."""


def choose_port(bind: str, wanted: int | None) -> int:
    """`wanted` 0 is any free port; None is `LIANFANG_PORT`, else the first free one from 8000 on.

    Raises PortError: a port somebody named is never silently exchanged for another.
    """
    if wanted is None and (named := os.environ.get("LIANFANG_PORT")):
        wanted = _number(named)
    if wanted == 0:
        return free_port(bind)
    if wanted is not None:
        if is_free(bind, wanted):
            return wanted
        another = f"make run LIANFANG_PORT={wanted + 1}"
        raise PortError(
            words(
                f"端口 {wanted} 已被其他程序占用。请结束它，或换一个：{another}",
                f"Port {wanted} is taken by another program. End it, or use another: {another}",
            )
        )
    for port in range(FIRST, LAST + 1):
        if is_free(bind, port):
            return port
    raise PortError(words(f"端口 {FIRST}–{LAST} 都已被占用。", f"The ports {FIRST} to {LAST} are all taken."))


def _number(text: str) -> int:
    if text.isdecimal() and 0 <= int(text) < 65536:
        return int(text)
    raise PortError(words(f"LIANFANG_PORT 不是端口号：{text}", f"LIANFANG_PORT is no port number: {text}"))


def is_free(bind: str, port: int) -> bool:
    """Asked by binding: several granians can share a port, so the server itself would not notice.

    Raises PortError when the address or the port is not ours to use at all.
    """
    with _socket(bind) as probe:
        try:
            probe.bind((bind, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return False
            said = words(f"无法使用 {bind} 的端口 {port}：", f"Port {port} of {bind} cannot be used: ")
            raise PortError(f"{said}{problem.strerror}") from None
    return True


def free_port(bind: str = "127.0.0.1") -> int:
    with _socket(bind) as probe:
        probe.bind((bind, 0))
        return int(probe.getsockname()[1])


def _socket(bind: str) -> socket.socket:
    probe = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET)
    # Connections that have just been closed must not make the port look taken.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe
