"""What spreadsheet programs and hands do to numbers on their way into a cell, undone as far as nothing is guessed."""

import re
import unicodedata
from typing import Any

_EXPONENT = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d{1,3}")
_QUOTES = "'`´‘’‛′"
# Exports write ="0731…" so that a spreadsheet program keeps the digits; other programs show it as it stands.
_GUARDED = re.compile(r'="([^"]*)"')
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
# Digits a spreadsheet program keeps of a number; what comes after them it turns into zeros.
SPREADSHEET_DIGITS = 15


class Damaged(Exception):
    """Digits are gone; nobody can say which."""


def plain(raw: Any) -> str:
    """The text of a cell: full-width signs made plain (NFKC), blanks, invisible marks and a leading apostrophe off,
    ``.0`` off a whole number. Raises `Damaged` for numbers of more than 15 digits and for ``4.30102E+17``."""
    if raw is None or isinstance(raw, bool):
        return ""
    if isinstance(raw, float | int):
        if isinstance(raw, float) and not raw.is_integer():
            return str(raw)
        digits = str(int(raw))
        if len(digits.lstrip("-")) > SPREADSHEET_DIGITS:
            raise Damaged
        return digits
    text = unguarded(seen(str(raw)).replace(" ", "")).strip(_QUOTES)
    if "." in text or "e" in text or "E" in text:
        if _EXPONENT.fullmatch(text):
            raise Damaged
        text = re.sub(r"(?<=\d)\.0+$", "", text)
    return text


def unguarded(text: str) -> str:
    """``="430102…"`` is 430102…; anything else is as it stands."""
    found = _GUARDED.fullmatch(text) if text.startswith("=") else None
    return found[1] if found else text


def seen(text: str) -> str:
    """The text as one sees it: signs made plain (NFKC), every kind of blank a blank, marks nobody sees taken out.
    Rare characters stay, be they newer than this Python or of a private area: they are parts of names."""
    if text.isprintable() and unicodedata.is_normalized("NFKC", text):
        return text  # nearly every cell, and much faster
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN)
