"""Pure decisions of the room, a file for each noun."""

from lianfang.people.rules.duties import (
    APART,
    DUTIES,
    HELD_AT,
    LEGIBLE,
    NET,
    REQUIRED,
    WATCHERS,
    kept_apart,
    may_hold,
    missing_duties,
    phone_fits,
    tidy,
    username_fits,
)

__all__ = [
    "APART",
    "DUTIES",
    "HELD_AT",
    "LEGIBLE",
    "NET",
    "REQUIRED",
    "WATCHERS",
    "kept_apart",
    "may_hold",
    "missing_duties",
    "phone_fits",
    "tidy",
    "username_fits",
]
