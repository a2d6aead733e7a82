"""Telephone numbers as people write them, and their one form (E.164: ``+8613812345678``, ``+8673188880000``)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException

from lianfang.people.rules.findings import Finding, error, warning
from lianfang.people.rules.typing_slips import Damaged, plain

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_SIGNS = re.compile(r"[\s\-‐-―()（）.]")
_SEVERAL = re.compile(r"[/、,，;；|]|或")
_INSIDE = re.compile(r"(?<![\d*])(?:\+?86|0086)?(1[3-9]\d{9})(?![\d*])")
_TWO = re.compile(r"(1[3-9]\d{9})(1[3-9]\d{9})")
_WORDS = re.compile(r"[\u3400-\u9fff]")
_EXTENSION = re.compile(r"(?:转|EXT\.?|[#*]|(?<=\d{7})-)(\d{1,6})$", re.IGNORECASE)
_NONE = re.compile("[无没有暂]{1,2}(?:手机|电话|号码|联系方式)?号?|[-—/\\\\]+")
_SHORTEST, _LONGEST = 5, 15


@dataclass(frozen=True)
class CheckedPhone:
    """``number`` is "" where nothing can be kept."""

    number: str
    findings: tuple[Finding, ...] = ()

    @property
    def fits(self) -> bool:
        return not any(finding.is_error for finding in self.findings)


def check(raw: Any) -> CheckedPhone:
    """Numbers of China unless they begin with another country's code. A range nobody knows yet is a warning (new ones
    are opened every year), a landline without its area code too; what is damaged is an error."""
    try:
        text = plain(raw)
    except Damaged:
        return CheckedPhone("", (error("people.phone_rounded"),))
    if not text:
        return CheckedPhone("")
    if mobile := _MOBILE.fullmatch(_SIGNS.sub("", text)):
        return _mobile(mobile[1])
    if (beside := _beside_words(text)) is not None:
        return beside
    findings = []
    parts = [part for part in _SEVERAL.split(text) if part]
    if len(parts) > 1:
        text, findings = parts[0], [warning("people.phone_several")]
    if re.search(r"\*{2}|[xX]{3}", text):
        return CheckedPhone("", (error("people.phone_masked"),))
    checked = _landline(text)
    return CheckedPhone(checked.number, (*findings, *checked.findings))


def says_none(raw: Any) -> bool:
    """无, 无手机, —: in a list that is no number, and nothing is wrong with it."""
    return isinstance(raw, str) and bool(_NONE.fullmatch(raw.strip()))


def normal(typed: str) -> str:
    """What to look for when somebody typed a number: its form as stored, or the text itself."""
    return check(typed).number or typed


def _beside_words(text: str) -> CheckedPhone | None:
    """The first mobile number of 父:138…母:139…, 138…(父), or of two numbers run together; None where it is no such
    cell."""
    found = _TWO.fullmatch(_SIGNS.sub("", text))
    numbers = list(found.groups()) if found else _INSIDE.findall(_SIGNS.sub("", text)) if _WORDS.search(text) else []
    if not numbers:
        return None
    checked = _mobile(numbers[0])
    told = warning("people.phone_several") if len(set(numbers)) > 1 else warning("people.phone_words")
    return CheckedPhone(checked.number, (told, *checked.findings))


def _mobile(digits: str) -> CheckedPhone:
    known = _range_known(digits[:5])
    return CheckedPhone(f"+86{digits}", () if known else (warning("people.phone_unknown"),))


@lru_cache(maxsize=20_000)
def _range_known(first_five: str) -> bool:
    """The metadata tell mobile ranges by their first five digits; asking for each number of a roster takes minutes."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"{first_five}345678"[:11], "CN"))


def _landline(text: str) -> CheckedPhone:
    """Landlines, service numbers and numbers of other countries."""
    extension = _EXTENSION.search(text)
    found = (warning("people.phone_extension"),) if extension else ()
    digits = _SIGNS.sub("", text[: extension.start()] if extension else text)
    if mobile := _MOBILE.fullmatch(digits):
        checked = _mobile(mobile[1])
        return CheckedPhone(checked.number, (*found, *checked.findings))
    if not re.fullmatch(r"\+?\d+", digits):
        return CheckedPhone("", (error("people.phone_signs"),))
    if not _SHORTEST <= len(digits) <= _LONGEST + 1:
        return CheckedPhone("", (error("people.phone_length", length=len(digits)),))
    if valid := _valid(digits):
        # a spreadsheet program takes the zero off 0731…; the metadata read the number with and without it
        lost = re.fullmatch(r"(?!400|800)[2-9]\d{9,10}", digits)
        return CheckedPhone(valid, (*found, warning("people.phone_zero")) if lost else found)
    if re.fullmatch(r"[2-8]\d{6,7}", digits):
        return CheckedPhone(digits, (*found, warning("people.phone_area_code")))
    if re.fullmatch(r"\d{5,6}", digits):
        return CheckedPhone(digits, (*found, warning("people.phone_short")))
    if re.fullmatch(r"1\d+", digits):
        return CheckedPhone("", (error("people.phone_length", length=len(digits)),))
    return CheckedPhone("", (error("people.phone_wrong"),))


def _valid(digits: str) -> str:
    """E.164, or "" where no such number exists. Without a + it is read as a number of China."""
    try:
        parsed = phonenumbers.parse(re.sub(r"^00(?=[1-9])", "+", digits), "CN")
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    # seven or eight digits alone can be "valid" by the metadata, but nobody outside the city reaches them
    if parsed.country_code == 86 and not digits.startswith(("0", "+")) and len(digits) < 10:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
