"""Targets: deadlines of the first school, of its city, and of a school of another province."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast

ROLL, RETURN = ["class_roll", "morning"], ["daily_return", "situation_2020"]


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "rolls_school": [cast.school.pk, *ROLL, cast.day],
        "rolls_area": [cast.city_unit.pk, *ROLL, cast.day],
        "rolls_beyond": [beyond(cast).pk, *ROLL, cast.day],
        "returns_area": [cast.city_unit.pk, *RETURN, cast.day],
        "exempt_class": [cast.school.pk, *ROLL, cast.day, cast.class_one.pk],
        "exempt_school": [cast.city_unit.pk, *ROLL, cast.day, cast.school.pk],
        "exempt_beyond": [cast.city_unit.pk, *ROLL, cast.day, beyond(cast).pk],
        "returns_school": [cast.school.pk, *RETURN, cast.day],
    }
