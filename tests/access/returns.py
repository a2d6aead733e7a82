"""Targets: forms, days and units. The first school has handed in, nobody has signed."""

from typing import Any

from lianfang.core.ids import uuid7
from lianfang.returns import spec
from lianfang.returns.actions import filing
from tests.access import beyond
from tests.cast import Cast

FORM = "situation_2020"
ZERO: dict[str, Any] = {
    **dict.fromkeys(spec.catalog()[FORM].count_cells, 0), "treatment": "", "remark": "", "contact": "周敏"
}  # fmt: skip


def things(cast: Cast) -> dict[str, list[Any]]:
    far, one = beyond(cast), [FORM, cast.day]
    filing.submit(
        by=cast.clerk, unit=cast.school, form=spec.catalog()[FORM], on=cast.day, cells=ZERO, reasons={}, key=uuid7(),
        whys=dict.fromkeys(ZERO, "12320"), base=0, now=cast.now,
    )  # fmt: skip
    return {
        "school": [*one, cast.school.pk],
        "beyond": [*one, far.pk],
        "city": [*one, cast.city_unit.pk],
        "form_school": [FORM, cast.school.pk],
        "form_beyond": [FORM, far.pk],
        "school_part": [*one, cast.school.pk, "students"],
        "beyond_part": [*one, far.pk, "students"],
        "office_part": [*one, cast.student_affairs.pk, "students"],
        "other_office_part": [*one, cast.personnel.pk, "staff"],
    }
