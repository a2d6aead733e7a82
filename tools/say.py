"""One line for the person at the terminal: Chinese when LANG asks for it, English otherwise."""

from __future__ import annotations

import os
import sys


def chinese() -> bool:
    """The usual order of precedence: LC_ALL, then LC_MESSAGES, then LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.lower().startswith("zh")
    return False


def words(zh: str, en: str) -> str:
    return zh if chinese() else en


def say(zh: str, en: str) -> None:
    """Goes to standard error, so that a command's own output can be piped."""
    line = words(zh, en)
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stderr.flush()
