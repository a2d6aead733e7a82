"""Where what is being done came from: the address of the request that this thread answers.

Events keep it (`core.events.record`); a command or a job has none. A header can say anything, so the address a proxy
passes on is believed only when the proxy itself is one the operator named (``LIANFANG_TRUSTED_PROXIES``).
"""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str | None] = ContextVar("address", default=None)


class FromAddress:
    """Middleware: remembers the address of the request until it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _address.set(address(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(token)


def current() -> str | None:
    """The address of the request under way; None in a command or a job."""
    return _address.get()


def address(request: HttpRequest) -> str | None:
    """Who sent this request: its peer, or, behind trusted proxies, the last address before them."""
    found = _plain(request.META.get("REMOTE_ADDR", ""))
    for told in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        before = _plain(told)
        if found is None or before is None or not _trusted(found):
            break
        found = before
    return found


def network(request: HttpRequest) -> str:
    """What wrong tries are counted under: the address, and of IPv6 its /64, in which one computer takes as many
    addresses as it likes. "" for one that nobody knows."""
    found = address(request)
    if found is None or ":" not in found:
        return found or ""
    return str(ip_network(f"{found}/64", strict=False))


def _plain(text: str) -> str | None:
    """A bare address, without the port some proxies add; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _trusted(found: str) -> bool:
    return any(ip_address(found) in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)
