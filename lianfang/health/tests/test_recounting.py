"""What is counted can always be counted anew, whatever happened to the counts, and whatever the clock did."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from lianfang.core.actions import archiving, months
from lianfang.core.ids import uuid7
from lianfang.health.actions import cards, recounting, rolls
from lianfang.health.actions.recounting import Difference
from lianfang.health.models import Check, DayStatus, Held, Roll, Tally
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.status import Status
from tests.cast import DAY, NOW, Cast

PUPILS = [uuid7() for _ in range(6)]


@pytest.fixture
def seat(cast: Cast) -> Seat:
    return Seat(cast.school.pk, cast.class_one.pk)


def roll(seat: Seat, *ill: UUID, **told: object) -> RollIn:
    named = [sent.Named(person=one, absent="ill", symptoms=["fever"]) for one in ill]
    facts = {"id": uuid7(), "unit": seat.unit_id, "round": "morning", "exceptions": named, **told}
    return RollIn(sent.Roll(**facts), seat, DAY, Author(by_id=1), 45)  # type: ignore[arg-type]


def card(seat: Seat, person: UUID, **told: object) -> CardIn:
    return CardIn(sent.Card(id=uuid7(), person=person, **told), seat, DAY, Author(by_id=1))  # type: ignore[arg-type]


@pytest.fixture
def morning(seat: Seat) -> Seat:
    first = roll(seat, *PUPILS[:3])
    rolls.take([first], now=NOW)
    rolls.take([roll(seat, PUPILS[0], after=first.sent.id)], now=NOW + timedelta(minutes=2))
    cards.take([card(seat, PUPILS[4], symptoms=["cough"]), card(seat, PUPILS[5], symptoms=[])], now=NOW)
    return seat


def test_a_day_that_went_as_it_should_has_no_differences(morning: Seat) -> None:
    assert recounting.recount(morning.school_id, DAY, now=NOW) == []


def test_wrong_counts_and_statuses_are_put_right_and_told(morning: Seat) -> None:
    counted = list(Tally.objects.order_by("unit_id").values(*recounting.COUNTED))
    Tally.objects.filter(unit_id=morning.unit_id).update(ill=9, cards=0)
    Tally.objects.filter(unit_id=morning.school_id).delete()
    DayStatus.objects.filter(person_id=PUPILS[0]).update(status=Status.SYMPTOMATIC)
    found = recounting.recount(morning.school_id, DAY, now=NOW)
    assert Difference(morning.school_id, morning.school_id, "status", 0, 1) in found
    assert Difference(morning.school_id, morning.unit_id, "cards", 0, 2) in found
    assert DayStatus.objects.get(person_id=PUPILS[0]).status == Status.ILL
    assert list(Tally.objects.order_by("unit_id").values(*recounting.COUNTED)) == counted
    assert recounting.recount(morning.school_id, DAY, now=NOW) == []


def test_the_command_says_what_it_put_right(morning: Seat, cast: Cast) -> None:
    Tally.objects.filter(unit_id=morning.unit_id).update(fever=7)
    said = StringIO()
    call_command("health", "recount", "--on", str(DAY), "--school", cast.school.code, stdout=said)
    assert f"unit {morning.unit_id}: fever was 7, is 0" in said.getvalue()
    assert "1 differences put right" in said.getvalue()


def test_a_clock_that_jumps_back_and_forth_neither_loses_nor_doubles(seat: Seat) -> None:
    one = card(seat, PUPILS[0], symptoms=["cough"], on=DAY)
    moments = [NOW, NOW - timedelta(hours=3), NOW + timedelta(days=1)]
    assert [cards.take([one], now=now)[0].state for now in moments] == ["taken", "again", "again"]
    assert rolls.take([roll(seat, PUPILS[1])], now=NOW - timedelta(hours=3))[0].state == "taken"
    assert Check.objects.count() == 2
    assert recounting.recount(seat.school_id, DAY, now=NOW) == []


@pytest.mark.parametrize("drop", [False, True])
def test_an_archived_month_takes_nothing_more_and_recount_says_that_it_is_gone(
    morning: Seat, tmp_path: Path, drop: bool
) -> None:
    before, later = (DAY + timedelta(days=31)).replace(day=1), NOW + timedelta(days=100)
    assert sum(one.rows for one in archiving.archive(before, tmp_path, drop=drop, now=later)) > 0
    late = roll(morning, PUPILS[0], on=DAY)
    assert [flaw.code for flaw in rolls.take([late], now=later)[0].flaws] == ["health.day_long_ago"]
    assert Held.objects.get().on == later.date()
    assert not Roll.objects.exists()
    with pytest.raises(CommandError, match="archived"):
        call_command("health", "recount", "--on", str(DAY))
    if not drop:
        with pytest.raises(months.ArchivedError, match="health_roll"):
            months.ensure({DAY})
