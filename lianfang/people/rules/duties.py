"""Pure decisions about people: duties a kind of unit must have filled, roles it can have, how names are typed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

# Duty → roles of which one holder is enough. The keys are what gap lists speak of.
DUTIES: Mapping[str, tuple[str, ...]] = {
    "principal": ("principal",),
    "liaison": ("liaison",),
    "office": ("clerk", "office_head"),
    "doctor": ("doctor",),
    "registrar": ("registrar",),
    "department_head": ("principal", "counsellor"),
    "class_teacher": ("class_teacher",),
}

# Kind of unit → duties that must be filled (第一责任人, 联络员, 专人; a campus has a responsible person of its own).
# Authorities have a liaison who receives what their schools report. A school names who reports epidemics (GB 28932 3.3)
# and who keeps the roster; the contact net goes on to 系 and 班.
_OF_SCHOOLS = ("principal", "liaison", "office", "doctor", "registrar")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "province": ("principal", "liaison"),
    "city": ("principal", "liaison"),
    "county": ("principal", "liaison"),
    "authority": ("liaison",),
    "school": _OF_SCHOOLS,
    "training": _OF_SCHOOLS,
    "campus": ("principal",),
    "department": ("department_head",),
    "class": ("class_teacher",),
}

# Who answers at each level of the contact net inside a school (校、系、班 三级联系网络).
NET: Mapping[str, tuple[str, ...]] = {
    "school": ("principal", "leader", "office_head", "clerk", "liaison", "doctor"),
    "training": ("principal", "leader", "office_head", "clerk", "liaison", "doctor"),
    "campus": ("principal",),
    "department": ("principal", "counsellor"),
    "class": ("class_teacher", "counsellor"),
}

_AREAS = frozenset({"nation", "province", "city", "county"})
_SCHOOLS = frozenset({"school", "training"})
_INNER = frozenset({"campus", "department", "class", "office"})
_ABOVE = _AREAS | {"authority"}

# Role → kinds of unit where somebody can hold it.
HELD_AT: Mapping[str, frozenset[str]] = {
    "department": _INNER,
    "clerk": _SCHOOLS,
    "office_head": _SCHOOLS,
    "leader": _ABOVE | _SCHOOLS,
    "principal": _ABOVE | _SCHOOLS | _INNER,
    "class_teacher": frozenset({"class"}),
    "counsellor": frozenset({"class", "department"}),
    "registrar": _SCHOOLS | {"campus", "department"},
    "doctor": _SCHOOLS | {"campus"},
    "liaison": _ABOVE | _SCHOOLS,
    "inspector": _ABOVE,
    "unit_admin": _ABOVE | _SCHOOLS,
    "security_admin": _ABOVE | _SCHOOLS,
    "auditor": _ABOVE | _SCHOOLS,
}

# Three administrators kept apart (三员分立, 等级保护 2.0): nobody is two of them at once, nor acts as one of them
# by standing in for an absent colleague.
APART = frozenset({"unit_admin", "security_admin", "auditor"})

# Those who watch the administrators: the operator of the installation appoints them (`manage.py auditor`,
# `manage.py security_admin`), a security administrator also the one of a unit below. No unit administrator appoints or
# touches them.
WATCHERS = frozenset({"auditor", "security_admin"})

# Letters and digits nobody mistakes for one another, for passwords that are read from paper.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"

_USERNAME = re.compile(r"[\w.@-]{2,60}")
_PHONE = re.compile(r"[0-9+ -]{5,20}")


def missing_duties(kind: str, roles_held: frozenset[str]) -> list[str]:
    """Duties a unit of that kind must have filled and has not."""
    return [duty for duty in REQUIRED.get(kind, ()) if not roles_held.intersection(DUTIES[duty])]


def may_hold(role: str, kind: str) -> bool:
    return kind in HELD_AT[role]


def kept_apart(role: str, held: Iterable[str]) -> bool:
    """Whether the role must not come to somebody who holds these."""
    return role in APART and any(other in APART and other != role for other in held)


def tidy(text: str) -> str:
    """Full-width digits and letters made plain, outer blanks off."""
    return unicodedata.normalize("NFKC", text).strip()


def username_fits(username: str) -> bool:
    return bool(_USERNAME.fullmatch(username))


def phone_fits(phone: str) -> bool:
    return bool(_PHONE.fullmatch(phone))
