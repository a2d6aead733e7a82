"""Targets: a figure of the first school, and one of another school; all figures of each."""

from typing import Any

from tests.access import beyond
from tests.cast import Cast

FORM, CELL = "situation_2020", "suspected.students"


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "school_figure": [FORM, cast.day, cast.school.pk, CELL],
        "beyond_figure": [FORM, cast.day, beyond(cast).pk, CELL],
        "school_figures": [FORM, cast.day, cast.school.pk],
        "beyond_figures": [FORM, cast.day, beyond(cast).pk],
    }
