"""Pure decisions about units: what may stand where, how codes look, which step of the ladder a unit is on.

Kinds and tiers are the values of `orgs.models.Kind` and `Tier`, as plain words.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

SCHOOLS = frozenset({"school", "training"})
AREAS = frozenset({"nation", "province", "city", "county"})
INNER = frozenset({"campus", "department", "class", "office"})

_WITHIN_SCHOOL = frozenset({"school", "training", "campus", "department"})

# Kind → kinds it may stand under. None: it may be the root of an installation (a province's own system begins there).
PARENTS: Mapping[str, frozenset[str | None]] = {
    "nation": frozenset({None}),
    "province": frozenset({None, "nation"}),
    "city": frozenset({None, "province"}),
    "county": frozenset({None, "city", "province"}),
    "authority": frozenset({"nation", "province", "city", "county", "authority"}),
    "school": frozenset({"province", "city", "county"}),
    "training": frozenset({"province", "city", "county"}),
    "campus": frozenset({"school", "training"}),
    "department": _WITHIN_SCHOOL,
    "class": _WITHIN_SCHOOL,
    "office": _WITHIN_SCHOOL,
}

# 学校(机构)标识码, 《学校(机构)代码管理办法》 2011: two digits of type, two of the province, six in sequence;
# there is no check digit.
SCHOOL_TYPES = frozenset(map(str, (11, 21, 22, *range(31, 38), 41, 42, 51, 91, 92, 93)))
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
_DIVISION = re.compile(r"\d{6}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FREE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
CREDIT_CODE = 18  # its length
MOST_PEOPLE = 200_000  # head count of one unit; the largest schools of China have some 80,000


def may_stand_under(kind: str, parent_kind: str | None) -> bool:
    return parent_kind in PARENTS[kind]


def tier_of(kind: str, parent_kind: str | None) -> str:
    """The step of the reporting ladder. A county directly under its province reports as a city does."""
    if kind == "authority":
        return "none"
    if kind in SCHOOLS:
        return "school"
    if kind in INNER:
        return "inner"
    return "city" if kind == "county" and parent_kind == "province" else kind


def tidy(text: str) -> str:
    """Full-width digits and letters made plain (NFKC), outer blanks off, inner runs of blanks one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def wrong_code(kind: str, code: str) -> str | None:
    """The problem (a code of `orgs.problems`) with a tidied unit code, None when it can stand.

    Areas carry 6 digits (GB/T 2260; ``000000`` is the nation). Schools carry the 10-digit 学校标识码; technical
    colleges under the HRSS departments may have none and take a unified social credit code (18) or one with a letter.
    Everything else takes any code that is unique.
    """
    if not code:
        return "orgs.code_missing"
    if kind in AREAS:
        return None if _DIVISION.fullmatch(code) else "orgs.code_not_division"
    if not _FREE.fullmatch(code):
        return "orgs.code_characters"
    if kind in SCHOOLS and len(code) == CREDIT_CODE and code.isalnum():
        return None if credit_code_fits(code) else "orgs.code_not_credit"
    if kind in SCHOOLS and code.isdigit():
        return _wrong_school_code(code)
    return None


def credit_code_fits(code: str) -> bool:
    """统一社会信用代码, GB 32100-2015: its outer check digit (MOD 31) and, what the package leaves out, that of the
    organisation code inside it (GB 11714)."""
    try:
        number: str = uscc.validate(code)
    except ValidationError:
        return False
    return number[16] == _organisation_check(number[8:16])


def _organisation_check(eight: str) -> str:
    """GB 11714: MOD 11 over eight signs; ten is written X. Digits keep their value, letters count from ten."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(eight, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _wrong_school_code(code: str) -> str | None:
    if len(code) != 10:
        return "orgs.code_not_school"
    if code[:2] not in SCHOOL_TYPES or code[2:4] not in PROVINCES:
        return "orgs.code_school_parts"
    return None


def kind_of_code(code: str) -> str | None:
    """What a bare code says about the kind of its unit (430000 province, 430100 city, 430102 county); None: nothing."""
    if len(code) == 10 and code.isdigit():
        return "school"
    if not _DIVISION.fullmatch(code):
        return None
    if code == "000000":
        return "nation"
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"


def wrong_count(value: int | Decimal) -> str | None:
    """The problem with a head count, None when it can be true."""
    if value < 0:
        return "orgs.count_negative"
    return "orgs.count_absurd" if value > MOST_PEOPLE else None


def inner_code(parent_code: str, taken: int) -> str:
    """A code for a part of a school without one: the parent's code and a number. ``taken`` = its siblings."""
    return f"{parent_code}-{taken + 1:02d}"


def moved_path(path: str, old: str, new: str) -> str:
    """The path of a unit of the subtree ``old`` after that subtree moved to ``new``."""
    if not path.startswith(old):
        raise ValueError(f"{path} is not under {old}")
    return new + path[len(old) :]
