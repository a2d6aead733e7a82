"""What a day is for a school, by tables; no database."""

from datetime import date, timedelta

import pytest

from lianfang.orgs.rules import calendar
from lianfang.orgs.rules.calendar import Entry, Level, Why
from lianfang.orgs.rules.nation import national


def on(text: str) -> date:
    return date.fromisoformat(text)


def entry(kind: str, since: str, until: str | None = None, weekdays: str = "") -> Entry:
    return Entry(kind, on(since), on(until) if until else None, weekdays, kind)


@pytest.mark.parametrize(
    ("day", "taught", "why", "official"),
    [
        ("2003-05-01", True, Why.WORKDAY, False),  # Thursday of a year without data: a workday like any other
        ("2003-05-03", False, Why.WEEKEND, False),
        ("2020-01-23", True, Why.WORKDAY, True),
        ("2020-01-24", False, Why.FESTIVAL, True),
        ("2020-01-31", False, Why.FESTIVAL, True),  # the extended Spring Festival of 2020 …
        ("2020-02-02", False, Why.FESTIVAL, True),
        ("2020-02-03", True, Why.WORKDAY, True),  # … ended with the second of February
        ("2020-02-05", True, Why.WORKDAY, True),
        ("2020-01-19", True, Why.MADE_UP, True),  # a Sunday that was worked
        ("2026-02-14", True, Why.MADE_UP, True),  # a Saturday
        ("2026-10-01", False, Why.FESTIVAL, True),
        ("2026-11-21", False, Why.WEEKEND, True),
        ("2027-01-01", True, Why.WORKDAY, False),  # a Friday nobody has announced anything about yet
        ("2027-01-02", False, Why.WEEKEND, False),
    ],
)
def test_where_nothing_was_entered_every_workday_is_a_school_day(day: str, taught: bool, why: Why, official: bool):
    found = calendar.what(on(day), ())
    assert (found.taught, found.why, found.official) == (taught, why, official)


def test_a_festival_has_its_name_in_both_languages():
    found = national(on("2020-02-01"))
    assert (found.zh, found.en, found.works) == ("春节", "Spring Festival", False)


AUTUMN, SPRING = entry("term", "2019-09-01", "2020-01-10"), entry("term", "2020-02-17", "2020-07-10")


@pytest.mark.parametrize(
    ("day", "terms", "why"),
    [
        ("2019-08-30", [SPRING, AUTUMN], Why.WORKDAY),  # before the first term that is known
        ("2020-01-10", [SPRING, AUTUMN], Why.WORKDAY),
        ("2020-01-13", [SPRING, AUTUMN], Why.BREAK),
        ("2020-02-14", [SPRING, AUTUMN], Why.BREAK),
        ("2020-02-17", [SPRING, AUTUMN], Why.WORKDAY),
        ("2020-02-22", [SPRING, AUTUMN], Why.WEEKEND),
        ("2020-03-20", [AUTUMN], Why.BREAK),  # seventy days without a next term …
        ("2020-03-23", [AUTUMN], Why.WORKDAY),  # … and a term nobody entered silences a school no longer
    ],
)
def test_between_terms_no_day_is_a_school_day(day: str, terms: list[Entry], why: Why):
    assert calendar.what(on(day), [Level(terms, is_school=True)]).why is why


SIX_DAYS = entry("weekdays", "2020-01-01", None, "123456")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2020-02-08", Why.TAUGHT),  # Saturday
        ("2020-02-09", Why.WEEKEND),
        ("2020-02-01", Why.FESTIVAL),  # a Saturday of the festival
        ("2020-04-26", Why.MADE_UP),  # a Sunday worked everywhere
    ],
)
def test_a_boarding_school_teaches_on_saturdays_that_are_no_festival(day: str, why: Why):
    assert calendar.what(on(day), [Level([SIX_DAYS], is_school=True)]).why is why


def test_the_nearest_unit_decides_then_the_kind_then_the_latest():
    city_off = entry("holiday", "2020-02-08", "2020-02-12")
    school_in = entry("school_day", "2020-02-10", "2020-02-10")
    day = on("2020-02-10")
    above = Level([city_off])
    assert calendar.what(day, [above]).why is Why.HOLIDAY
    assert calendar.what(day, [Level([school_in], is_school=True), above]).why is Why.MADE_UP
    both = [entry("holiday", "2020-02-10", "2020-02-10"), school_in]
    assert calendar.what(day, [Level(both, is_school=True), above]).why is Why.MADE_UP
    latest, earlier = Entry("holiday", day, day, name="2"), Entry("holiday", day, day, name="1")
    assert calendar.what(day, [Level([latest, earlier])]).zh == "2"


def test_a_school_cannot_lift_the_suspension_of_an_area_but_a_nearer_area_can():
    suspended = Level([entry("suspension", "2020-02-03")])
    open_day = entry("school_day", "2020-02-08", "2020-02-08")
    day = on("2020-02-08")
    assert calendar.what(day, [Level([open_day], is_school=True), suspended]).why is Why.SUSPENDED
    assert calendar.what(day, [Level([open_day]), suspended]).why is Why.MADE_UP
    own = [open_day, entry("suspension", "2020-02-08", "2020-02-08")]
    assert calendar.what(day, [Level(own, is_school=True)]).why is Why.SUSPENDED


def test_a_term_of_the_school_leaves_the_holiday_of_its_province_standing():
    levels = [Level([SPRING], is_school=True), Level([entry("holiday", "2020-03-02", "2020-03-02")])]
    assert calendar.what(on("2020-03-02"), levels).why is Why.HOLIDAY
    assert calendar.what(on("2020-03-03"), levels).taught


def test_a_terms_of_a_nearer_unit_goes_before_those_above():
    levels = [Level([entry("term", "2020-02-03", "2020-07-10")], is_school=True), Level([SPRING, AUTUMN])]
    assert calendar.what(on("2020-02-05"), levels).taught
    assert calendar.what(on("2020-02-05"), levels[1:]).why is Why.BREAK


def test_a_day_runs_the_calendars_that_have_it():
    assert calendar.running(on("2020-02-05"), taught=True) == calendar.EVERY
    assert calendar.running(on("2020-02-05"), taught=False) == {"every_day", "workdays"}
    assert calendar.running(on("2020-02-01"), taught=False) == {"every_day"}
    assert calendar.running(on("2020-02-08"), taught=True) == {"every_day", "school_days"}


def test_the_next_day_somebody_is_there_skips_a_festival_and_in_the_holidays_is_a_workday():
    eve = on("2020-01-24")
    days = {eve + timedelta(days=at): at == 10 for at in range(calendar.AHEAD)}
    assert calendar.next_open(eve, days) == on("2020-02-03")
    assert calendar.next_open(eve, dict.fromkeys(days, False)) == on("2020-02-03")
    assert calendar.next_open(on("2020-07-11"), {}) == on("2020-07-13")


def test_two_terms_share_no_day():
    assert calendar.overlapping(on("2020-07-10"), on("2020-08-01"), [AUTUMN, SPRING]) is SPRING
    assert calendar.overlapping(on("2020-07-11"), on("2020-08-01"), [AUTUMN, SPRING]) is None
