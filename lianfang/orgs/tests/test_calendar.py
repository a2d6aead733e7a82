"""Entries of calendars: made and ended, asked for one school and for all."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs.actions import calendar as actions
from lianfang.orgs.models import CalendarEntry, Unit
from lianfang.orgs.queries import calendar
from lianfang.orgs.rules.calendar import Why
from tests.cast import DAY, NOW, Cast

Enter = Callable[..., CalendarEntry]


@pytest.fixture
def enter(cast: Cast) -> Enter:
    def made(unit: Unit, kind: str, since: date = DAY, until: date | None = DAY, **facts: Any) -> CalendarEntry:
        facts = {"name": "第二学期", "decided_by": "岳麓区人民政府", "reason": "聚集性疫情", **facts}
        return actions.enter(by=cast.admin, unit=unit, kind=kind, from_on=since, to_on=until, now=NOW, **facts)

    return made


def taught(on: date = DAY, under: str = "") -> set[str]:
    """Schools that have the day, by the statement."""
    sql = f"""SELECT u.code FROM orgs_unit u WHERE u.kind IN ('school', 'training') AND u.path LIKE %(under)s
              AND {calendar.HAS_DAY}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**calendar.asked(on, "school_days", under), "under": under + "%"})
        return {row[0] for row in cursor.fetchall()}


FIRST, SECOND, THIRD = "4143010532", "4143013001", "4143014002"


def test_one_statement_and_the_rule_say_the_same_of_every_school(cast: Cast, enter: Enter):
    assert taught() == {FIRST, SECOND, THIRD}
    enter(cast.province_unit, "suspension", until=None)
    enter(cast.city_unit, "school_day")
    enter(cast.school, "holiday")
    enter(cast.county_unit, "school_day")
    enter(cast.third, "term", DAY - timedelta(days=30), DAY + timedelta(days=60))
    found = taught()
    assert found == {THIRD}, "province off, city on again, its school off; county on"
    by_rule = {unit.code for unit in (cast.school, cast.second, cast.third) if calendar.day(unit, DAY).taught}
    assert by_rule == found
    assert taught(under=cast.county_unit.path) == {THIRD}
    assert taught(under=cast.city_unit.path) == set()


def test_a_range_says_what_the_day_says_and_takes_one_query(
    cast: Cast, enter: Enter, django_assert_num_queries: Callable[..., Any]
):
    enter(cast.school, "term", date(2020, 2, 17), date(2020, 7, 10))
    enter(cast.city_unit, "holiday", date(2020, 3, 2), date(2020, 3, 3), name="市运动会")
    enter(cast.school, "weekdays", date(2020, 3, 1), None, weekdays="654321")
    with django_assert_num_queries(1):
        found = calendar.days(cast.class_one, date(2020, 2, 1), date(2020, 3, 31))
    assert len(found) == 60
    assert {on: day for on, day in found.items() if day != calendar.day(cast.class_one, on)} == {}
    assert (found[date(2020, 3, 2)].why, found[date(2020, 3, 2)].zh) == (Why.HOLIDAY, "市运动会")
    assert found[date(2020, 3, 7)].why is Why.TAUGHT
    assert found[DAY].why is Why.WORKDAY, "before the first term that is known"


def test_ten_thousand_schools_with_terms_of_their_own_are_one_query_and_one_word(
    cast: Cast, enter: Enter, django_assert_num_queries: Callable[..., Any]
):
    for school in (cast.school, cast.second, cast.third):
        enter(school, "term", DAY - timedelta(days=2), DAY + timedelta(days=90))
    with django_assert_num_queries(1):
        asked = calendar.asked(DAY, "school_days")
        calendar.day(cast.school, DAY)
    assert asked["calendar_all"]
    assert not calendar.mixed(asked)


def test_an_entry_that_ended_holds_no_more_and_what_was_stays(cast: Cast, enter: Enter):
    entry = enter(cast.school, "suspension", DAY - timedelta(days=2), None)
    assert calendar.day(cast.school, DAY).why is Why.SUSPENDED
    yesterday = DAY - timedelta(days=1)
    actions.end(by=cast.admin, entry=entry, last_on=yesterday, reason="区政府决定复课", now=NOW)
    assert calendar.day(cast.school, DAY).taught
    assert calendar.day(cast.school, yesterday).why is Why.SUSPENDED
    row = CalendarEntry.objects.get()
    assert (row.ended_by_id, row.ended_by_name, row.ended_at) == (cast.admin.pk, cast.admin.name, NOW)
    event = Event.objects.get(verb="calendar.ended")
    assert (event.unit_id, event.reason) == (cast.school.pk, "区政府决定复课")
    with pytest.raises(Refused, match="calendar_over"):
        actions.end(by=cast.admin, entry=entry, last_on=DAY, reason="又一次", now=NOW)


