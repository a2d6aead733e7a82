"""Reads of the room. Each noun has its file; what other rooms ask most stands here."""

from lianfang.people.queries.accounts import (
    STATES,
    account,
    accounts,
    by_username,
    duty_holders,
    hands_off,
    home_of,
    how_many,
    in_hands_of,
    opened_phone,
    postings_of,
    user,
    username_for,
)
from lianfang.people.queries.duties import gaps
from lianfang.people.queries.factors import (
    app_secret,
    code_now,
    codes,
    codes_left,
    devices,
    factors,
    has_factor,
    opened_secret,
)

__all__ = [
    "STATES",
    "account",
    "accounts",
    "app_secret",
    "by_username",
    "code_now",
    "codes",
    "codes_left",
    "devices",
    "duty_holders",
    "factors",
    "gaps",
    "hands_off",
    "has_factor",
    "home_of",
    "how_many",
    "in_hands_of",
    "opened_phone",
    "opened_secret",
    "postings_of",
    "user",
    "username_for",
]
