"""Targets: units, second reporting lines and lists of units that wait to be applied."""

from typing import Any

from lianfang.orgs.actions.keeping import keep_list
from lianfang.orgs.models import SponsorLine
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    lines = {line.unit_id: line.pk for line in SponsorLine.objects.all()}
    mine, other = (
        keep_list(by=who, under=cast.province_unit, rows=[], name="a.csv", now=cast.now)
        for who in (cast.admin, cast.city)
    )
    return {
        "school_unit": [cast.school.pk],
        "office_unit": [cast.student_affairs.pk],
        "class_unit": [cast.class_one.pk],
        "city_area": [cast.city_unit.pk],
        "beyond_unit": [beyond(cast).pk],
        "sponsored_line": [cast.second.pk, lines[cast.second.pk]],
        "swapped_line": [cast.school.pk, lines[cast.second.pk]],
        "admins_list": [mine.pk],
        "others_list": [other.pk],
    }
