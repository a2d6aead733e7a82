"""Targets: a school of one's own, and one of another province, for the terms of its checks."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    return {"checks_school": [cast.school.pk], "checks_beyond": [beyond(cast).pk]}
