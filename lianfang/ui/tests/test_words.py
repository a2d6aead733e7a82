"""Times and numbers in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from lianfang.core.clock import ZONE
from lianfang.ui import words

NOW = datetime(2020, 2, 11, 14, 5, tzinfo=ZONE)


def at(day: int, hour: int = 14, minute: int = 30, month: int = 2, year: int = 2020) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (at(11), "今天 14:30", "today 14:30"),
        (at(10, 23, 59), "昨天 23:59", "yesterday 23:59"),
        (at(12, 0, 0), "明天 00:00", "tomorrow 00:00"),
        (at(9), "2月9日 14:30", "9 Feb 14:30"),
        (at(31, month=12, year=2019), "2019年12月31日 14:30", "31 Dec 2019 14:30"),
        (datetime(2020, 2, 10, 16, 30, tzinfo=UTC), "今天 00:30", "today 00:30"),
        (date(2020, 2, 11), "今天", "today"),
        (date(2020, 3, 1), "3月1日", "1 Mar"),
        (None, "–", "–"),
    ],
)
def test_a_moment_is_told_as_people_tell_it(moment: datetime | date | None, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.when(moment, NOW) == chinese
    with translation.override("en"):
        assert words.when(moment, NOW) == english


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (timedelta(minutes=25), "还有 25 分钟", "25 minutes left"),
        (timedelta(minutes=25, seconds=59), "还有 25 分钟", "25 minutes left"),
        (timedelta(minutes=1), "还有 1 分钟", "1 minute left"),
        (timedelta(seconds=59), "还有不到 1 分钟", "less than a minute left"),
        (timedelta(hours=2, minutes=5), "还有 2 小时 5 分钟", "2 hours 5 minutes left"),
        (timedelta(hours=1), "还有 1 小时", "1 hour left"),
        (timedelta(days=1, hours=5), "还有 1 天", "1 day left"),
        (timedelta(days=3), "还有 3 天", "3 days left"),
        (timedelta(0), "刚过", "just past"),
        (timedelta(seconds=-59), "刚过", "just past"),
        (timedelta(minutes=-12), "已过 12 分钟", "12 minutes past"),
        (timedelta(days=-2), "已过 2 天", "2 days past"),
    ],
)
def test_a_deadline_says_how_long_is_left(left: timedelta, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.until(NOW + left, NOW) == chinese
    with translation.override("en"):
        assert words.until(NOW + left, NOW) == english


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        ("", "–"),
        (0, "0"),
        (9999, "9999"),
        (10_000, "10\u202f000"),
        (1_158_362, "1\u202f158\u202f362"),
        (-3, "\u22123"),
        (Decimal("37.3"), "37.3"),
        ("待核实", "待核实"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_zero_is_written_and_blank_is_a_dash(value: int | str | None, said: str, language: str) -> None:
    with translation.override(language):
        assert words.number(value) == said


@pytest.mark.parametrize(
    ("value", "before", "chinese", "english"),
    [
        (3, 1, "＋2", "+2"),
        (1, 2, "\u22121", "\u22121"),
        (2, 2, "", ""),
        (0, 0, "", ""),
        (None, 2, "", ""),
        (2, None, "", ""),
        ("待核实", 2, "", ""),
        (20_000, 0, "＋20\u202f000", "+20\u202f000"),
        (Decimal("37.3"), Decimal("36.8"), "＋0.5", "+0.5"),
    ],
)
def test_a_change_is_signed_and_no_change_is_silent(value: int, before: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.change(value, before) == chinese
    with translation.override("en"):
        assert words.change(value, before) == english


def test_the_script_gets_the_sentences_of_the_language() -> None:
    with translation.override("zh-hans"):
        chinese = words.clock_words()
    with translation.override("en"):
        english = words.clock_words()
    assert chinese["left"] == "还有 %(span)s"
    assert english["minute"] == ["%(n)d minute", "%(n)d minutes"]
    assert chinese.keys() == english.keys()
