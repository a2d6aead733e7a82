"""What stands on the summary sheet of a school's checks."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from lianfang.health.models import DayStatus, Roll
from lianfang.health.queries import classes
from lianfang.health.queries.classes import Day, Row
from lianfang.health.rules import summary as rules
from lianfang.health.rules.summary import Found, Line
from lianfang.orgs.models import Unit

_ABSENT = ("ill", "leave", "unknown", "isolated")


def first_day(on: date) -> date:
    return on - timedelta(days=rules.layout().days - 1)


def lines(unit: Unit, on: date) -> tuple[Day, list[Line]]:
    """The day with its classes, and a line of each in the same order. Six queries, whatever the number of classes."""
    day = classes.day(unit, on)
    school = unit.school_id or unit.pk
    rows = DayStatus.objects.filter(school_id=school, on__range=(first_day(on), on)).filter(
        Q(fever=True) | ~Q(symptoms=0)
    )
    found = [
        Found(unit_id, when, UUID(str(person)), packed, fever)
        for unit_id, when, person, packed, fever in rows.values_list("unit_id", "on", "person_id", "symptoms", "fever")
    ]
    heard = _heard(school, on)
    today, days = rules.heads(one for one in found if one.on == on), rules.heads(found)
    return day, [_line(row, today, days, row.unit.pk in heard) for row in day.classes]


def _heard(school: int, on: date) -> set[int]:
    """Classes that reported on any of the days."""
    rows = Roll.objects.filter(school_id=school, on__range=(first_day(on), on), group_id=0)
    return set(rows.values_list("unit_id", flat=True).distinct())


def _line(row: Row, today: dict[int, rules.Heads], days: dict[int, rules.Heads], heard: bool) -> Line:
    """Of a class without a report only what was found by cards is known; never that there is nothing."""
    unit, reported = row.unit.pk, bool(row.came)
    absent = sum(row.count(name) for name in _ABSENT)
    return Line(
        unit_id=unit, expected=row.expected, reported=reported,
        present=max((row.expected or 0) - absent, 0) if reported and row.expected is not None else None,
        ill=row.count("ill") if reported or row.count("ill") else None,
        today=tuple(today[unit].counts()) if reported or unit in today else None,
        days=tuple(days[unit].counts()) if heard or unit in days else None,
    )  # fmt: skip
