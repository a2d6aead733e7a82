"""Log lines without personal data (control C05): no name, number, telephone or token that somebody typed.

Who did what stands in the events; the log is for the operator and says what broke, where in the code, at which page. An
address is logged by its pattern, an exception by its kind and place, its message without what was quoted in it
(PostgreSQL quotes whole rows), and whatever looks like a telephone or identity number anywhere is blanked.
"""

import copy
import logging
import re
import traceback
from types import TracebackType
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import Resolver404, resolve

_LEFT_OUT = "…"
# Seven digits and more, and telephone numbers written in groups: 139 1234 5678, +86 139-1234-5678, 0731-8800 0001.
_NUMBER = re.compile(
    r"(?<![\w.-])(?:\+?86[ -]?)?(?:1\d\d[ -]\d{4}[ -]\d{4}|0\d{2,3}[ -]\d{3,4}[ -]?\d{4}|\+?\d{7,}[Xx]?)(?![\w.])"
)
# What a message repeats of somebody's values: the lines PostgreSQL adds, quotations, brackets, and Chinese words.
_REPEATED = re.compile(
    r"^(?:DETAIL|CONTEXT|HINT|LINE \d+):.*$"
    r"|'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|\([^()\n]*\)|[\u3400-\u9fff\uf900-\ufaff]+",
    re.MULTILINE,
)
# How the server for developers begins its lines.
_ASKED = re.compile(r"([A-Z]+) (/[^ ?]*)[^ ]* (HTTP/[\d.]+)")
_Trace = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """The formatter of every handler."""

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        shown.exc_text = None  # another handler may have kept its own, longer one
        if request := getattr(record, "request", None):
            shown.msg, shown.args = _by_pattern(record, request), None
        return _NUMBER.sub(_LEFT_OUT, super().format(shown))

    def formatException(self, ei: _Trace) -> str:  # noqa: N802 (the name is logging's)
        if ei[1] is None or isinstance(ei[1], PermissionDenied):  # a closed door is no failure: one line, not twenty
            return ""
        return "\n".join(_told(traceback.TracebackException.from_exception(ei[1])))


def _by_pattern(record: logging.LogRecord, request: Any) -> str:
    """The message with the address replaced by its pattern; unknown addresses hold anything."""
    match = getattr(request, "resolver_match", None)
    pattern = f"/{match.route}" if match else "(unknown address)"
    arguments = record.args if isinstance(record.args, tuple) else ()
    said = [pattern if str(one).startswith("/") else _said(str(one)) for one in arguments]
    return str(record.msg) % tuple(said) if said else str(record.msg)


def _said(argument: str) -> str:
    if not (asked := _ASKED.fullmatch(argument)):
        return _REPEATED.sub(_LEFT_OUT, argument)
    try:
        pattern = f"/{resolve(asked[2]).route}"
    except Resolver404:
        pattern = "(unknown address)"
    return f"{asked[1]} {pattern} {asked[3]}"


def _told(trace: traceback.TracebackException) -> list[str]:
    """The exception and those it came from: code lines as they are, messages without values."""
    before = trace.__cause__ or (None if trace.__suppress_context__ else trace.__context__)
    lines = [*_told(before), ""] if before else []
    lines += ["Traceback (most recent call last):", *(line.rstrip("\n") for line in trace.stack.format())]
    kind, _colon, message = "".join(trace.format_exception_only()).strip().partition(":")
    return [*lines, f"{kind}: {_REPEATED.sub(_LEFT_OUT, message.strip())}" if message else kind]
