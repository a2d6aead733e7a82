"""Targets: the teacher's class, the other class of the school, one in another province, a dormitory of the school; a
round that was reported and corrected, and one of which two reports differ.
"""

from typing import Any
from uuid import UUID

from lianfang.core.ids import uuid7
from lianfang.health.actions.reporting import report
from lianfang.health.models import Group
from lianfang.health.queries.places import Place
from lianfang.health.rules.sent import Named
from lianfang.health.rules.sheets import Sheet
from lianfang.health.tests.classes import fill
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
    _say_several(cast)
    return {
        "roll_told": [other, "evening", cast.day],
        "roll_two": [other, "noon", cast.day],
        "roll_class_today": [mine, "morning"],
        "roll_other_today": [other, "morning"],
        "roll_class": [mine, "morning", cast.day],
        "roll_other": [other, "morning", cast.day],
        "roll_beyond": [far_class.pk, "morning", cast.day],
        "roll_group": [f"{cast.school.pk}-{group.pk}", "evening", cast.day],
        "roll_sheet_class": [mine, cast.day],
        "roll_sheet_other": [other, cast.day],
    }


def _say_several(cast: Cast) -> None:
    one, two, three, *_ = fill(cast.class_two, 12)
    _say(cast, "morning", Named(person=one.pk, absent="ill"))
    _say(cast, "noon", Named(person=two.pk, symptoms=["rash"], temperature=37.8))
    _say(cast, "noon", Named(person=three.pk, absent="unknown"))
    first = _say(cast, "evening")
    _say(cast, "evening", Named(person=one.pk, absent="leave"), after=first)


def _say(cast: Cast, code: str, *named: Named, after: UUID | None = None) -> UUID:
    sheet = Sheet(id=uuid7(), exceptions=list(named), after=after, reason="家长来电" if after else "")
    report(by=cast.teacher_two, place=Place(cast.class_two), on=cast.day, code=code, sheet=sheet, now=cast.now)
    return sheet.id
