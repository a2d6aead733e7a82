"""What the server acknowledged, and what was seen that should not have been. The proof at the end holds it to this."""

from __future__ import annotations

import gettext
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

from tools.setup import ROOT

# State of a return → the message of its chip.
CHIPS = {
    "not_started": "Not started",
    "draft": "Draft",
    "submitted": "Submitted",
    "signed": "Signed",
    "forwarded": "Forwarded",
    "returned": "Returned",
}


@dataclass(frozen=True)
class Acknowledged:
    """A success the server gave: ``key`` is the page's key, for signatures the version signed."""

    what: Literal["submission", "signature", "part", "report", "turn back"]
    unit: int
    username: str
    key: str


@dataclass
class Ledger:
    """Written by many threads."""

    given: list[Acknowledged] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    # city → when the last signature under each of its schools was acknowledged, one after the other
    signed: dict[int, list[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, entry: Acknowledged) -> None:
        with self._lock:
            self.given.append(entry)

    def complete(self, city: int, at: float) -> None:
        with self._lock:
            self.signed.setdefault(city, []).append(at)

    def expect(self, where: str, seen: object, wanted: object) -> None:
        """Of two tables of cells only those are named that differ."""
        if seen == wanted:
            return
        if isinstance(seen, dict) and isinstance(wanted, dict):
            seen, wanted = _apart(seen, wanted), _apart(wanted, seen)
        self.complain(f"{where}: {seen!r}, not {wanted!r}")

    def complain(self, text: str) -> None:
        with self._lock:
            self.wrong.append(text)

    def number(self, what: str) -> int:
        return sum(entry.what == what for entry in self.given)


def _apart(one: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in one.items() if key not in other or other[key] != value}


def chip(state: str) -> str:
    """The word a state chip shows in Chinese: from the catalogue, so that a better translation breaks nothing here."""
    catalogue = gettext.translation("django", ROOT / "locale", ["zh_Hans"], fallback=True)
    return catalogue.pgettext("state", CHIPS[state])