def test_the_past_is_not_rewritten_and_an_end_has_a_reason(cast: Cast, enter: Enter):
    entry = enter(cast.school, "holiday", DAY - timedelta(days=9), DAY + timedelta(days=9))
    for last, reason, code in (
        (DAY - timedelta(days=2), "误录", "calendar_past"),
        (DAY + timedelta(days=9), "误录", "calendar_not_longer"),
        (DAY, " ", "calendar_end_why"),
    ):
        with pytest.raises(Refused, match=code):
            actions.end(by=cast.admin, entry=entry, last_on=last, reason=reason, now=NOW)


def test_an_entry_ended_before_it_began_never_holds(cast: Cast, enter: Enter):
    entry = enter(cast.school, "holiday", DAY + timedelta(days=1), DAY + timedelta(days=1))
    actions.end(by=cast.admin, entry=entry, last_on=DAY, reason="误录", now=NOW)
    assert calendar.day(cast.school, DAY + timedelta(days=1)).taught
    enter(cast.school, "holiday", DAY + timedelta(days=1), DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "since", "until", "facts", "code"),
    [
        ("holiday", 0, -1, {}, "calendar_order"),
        ("holiday", 0, None, {}, "calendar_last_day"),
        ("holiday", 0, 401, {}, "calendar_long"),
        ("holiday", 2000, 2001, {}, "calendar_far"),
        ("holiday", 0, 1, {"name": " "}, "calendar_name"),
        ("term", 5, 100, {}, "calendar_overlaps"),
        ("suspension", 0, 6, {"decided_by": ""}, "calendar_decided_by"),
        ("suspension", 0, 6, {"reason": ""}, "calendar_reason"),
        ("school_day", 0, 0, {"reason": ""}, "calendar_reason"),
        ("weekdays", 0, None, {"weekdays": "089"}, "calendar_weekdays"),
        ("school_day", 3, 3, {}, "calendar_twice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    cast: Cast, enter: Enter, kind: str, since: int, until: int | None, facts: dict[str, str], code: str
):
    enter(cast.school, "term", DAY, DAY + timedelta(days=5))
    enter(cast.school, "school_day", DAY + timedelta(days=3), DAY + timedelta(days=3))
    days = DAY + timedelta(days=since), None if until is None else DAY + timedelta(days=until)
    with pytest.raises(Refused, match=code):
        enter(cast.school, kind, *days, **facts)
    assert CalendarEntry.objects.count() == 2


def test_classes_and_authorities_have_no_calendar(cast: Cast, enter: Enter):
    for unit in (cast.class_one, cast.authority, cast.north):
        with pytest.raises(Refused, match="calendar_not_here"):
            enter(unit, "holiday")


def test_the_next_day_somebody_is_there(cast: Cast, enter: Enter):
    friday = date(2020, 2, 7)
    assert calendar.next_open(cast.class_one.path, date(2020, 2, 8)) == date(2020, 2, 10)
    enter(cast.school, "school_day", date(2020, 2, 9), date(2020, 2, 9))
    assert calendar.next_open(cast.class_one.path, date(2020, 2, 8)) == date(2020, 2, 9)
    enter(cast.city_unit, "suspension", friday, None)
    assert calendar.next_open(cast.class_one.path, friday) == friday, "while suspended, on workdays"


def test_years_without_an_official_calendar_are_weekdays_and_say_so(cast: Cast):
    for year in (2003, 2027):
        found = calendar.days(cast.school, date(year, 5, 1), date(year, 5, 31))
        assert not any(day.official for day in found.values())
        assert {on.isoweekday() for on, day in found.items() if not day.taught} == {6, 7}


def test_the_database_keeps_the_promise_too(cast: Cast, enter: Enter):
    from django.db import IntegrityError, transaction

    row = enter(cast.school, "suspension")
    for wrong in ({"to_on": F("from_on") - timedelta(days=1)}, {"decided_by": ""}, {"ended_on": DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarEntry.objects.filter(pk=row.pk).update(**wrong)
