"""Identity documents: what kind a number is, whether it can be true, and its normal form (GB 11643-1999 and the kinds
beside it; domain rules §3).

The order is fixed: tidy, length and signs, check digit, date, age, order code, sex, area. The first error ends the
check of a number's form, so that one slip is told once. What only the issuing authority can know for certain (new
county codes, layouts known from copies) is a warning.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from lianfang.people.rules.codes import school_code_fits
from lianfang.people.rules.findings import Finding, error, warning
from lianfang.people.rules.typing_slips import Damaged, plain

UNKNOWN, MALE, FEMALE = 0, 1, 2
# Kinds whose number has the eighteen signs of GB 11643: area, birthday, order, check digit.
EIGHTEEN = frozenset({"resident", "hkmt_residence", "foreign_residence"})
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FIRST_YEAR = 1900
# A pupil younger or older than this is looked at again, not refused: adults learn at technical schools.
PUPIL_AGES = range(3, 26)
OLDEST = 110
# Hands type letters that look like digits.
_ALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "×": "X", "*": "X"})

_FORMS = {
    "resident": re.compile(r"[1-9]\d{16}[\dX]"),
    "hkmt_residence": re.compile(r"8[123]0000\d{11}[\dX]"),
    "foreign_residence": re.compile(r"9\d{16}[\dX]|[A-Z]{3}\d{12}"),
    "hkm_pass": re.compile(r"[HM]\d{8}(?:\d{2})?"),
    "taiwan_pass": re.compile(r"\d{8}|\d{10}[A-Z]?"),
    "passport": re.compile(r"[A-Z0-9]{5,17}"),
    "birth": re.compile(r"[A-Z]\d{9}"),
    "student_number": re.compile(r"[GJ]\d{17}[\dX]|L\d{18}"),
    "provisional": re.compile(r"999\d{15}"),
    "other": re.compile(r".{4,40}"),
}


@dataclass(frozen=True)
class Checked:
    """``number`` is the normal form ("" where there is none), ``kind`` what it turned out to be: people write every
    number under 身份证号. ``born_on`` and ``sex`` come from the number where it tells them, else from beside it."""

    kind: str
    number: str
    born_on: date | None
    sex: int
    findings: tuple[Finding, ...] = ()

    @property
    def fits(self) -> bool:
        return not any(finding.is_error for finding in self.findings)


def check(
    kind: str, number: Any, *, born_on: date | None = None, sex: int = UNKNOWN, as_a: str = "student", on: date
) -> Checked:
    """``kind`` is a value of `people.models.roster.Document`, or "" to let the number tell. ``number`` may be what a
    spreadsheet made of it. ``on`` is today, ``as_a`` a value of `Belonging`: pupils have an age."""
    try:
        text = _tidied(number)
    except Damaged:
        return Checked(kind or "resident", "", born_on, sex, (error("people.id_rounded"),))
    if kind == "none" or not text:
        return _without(kind, text, born_on, sex)
    if "**" in text and len(text) > 6:
        return Checked(kind or "resident", "", born_on, sex, (error("people.id_masked"),))
    kind, text, found = _kind_and_text(kind, text)
    if found is None or not found.is_error:
        findings = [found] if found else []
        born_on, sex, more = _inner(kind, text, born_on, sex, on)
        findings += more
        if as_a == "student" and born_on and not any(finding.is_error for finding in findings):
            findings += _age(born_on, on)
        wrong = any(finding.is_error for finding in findings)
        return Checked(kind, "" if wrong else _normal(kind, text), born_on, sex, tuple(findings))
    return Checked(kind, "", born_on, sex, (found,))


def guess(number: str) -> str:
    """The kind of a tidied number by its form; "other" where none fits."""
    if _FORMS["student_number"].fullmatch(number):
        return "student_number"
    if _FORMS["hkmt_residence"].fullmatch(number):
        return "hkmt_residence"
    if len(number) == 18 and number.startswith("9"):
        # 999 + school code + number looks like a foreigner's number; only the check digit and a date tell them apart
        foreign = _fits_check_digit(number) and _date_in(number) is not None
        return "foreign_residence" if foreign or not _FORMS["provisional"].fullmatch(number) else "provisional"
    if re.fullmatch(r"[1-8]\d{13,17}[\dX]?", number):
        return "resident"
    for kind in ("foreign_residence", "hkm_pass", "birth"):
        if _FORMS[kind].fullmatch(number):
            return kind
    if re.fullmatch(r"[A-Z]{1,2}\d{7,8}", number):
        return "passport"
    return "other"


def check_digit(seventeen: str) -> str:
    """ISO 7064 MOD 11-2 of the first seventeen digits."""
    return _CHECK_DIGITS[sum(int(d) * w for d, w in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _tidied(number: Any) -> str:
    text = plain(number).upper()
    return re.sub(r"[\s\-‐-―()（）]", "", text)


def _without(kind: str, text: str, born_on: date | None, sex: int) -> Checked:
    if text:
        return Checked("none", "", born_on, sex, (error("people.id_none_with_number"),))
    if kind in ("", "none", "passport", "other", "birth"):
        return Checked(kind or "none", "", born_on, sex)
    return Checked(kind, "", born_on, sex, (error("people.id_missing"),))


def _kind_and_text(kind: str, text: str) -> tuple[str, str, Finding | None]:
    """What the number is, mended where the check digit proves the mending, and what is wrong with its form."""
    meant = guess(text)
    if kind in ("", "resident") or (kind in EIGHTEEN and meant in EIGHTEEN):
        mended = text.translate(_ALIKE)
        if meant == "other" and mended != text and _fits_check_digit(mended):
            return guess(mended), mended, warning("people.id_letters")
        if kind == "" and meant == "other" and re.fullmatch(r"\d+[\dX]", text):
            # digits alone are an identity number that lost some, or the permit with eight of them
            taiwan = len(text) == 8
            return ("taiwan_pass", text, warning("people.id_taiwan")) if taiwan else _resident(text)
        kind = meant if kind == "" or meant in (*EIGHTEEN, "provisional", "student_number") else kind
    if kind == "student_number" and (problem := _student_number(text)):
        return kind, text, problem
    if kind in ("resident", "hkmt_residence") and (problem := _length(text)):
        return kind, text, problem
    if not _FORMS[kind].fullmatch(text):
        return kind, text, error(f"people.id_form_{kind}")
    if kind == "provisional" and not school_code_fits(text[3:13]):
        return kind, text, warning("people.id_provisional_school")
    return kind, text, None


def _resident(text: str) -> tuple[str, str, Finding]:
    return "resident", text, _length(text) or error("people.id_form_resident")


def _length(text: str) -> Finding | None:
    if len(text) == 15 and text.isdigit():
        return error("people.id_old")
    if len(text) != 18:
        return error("people.id_length", length=len(text))
    return None if re.fullmatch(r"\d{17}[\dX]", text) else error("people.id_signs")


def _student_number(text: str) -> Finding | None:
    if re.fullmatch(r"LG.{18}", text):
        return error("people.student_number_lg")
    if re.fullmatch(r"\d{17}[\dX]", text):
        return error("people.student_number_letter")
    if len(text) != 19:
        return error("people.student_number_length", length=len(text))
    return None


def _inner(kind: str, text: str, born_on: date | None, sex: int, on: date) -> tuple[date | None, int, list[Finding]]:
    """What the number says of the person, held against what stands beside it."""
    if kind == "student_number":
        return born_on, sex, _of_student_number(text, on)
    if kind not in EIGHTEEN or len(text) != 18:
        return born_on, sex, []
    if not _fits_check_digit(text):
        # Excel keeps fifteen digits and writes zeros for the rest
        return born_on, sex, [error("people.id_rounded" if text.endswith("000") else "people.id_check_digit")]
    told = _date_in(text)
    if told is None or told > on:
        return born_on, sex, [error("people.id_date" if told is None else "people.id_future")]
    order = text[14:17]
    if order == "000":
        return born_on, sex, [error("people.id_order")]
    findings = []
    if age(told, on) > OLDEST:
        findings.append(warning("people.id_age", age=age(told, on)))
    if born_on and born_on != told:
        findings.append(warning("people.id_other_birthday"))
    told_sex = MALE if int(order[2]) % 2 else FEMALE
    if sex in (MALE, FEMALE) and sex != told_sex:
        findings.append(error("people.id_other_sex"))
    if kind == "resident" and not area_known(text[:6], told.year):
        findings.append(warning("people.id_area"))
    return told, told_sex, findings


def _of_student_number(text: str, on: date) -> list[Finding]:
    told = _date_in(text[1:])
    if told is None or told > on:
        return [error("people.id_date" if told is None else "people.id_future")]
    if text[0] != "L" and not _fits_check_digit(text[1:]):
        return [error("people.id_rounded" if text.endswith("000") else "people.student_number_check")]
    return []


def _age(born_on: date, on: date) -> list[Finding]:
    years = age(born_on, on)
    return [] if years in PUPIL_AGES or years > OLDEST else [warning("people.id_age", age=years)]


def _normal(kind: str, text: str) -> str:
    """The last two digits of a home-return permit count its renewals; the person keeps the first nine signs."""
    return text[:9] if kind == "hkm_pass" else text


def _fits_check_digit(text: str) -> bool:
    return bool(re.fullmatch(r"\d{17}[\dX]", text)) and check_digit(text[:17]) == text[17]


def _date_in(text: str) -> date | None:
    """The birthday in places 7 to 14."""
    try:
        found = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None


@lru_cache(maxsize=20_000)
def area_known(area: str, year: int) -> bool:
    """Whether the list of areas has this county in the year of birth. The package raises KeyError for counties it does
    not know, and knows none that is newer than itself."""
    try:
        ric.get_birth_place(f"{area}{year}0101")
    except (ValidationError, KeyError):
        return False
    return True
