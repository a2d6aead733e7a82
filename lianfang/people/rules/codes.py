"""Codes of schools and institutions: 学校(机构)标识码 and the unified social credit code (GB 32100-2015)."""

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from lianfang.orgs import rules as orgs

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def school_code_fits(code: str) -> bool:
    """Ten digits whose first two are a type of school and the next two a province; there is no check digit."""
    return bool(re.fullmatch(r"\d{10}", code)) and code[:2] in orgs.SCHOOL_TYPES and code[2:4] in orgs.PROVINCES


def credit_code_fits(code: str) -> bool:
    """The outer check digit (MOD 31) and, what the package leaves out, that of the organisation code inside it
    (GB 11714)."""
    try:
        number = uscc.validate(code)
    except ValidationError:
        return False
    return number[16] == organisation_check(number[8:16])


def organisation_check(eight: str) -> str:
    """GB 11714: MOD 11 over eight signs; ten is written X. The credit code has no X to spare for letters, digits keep
    their value and letters count from ten."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(eight, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
