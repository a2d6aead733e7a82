"""Targets: a disease, and one that no file describes; what one's own school and another province decided about it."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "a_disease": ["varicella"], "no_disease": ["unicorn-pox"], "rules_school": ["varicella", cast.school.pk],
        "rules_beyond": ["varicella", beyond(cast).pk], "rules_city": ["varicella", cast.city_unit.pk],
    }  # fmt: skip
