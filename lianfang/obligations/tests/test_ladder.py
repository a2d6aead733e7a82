from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lianfang.obligations import rules, spec
from lianfang.people import access

DUE = datetime(2020, 2, 5, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Rung:
    minutes: int


LADDER = (Rung(-15), Rung(0), Rung(30))


@pytest.mark.parametrize(("minutes", "number"), [(-16, None), (-15, 0), (-1, 0), (0, 1), (29, 1), (30, 2), (600, 2)])
def test_of_several_steps_whose_moment_has_come_the_last_is_taken(minutes: int, number: int | None) -> None:
    assert rules.reached(LADDER, DUE, DUE + timedelta(minutes=minutes)) == number


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:29", False), ("21:30", True), ("23:59", True), ("00:00", True), ("06:29", True), ("06:30", False), ("12:00", False)],
)  # fmt: skip
def test_quiet_hours_go_past_midnight(clock: str, quiet: bool) -> None:
    assert rules.is_quiet(time.fromisoformat(clock), "21:30", "06:30") is quiet


def test_quiet_hours_may_lie_within_a_day() -> None:
    assert rules.is_quiet(time(13, 0), "12:00", "14:00")
    assert not rules.is_quiet(time(14, 0), "12:00", "14:00")


def test_codes_of_steps_sort_as_their_numbers() -> None:
    codes = [rules.code(number) for number in range(12)]
    assert codes == sorted(codes)


def test_ladders_name_roles_that_there_are_or_that_their_source_names() -> None:
    named = {"duty_holder", "duty_leader", "recipient"}
    for kind in spec.catalog().values():
        for rung in kind.ladder:
            assert set(rung.roles) <= access.ROLES.keys() | named, kind.id
