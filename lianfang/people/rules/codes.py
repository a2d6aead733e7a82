"""Codes of schools: 学校(机构)标识码."""

import re

from lianfang.orgs import rules as orgs


def school_code_fits(code: str) -> bool:
    """Ten digits whose first two are a type of school and the next two a province; there is no check digit."""
    return bool(re.fullmatch(r"\d{10}", code)) and code[:2] in orgs.SCHOOL_TYPES and code[2:4] in orgs.PROVINCES
