"""Icons are drawn into the page from the installed icon set: no icon font, no second request."""

import logging
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class UnknownIcon(LookupError):
    """The icon set has no such drawing. Raised in tests and while developing, logged in service."""


@lru_cache(maxsize=256)
def _drawing(name: str) -> tuple[str, bool]:
    """The inside of the drawing and whether it is a filled one; a name ending in ``-filled`` is."""
    if not _NAME.fullmatch(name):
        raise UnknownIcon(name)
    filled = name.endswith("-filled")
    kind = "filled" if filled else "outline"
    file = Path(settings.ICONS) / kind / f"{name.removesuffix('-filled')}.svg"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnknownIcon(name) from None
    inside = re.sub(r"(?s)<!--.*?-->", "", text)
    inside = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", inside)
    inside = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inside)
    return re.sub(r"\s*\n\s*", "", inside), filled


def draw(name: str, classes: str = "") -> SafeString:
    """The ``<svg>`` of an icon, hidden from screen readers: the word stands beside it."""
    try:
        inside, filled = _drawing(name)
    except UnknownIcon:
        if getattr(settings, "UI_STRICT", settings.DEBUG):
            raise
        log.warning("unknown icon %r", name)
        return SafeString("")
    paint = 'fill="currentColor"' if filled else 'fill="none" stroke="currentColor"'
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" {}'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        f" {classes}" if classes else "",
        SafeString(paint),
        SafeString(inside),  # from the installed package, never from a person
    )
