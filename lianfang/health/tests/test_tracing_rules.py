"""Absences followed up: clocks, ends and costs, by tables."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from lianfang.health.models import Cause, StepKind
from lianfang.health.rules import tracing
from lianfang.health.rules.sent import Round
from lianfang.health.rules.status import Status
from lianfang.orgs.rules import calendar
from lianfang.orgs.rules.nation import national

ZONE = ZoneInfo("Asia/Shanghai")
MON = date(2020, 2, 3)
TUE, WED, THU, FRI = (MON + timedelta(days=days) for days in range(1, 5))
ILL, UNKNOWN, LEAVE, WELL, SYMPTOMATIC, ISOLATED = (
    Status.ILL, Status.UNKNOWN, Status.LEAVE, Status.WELL, Status.SYMPTOMATIC, Status.ISOLATED,
)  # fmt: skip


def at(on: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{on} {clock}").replace(tzinfo=ZONE)


def by_nation(on: date) -> date:
    ahead = [on + timedelta(days=days) for days in range(calendar.AHEAD)]
    return calendar.next_open(on, {day: national(day).works for day in ahead})


@pytest.mark.parametrize(
    ("status", "said", "due"),
    [
        (UNKNOWN, at(MON, "08:10"), at(MON, "09:30")),
        (UNKNOWN, at(MON, "09:20"), at(MON, "09:50")),
        (ILL, at(MON, "08:10"), at(MON, "10:00")),
        (ILL, at(MON, "14:00"), at(MON, "15:00")),
        (ILL, at(MON, "17:00"), at(TUE, "10:00")),
        (ILL, at(FRI, "21:00"), at(MON + timedelta(days=7), "10:00")),
        (ILL, at(date(2020, 1, 17), "21:00"), at(date(2020, 1, 19), "10:00")),  # a Sunday that is worked
        (ILL, at(date(2020, 1, 23), "21:00"), at(MON, "10:00")),  # the eve of a festival of eleven days
    ],
)
def test_the_cause_is_to_be_known_the_same_morning(status: Status, said: datetime, due: datetime) -> None:
    assert tracing.first_due(status, said, by_nation) == due


@pytest.mark.parametrize(
    ("step", "cause", "now", "due"),
    [
        ("unreached", "", at(MON, "09:00"), at(MON, "11:00")),
        ("unreached", "", at(MON, "16:00"), at(TUE, "08:30")),
        ("call", "", at(MON, "09:00"), at(TUE, "10:00")),
        ("call", "unclear", at(MON, "09:00"), at(TUE, "10:00")),
        ("visit", "", at(MON, "09:00"), at(TUE, "16:00")),
        ("diagnosis", "varicella", at(MON, "09:00"), at(TUE, "16:00")),
        ("diagnosis", "varicella", at(FRI, "09:00"), at(MON + timedelta(days=7), "16:00")),
        ("call", "cold", at(MON, "18:00"), at(WED, "16:00")),
        ("call", "injury", at(MON, "09:00"), None),
    ],
)
def test_the_next_call_follows_from_the_step_and_the_cause(
    step: str, cause: str, now: datetime, due: datetime | None
) -> None:
    assert tracing.next_due(step, cause, now, by_nation) == due


@pytest.mark.parametrize(
    ("days", "reported", "expected"),
    [
        ({MON: ILL}, [MON], (MON, MON, "", None)),
        ({MON: ILL, TUE: ILL}, [MON, TUE], (MON, TUE, "", None)),
        ({MON: ILL}, [MON, TUE], (MON, MON, "back", TUE)),
        ({MON: ILL, TUE: SYMPTOMATIC}, [MON, TUE], (MON, MON, "back", TUE)),
        ({MON: ILL, TUE: SYMPTOMATIC}, [MON], (MON, MON, "", None)),  # a card from home: nobody was called
        ({MON: ILL, TUE: ISOLATED}, [MON, TUE], (MON, MON, "", None)),
        ({MON: ILL, TUE: LEAVE}, [MON, TUE], (MON, MON, "explained", TUE)),
        ({MON: UNKNOWN, WED: ILL}, [MON, WED], (MON, WED, "", None)),  # nobody called on Tuesday: no zero
        ({MON: WELL}, [MON], (MON, MON, "withdrawn", MON)),
        ({MON: LEAVE}, [MON], (MON, MON, "explained", MON)),
        ({MON: WELL, TUE: ILL}, [MON, TUE], (TUE, TUE, "", None)),
    ],
)
def test_the_days_say_how_an_absence_goes_on(
    days: dict[date, Status], reported: list[date], expected: tuple[object, ...]
) -> None:
    found = tracing.course(MON, days, reported)
    assert found is not None
    assert (found.from_on, found.last_on, found.ended, found.ended_on) == expected


def test_nothing_said_is_no_course() -> None:
    assert tracing.course(MON, {}, []) is None


def test_two_absences_in_one_week_are_two() -> None:
    days = {MON: ILL, WED: UNKNOWN, THU: ILL}
    found = list(tracing.courses(MON, days, [MON, TUE, WED, THU]))
    assert [(one.from_on, one.last_on, one.ended) for one in found] == [(MON, MON, "back"), (WED, THU, "")]


def test_a_stage_never_goes_back() -> None:
    assert [tracing.stage("open", step) for step in ("unreached", "note", "call", "visit", "diagnosis")] == [
        "open", "open", "contacted", "seen", "seen",
    ]  # fmt: skip
    assert tracing.stage("seen", "call") == "seen"


@pytest.mark.parametrize(("lessons", "days"), [(0, "0"), (1, "0.5"), (3, "0.5"), (4, "1"), (7, "1")])
def test_days_lost_follow_the_record_sheet(lessons: int, days: str) -> None:
    assert tracing.lost(lessons) == Decimal(days)


def test_a_missed_check_stands_for_its_lessons() -> None:
    assert tracing.lessons([Round.MORNING, Round.NOON, Round.NOON]) == 7
    assert tracing.lost(tracing.lessons([Round.NOON])) == Decimal("0.5")
    assert tracing.lost(tracing.lessons([Round.EVENING])) == 0


def test_the_catalogue_knows_every_cause_once() -> None:
    told = [code for one in tracing.catalog().causes for code in one.codes]
    assert sorted([*told, "unclear"]) == sorted(Cause.values)
    assert set(tracing.catalog().again) <= {*StepKind.values, "unclear", "seen"}
    assert [code for code in Cause.values if tracing.closes(code)] == ["not_ill"]
