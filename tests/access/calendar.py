"""Targets: the calendars of the first school, of its class, its city and a school beyond, each with an entry."""

from typing import Any

from lianfang.orgs.actions import calendar
from lianfang.orgs.models import Unit
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far = beyond(cast)

    def entry(unit: Unit) -> int:
        facts: dict[str, Any] = {
            "kind": "holiday",
            "name": "运动会",
            "from_on": cast.day,
            "to_on": cast.day,
            "now": cast.now,
        }
        return calendar.enter(by=cast.admin, unit=unit, **facts).pk

    own, strange = entry(cast.school), entry(far)
    return {
        "calendar_school": [cast.school.pk],
        "calendar_class": [cast.class_one.pk],
        "calendar_city": [cast.city_unit.pk],
        "calendar_beyond": [far.pk],
        "calendar_school_term": [cast.school.pk, "term"],
        "calendar_school_unknown": [cast.school.pk, "nonsense"],
        "calendar_class_term": [cast.class_one.pk, "term"],
        "calendar_beyond_term": [far.pk, "term"],
        "calendar_entry": [cast.school.pk, own],
        "calendar_entry_beyond": [far.pk, strange],
        "calendar_entry_swapped": [cast.school.pk, strange],
    }
