"""Connections that leave the house. Every one is made here.

An administrator types an address, a browser hands one in: neither may become a way into the network this machine stands
in. A name is resolved once, every address it has must be public (or in a network that the operator named), and exactly
that address is connected to. Outside those networks nothing is said without TLS. Redirections are not followed, answers
are short, and all of it together has one time limit: a server that dribbles is cut off as one that hangs.
"""

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from lianfang.notices.channels.protocol import Refused, Unavailable

CONNECT_SECONDS, ALL_SECONDS = 5, 15
ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> dict[str, Any]:
        """Raises `Unavailable` for what is no JSON object: a proxy's page, a cable that was cut."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable("answer", self.status)
        return found


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    return _asked("POST", url, body, headers)


def get(url: str) -> Answer:
    return _asked("GET", url, b"", {})


def checked(url: str) -> None:
    """Raises `Refused` for an address that can never be used: when it is typed, before anything is sent."""
    _parts(url)


def _asked(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    host, port, plain, path = _parts(url)
    connection = HTTPConnection(host, port)
    held: list[socket.socket] = []  # http.client lets go of it before the answer has been read
    with limited(lambda: held[-1] if held else None):
        held.append(connected(host, port, plain=plain))
        if not plain:
            held.append(wrapped(held[0], host))
        connection.sock = held[-1]
        try:
            connection.request(method, path, body or None, {"User-Agent": "lianfang", "Connection": "close", **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(ANSWER_BYTES), {k.lower(): v for k, v in answer.getheaders()})
        finally:
            connection.close()


def _parts(url: str) -> tuple[str, int, bool, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("url") from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.fragment:
        raise Refused("url")
    if any(sign.isspace() or not sign.isprintable() for sign in url) or not url.isascii():
        raise Refused("url")
    plain = parts.scheme == "http"
    if plain and not settings.GATEWAY_NETWORKS:
        raise Refused("plain")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port or (80 if plain else 443), plain, path


def connected(host: str, port: int, *, plain: bool) -> socket.socket:
    """Raises `Refused` where we must not go, `OSError` where nobody answers."""
    found = [info[4][:2] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for place in found:
        _allowed(str(place[0]), plain=plain)
    trouble: OSError = OSError("no address")
    for place in found:
        try:
            sock = socket.create_connection((str(place[0]), int(place[1])), CONNECT_SECONDS)
        except OSError as problem:
            trouble = problem
        else:
            sock.settimeout(ALL_SECONDS)
            return sock
    raise trouble


def _allowed(place: str, *, plain: bool) -> None:
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(network) for network in settings.GATEWAY_NETWORKS):
        return
    if not address.is_global or address.is_multicast:
        raise Refused("inside")
    if plain:
        raise Refused("plain")


def wrapped(sock: socket.socket, host: str) -> ssl.SSLSocket:
    return trust(settings.GATEWAY_CA).wrap_socket(sock, server_hostname=host)


@cache
def trust(authority: str) -> ssl.SSLContext:
    """The certificates of the system, and the operator's own authority where gateways in its network have one."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority:
        context.load_verify_locations(cafile=authority)
    return context


@contextmanager
def limited(sock: Callable[[], socket.socket | None]) -> Iterator[None]:
    """All failures of a connection in our two words, and an end to it after `ALL_SECONDS` whatever the other side
    does."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        if (open_one := sock()) is not None:
            try:
                socket.socket.shutdown(open_one, socket.SHUT_RDWR)
            except OSError:
                return  # gone already

    timer = threading.Timer(ALL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError) as problem:
        raise _said(problem, late=late.is_set()) from None
    finally:
        timer.cancel()


def _said(problem: Exception, *, late: bool) -> Unavailable:
    if late or isinstance(problem, TimeoutError):
        return Unavailable("timeout")
    if isinstance(problem, ssl.SSLError):
        return Unavailable("tls")
    if isinstance(problem, socket.gaierror):
        return Unavailable("name")
    return Unavailable("connection" if isinstance(problem, OSError) else "answer")
