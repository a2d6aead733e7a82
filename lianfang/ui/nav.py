"""What stands in the navigation. ``ui`` knows no page; the rooms above register what they want shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class NavItem:
    """One entry. ``icon`` is a name of the icon set, ``count`` how many things wait (0 shows nothing).

    ``place`` "main" is the bar, "account" the menu under the person's name, "urgent" a red button in the top bar of
    every page; with ``post`` the entry is a button that sends a form (sign-out), not a link. On a phone the first four
    (five, if there are no more) stand in the bar under the thumb, the rest behind "more": give them in order of
    importance.
    """

    label: str | Promise
    url: str
    icon: str
    current: bool = False
    count: int = 0
    place: Literal["main", "account", "urgent"] = "main"
    post: bool = False


Provider = Callable[[HttpRequest], Iterable[NavItem]]
UnitProvider = Callable[[HttpRequest], Any]

_providers: list[Provider] = []
_unit_provider: list[UnitProvider] = []


def register(provider: Provider) -> Provider:
    """Adds entries for every page. Call it once, from ``AppConfig.ready``; usable as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def register_unit(provider: UnitProvider) -> UnitProvider:
    """Names who tells for which unit the reader acts: an object with ``name`` (and ``above``), or None."""
    _unit_provider[:] = [provider]
    return provider


def items(request: HttpRequest, place: str = "main") -> list[NavItem]:
    """The entries for this request. If none says it is current, the longest matching address is."""
    found = [item for item in _all(request) if item.place == place]
    if any(item.current for item in found):
        return found
    fits = [item for item in found if _leads_to(item.url, request.path)]
    best = max(fits, key=lambda item: len(item.url), default=None)
    return [replace(item, current=True) if item is best else item for item in found]


def _all(request: HttpRequest) -> list[NavItem]:
    """Every entry, asked of the rooms once a request (their counts cost a query)."""
    known: list[NavItem] | None = getattr(request, "_nav_items", None)
    if known is None:
        known = [item for provider in _providers for item in provider(request)]
        request._nav_items = known  # type: ignore[attr-defined]
    return known


def acting_unit(request: HttpRequest) -> Any:
    """The unit shown in the brand bar, or None."""
    return _unit_provider[0](request) if _unit_provider else None


def _leads_to(url: str, path: str) -> bool:
    # "/" is the beginning of every address and so only fits itself.
    bare = url.split("?", 1)[0]
    return path == bare or (bare != "/" and path.startswith(bare.rstrip("/") + "/"))
