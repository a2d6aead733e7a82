"""Pages: every view says who may use it, and templates carry nothing that the content policy forbids."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

# Views of other packages that may be mounted, each with the reason why everybody may reach it.
FOREIGN_VIEWS: dict[str, str] = {
    "django.views.i18n.set_language": "switching the language is open to everybody, signed in or not",
    "django.views.i18n.JavaScriptCatalog": "words of the interface",
    "django.views.static.serve": "static files while DEBUG is on",
    "django.contrib.staticfiles.views.serve": "static files while DEBUG is on",
}

_FORBIDDEN = (
    (re.compile(r"<style\b", re.IGNORECASE), "a <style> block"),
    (
        re.compile(r"<script\b(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))", re.IGNORECASE),
        "an inline <script>",
    ),
    (re.compile(r"<[a-z][^<>]*?\s:?style\s*=", re.IGNORECASE | re.DOTALL), "a style attribute"),
    (re.compile(r"<[a-z][^<>]*?\son[a-z]+\s*=", re.IGNORECASE | re.DOTALL), "an inline handler"),
    (
        re.compile(r"\bhx-on[:-]|\bhx-(vals|headers)\s*=\s*[\"']\s*(js|javascript):", re.IGNORECASE),
        "a handler of htmx",
    ),
    (re.compile(r"[\"'\s=]javascript:", re.IGNORECASE), "a javascript: address"),
    (re.compile(r"{%\s*now\b"), "{% now %}: the moment comes from core.clock"),
)
_COMMENTS = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#[^\n]*?#}|<!--.*?-->", re.DOTALL)
# A tag of Django inside an HTML tag may hold ">" or "<"; it is no part of the markup.
_TAGS = re.compile(r"{%(?!\s*now\b).*?%}|{{.*?}}")


def unsafe_markup(path: str, text: str) -> list[str]:
    """Inline styles, scripts and handlers of a template; the content policy would drop them silently."""
    blank = text
    for what in (_COMMENTS, _TAGS):
        blank = what.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), blank)
    return [
        f"{path}:{blank.count(chr(10), 0, match.end()) + 1}: {name}"
        for pattern, name in _FORBIDDEN
        for match in pattern.finditer(blank)
    ]


def callbacks(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(address, view) of every URL pattern below a resolver."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from callbacks(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def undeclared(patterns: list[Any]) -> list[str]:
    """Addresses whose view carries no ``needs`` (set by the decorators of ``lianfang.ui.needs``): closed by
    default."""
    found = []
    for address, view in callbacks(patterns):
        inner = getattr(view, "view_class", view)
        name = f"{inner.__module__}.{getattr(inner, '__qualname__', type(inner).__name__)}"
        if name.startswith(("lianfang.", "tests.")):
            if not getattr(view, "needs", None):
                found.append(f"/{address}: {name} declares no verb; use @needs, @signed_in or @public")
        elif name not in FOREIGN_VIEWS:
            found.append(f"/{address}: {name} is a view of another package; list it in tests/house/pages.py or wrap it")
    return found
