"""Targets: a figure of the first school, and one of another school."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast

FORM, CELL = "situation_2020", "suspected.students"


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "school_figure": [FORM, cast.day, cast.school.pk, CELL],
        "beyond_figure": [FORM, cast.day, beyond(cast).pk, CELL],
    }
