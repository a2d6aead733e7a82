"""Reads of the room. Each noun has its file; what other rooms ask most stands here."""

from lianfang.people.queries.accounts import (
    STATES,
    account,
    accounts,
    by_username,
    duty_holders,
    gaps,
    hands_off,
    how_many,
    opened_phone,
    postings_of,
    username_for,
)

__all__ = [
    "STATES",
    "account",
    "accounts",
    "by_username",
    "duty_holders",
    "gaps",
    "hands_off",
    "how_many",
    "opened_phone",
    "postings_of",
    "username_for",
]
