"""Rules of the roster, by tables."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from lianfang.core.clock import ZONE
from lianfang.duty import rules
from lianfang.duty.rules import cells
from lianfang.duty.rules.answering import Kept, chain
from lianfang.duty.rules.pattern import Hours, Planned, Turns, planned, unbroken

TODAY = date(2020, 2, 5)  # a Wednesday
DAY_AND_NIGHT = (Hours(time(8), time(20)), Hours(time(20), time(8)))
WEEK = frozenset(range(1, 8))


def at(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=ZONE)


def turns(**other: Any) -> Turns:
    usual: dict[str, Any] = {
        "hours": DAY_AND_NIGHT, "weekdays": WEEK, "groups": ((1,), (2,), (3,)), "leaders": (), "days_each": 0,
        "since": date(2020, 2, 1),
    }  # fmt: skip
    return Turns(**{**usual, **other})


def laid(pattern: Turns, first: date, last: date, *away: tuple[int, date]) -> list[Planned]:
    return list(planned(pattern, first, last, ZONE, lambda user, day: (user, day) in away))


def test_each_shift_is_the_next_ones_across_midnight_and_the_end_of_a_month() -> None:
    found = laid(turns(since=date(2020, 2, 28)), date(2020, 2, 28), date(2020, 3, 1))
    assert [one.user for one in found] == [1, 2, 3, 1, 2, 3]
    assert (found[3].start, found[3].end) == (at(29, 20), at(1, 8, month=3))  # a leap day, and into March


def test_a_month_planned_in_two_parts_is_the_same() -> None:
    pattern = turns(groups=((1, 2), (3, 4), (5,)), days_each=2, leaders=(8, 9))
    whole = laid(pattern, date(2020, 2, 1), date(2020, 3, 10))
    parts = laid(pattern, date(2020, 2, 1), date(2020, 2, 17)) + laid(pattern, date(2020, 2, 18), date(2020, 3, 10))
    assert whole == parts
    assert len(whole) == 78


def test_a_group_keeps_its_days_and_its_members_change_with_the_shift_and_the_round() -> None:
    found = laid(turns(groups=((1, 2), (3, 4)), days_each=1), date(2020, 2, 1), date(2020, 2, 4))
    assert [one.user for one in found] == [1, 2, 3, 4, 2, 1, 4, 3]


def test_only_the_chosen_weekdays_count_and_turns_go_on_after_the_weekend() -> None:
    found = laid(
        turns(hours=(Hours(time(8), time(18)),), weekdays=frozenset({1, 2, 3, 4, 5}), since=date(2020, 2, 6)),
        date(2020, 2, 6), date(2020, 2, 10),
    )  # fmt: skip
    assert [(one.start.day, one.user) for one in found] == [(6, 1), (7, 2), (10, 3)]


def test_whoever_is_on_leave_is_replaced_by_the_next_and_the_others_keep_their_turns() -> None:
    plain = laid(turns(), date(2020, 2, 1), date(2020, 2, 3))
    found = laid(turns(), date(2020, 2, 1), date(2020, 2, 3), (2, date(2020, 2, 1)))
    assert (found[1].user, found[1].instead_of) == (3, 2)
    assert found[0] == plain[0]
    assert found[2:] == plain[2:]


def test_a_shift_is_open_when_nobody_is_free() -> None:
    found = laid(turns(groups=((1,),)), date(2020, 2, 1), date(2020, 2, 1), (1, date(2020, 2, 1)))
    assert [one.user for one in found] == [None, None]
    assert found[0].instead_of == 1


def test_somebody_alone_on_a_pattern_would_never_have_a_break() -> None:
    (found,) = unbroken(laid(turns(groups=((1,),)), date(2020, 2, 1), date(2020, 2, 3)))
    assert found == (1, at(1, 8), at(4, 8))
    assert not unbroken(laid(turns(), date(2020, 2, 1), date(2020, 2, 9)))


def test_leaders_change_by_the_day() -> None:
    found = laid(turns(leaders=(8, 9)), date(2020, 2, 1), date(2020, 2, 2))
    assert [one.leader for one in found] == [8, 8, 9, 9]


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (at(5, 8), at(5, 20), None),
        (at(5, 20), at(6, 8), None),
        (at(5, 8), at(6, 8), None),
        (at(5, 8), at(6, 8, 1), "duty.too_long"),
        (at(5, 8), at(5, 8), "duty.ends_before"),
        (at(5, 8), at(5, 7), "duty.ends_before"),
    ],
)
def test_hours_of_a_shift(start: datetime, end: datetime, problem: str | None) -> None:
    assert rules.wrong_span(start, end) == problem


@pytest.mark.parametrize(
    ("checked", "now", "state"),
    [
        (None, at(5, 7, 29), "coming"),
        (None, at(5, 7, 30), "open"),
        (None, at(5, 8, 15), "open"),
        (None, at(5, 8, 16), "missed"),
        (None, at(5, 20), "over"),
        (at(5, 8, 15), at(5, 9), "in"),
        (at(5, 8, 16), at(5, 9), "late"),
        (at(5, 8, 16), at(7, 9), "late"),  # it stays late
        (at(5, 7, 40), at(5, 6), "in"),  # the clock was set back
    ],
)
def test_how_a_check_in_stands(checked: datetime | None, now: datetime, state: str) -> None:
    assert rules.check_in_state(at(5, 8), at(5, 20), checked, now) == state


def test_gaps_and_overlaps_of_a_roster() -> None:
    spans = [(at(5, 20), at(6, 8)), (at(5, 8), at(5, 18)), (at(6, 7), at(6, 20))]
    assert rules.gaps(spans, at(5, 6), at(7, 0)) == [
        (at(5, 6), at(5, 8)), (at(5, 18), at(5, 20)), (at(6, 20), at(7, 0)),
    ]  # fmt: skip
    assert rules.gaps([], at(5, 8), at(5, 9)) == [(at(5, 8), at(5, 9))]
    assert rules.overlaps(spans) == [(0, 2)]
    assert rules.overlaps([(at(5, 8), at(6, 8)), (at(5, 9), at(5, 10)), (at(5, 11), at(5, 12))]) == [(0, 1), (0, 2)]


ON = Kept(1, 7, at(5, 8), at(5, 20), None)


@pytest.mark.parametrize(
    ("kept", "away", "now", "expected"),
    [
        (ON, (), at(5, 8, 15), [(1, "on_duty"), (7, "leader"), (20, "first"), (30, "above")]),
        (ON, (), at(5, 8, 16), [(7, "leader"), (1, "missed"), (20, "first"), (30, "above")]),
        (Kept(1, 7, at(5, 8), at(5, 20), at(5, 9)), (), at(5, 9, 1), [(1, "on_duty"), (7, "leader"), (20, "first"), (30, "above")]),
        (ON, (1,), at(5, 9), [(7, "leader"), (20, "first"), (30, "above")]),
        (ON, (1, 7, 20), at(5, 9), [(30, "above")]),
        (Kept(None, None, at(5, 8), at(5, 20), None), (), at(5, 9), [(20, "first"), (30, "above")]),
        (None, (), at(5, 9), [(20, "first"), (30, "above")]),
        (Kept(20, 20, at(5, 8), at(5, 20), None), (), at(5, 8), [(20, "on_duty"), (30, "above")]),
    ],
)  # fmt: skip
def test_who_answers_now(kept: Kept | None, away: tuple[int, ...], now: datetime, expected: list[Any]) -> None:
    first = {200: [20], 300: [30], 400: []}
    found = chain([200, 300, 400], {200: kept}.get, lambda unit: first[unit], lambda user: user not in away, now)
    assert [(link.user, link.why) for link in found] == expected


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-02-05", date(2020, 2, 5)),
        ("2020/2/5", date(2020, 2, 5)),
        ("2020年2月5日（星期三）", date(2020, 2, 5)),
        ("２０２０．２．５", date(2020, 2, 5)),
        ("20200205", date(2020, 2, 5)),
        ("2月29日", date(2020, 2, 29)),
        ("12月31日", date(2019, 12, 31)),
        (43866.0, date(2020, 2, 5)),
        ("43866", date(2020, 2, 5)),
        (date(2020, 2, 5), date(2020, 2, 5)),
        (datetime(2020, 2, 5), date(2020, 2, 5)),
        ("2020-02-05 00:00:00", date(2020, 2, 5)),
        ("2020-02-30", None),
        ("周三", None),
        (8.0, None),
    ],
)
def test_days_as_they_are_written(written: Any, day: date | None) -> None:
    assert cells.day(written, TODAY) == day


def test_a_list_of_january_made_in_december_is_of_the_next_year() -> None:
    assert cells.day("1月3日", date(2020, 12, 20)) == date(2021, 1, 3)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("8:00", time(8)), ("08：30", time(8, 30)), ("8点30分", time(8, 30)), ("20点", time(20)), ("24:00", time(0)),
        (8.0, time(8)), (0.5, time(12)), (1 / 3, time(8)), (time(20), time(20)), (timedelta(hours=20), time(20)),
        (datetime(1899, 12, 31, 8), time(8)), ("25:00", None), ("8:60", None), ("早", None), ("-1", None),
    ],
)  # fmt: skip
def test_times_as_they_are_written(written: Any, moment: time | None) -> None:
    assert cells.moment(written) == moment
