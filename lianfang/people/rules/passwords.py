"""What a password must be like (GB/T 22239: long, of several kinds of signs, not the person's own data, changed in
time)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

SHORTEST = 10
# As long as this a password need not mix kinds of signs: four words are easier to keep than one with ornaments.
PHRASE = 16
KINDS = 3
_SHORTEST_PART = 6


def is_varied(password: str) -> bool:
    return len(password) >= PHRASE or len(_kinds(password)) >= KINDS


def holds_personal(password: str, known: Iterable[str]) -> bool:
    """Whether a telephone or identity number of the person, or a long end of one, stands in the password."""
    told = _plain(password)
    return any(
        part in told
        for number in map(_plain, known)
        for part in {number, number[-8:], number[-_SHORTEST_PART:]}
        if len(part) >= _SHORTEST_PART
    )


def is_aged(set_at: datetime | None, now: datetime, days: int) -> bool:
    """``set_at`` None: not known when (accounts the program made itself); such a password does not age."""
    return bool(days) and set_at is not None and now - set_at >= timedelta(days=days)


def _kinds(password: str) -> set[str]:
    return {"d" if sign.isdigit() else "u" if sign.isupper() else "l" if sign.isalpha() else "s" for sign in password}


def _plain(text: str) -> str:
    return re.sub(r"[\s+-]", "", unicodedata.normalize("NFKC", text)).upper()
