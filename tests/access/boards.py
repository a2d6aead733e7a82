"""Targets: the first school with its classes, its city, a school of another province."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "board_school_today": [cast.school.pk],
        "board_school": [cast.school.pk, cast.day],
        "board_class": [cast.class_one.pk, cast.day],
        "board_area": [cast.city_unit.pk, cast.day],
        "board_beyond": [beyond(cast).pk, cast.day],
        "findings_today": [cast.class_one.pk],
        "findings_class": [cast.class_one.pk, cast.day],
        "findings_other": [cast.class_two.pk, cast.day],
    }
