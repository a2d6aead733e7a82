"""Targets: the teacher's class, the other class of the school, one in another province, a dormitory of the school."""

from typing import Any

from lianfang.health.models import Group
from lianfang.orgs import actions as orgs
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far = orgs.create_unit(
        by=None, parent=beyond(cast), kind="department", code="4144010001-R", name="外系", now=cast.now
    )
    far_class = orgs.create_unit(by=None, parent=far, kind="class", code="4144010001-R1", name="外班", now=cast.now)
    group = Group.objects.create(unit=cast.school, kind="dormitory", label="3栋", building="3栋", from_on=cast.day)
    mine, other = cast.class_one.pk, cast.class_two.pk
    return {
        "roll_class_today": [mine, "morning"],
        "roll_other_today": [other, "morning"],
        "roll_class": [mine, "morning", cast.day],
        "roll_other": [other, "morning", cast.day],
        "roll_beyond": [far_class.pk, "morning", cast.day],
        "roll_group": [f"{cast.school.pk}-{group.pk}", "evening", cast.day],
        "roll_sheet_class": [mine, cast.day],
        "roll_sheet_other": [other, cast.day],
    }
