"""Cards and rolls on their way in: each once, corrections as versions, counts that fit, nothing bad lost."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lianfang.core.ids import uuid7
from lianfang.health.actions import cards, rolls
from lianfang.health.models import Check, DayStatus, Held, Roll, Tally
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, Outcome, RollIn, Seat
from lianfang.health.rules.status import Status
from tests.cast import DAY, NOW, Cast

PUPILS = [uuid7() for _ in range(45)]
STRANGER = uuid7()


@pytest.fixture
def seat(cast: Cast) -> Seat:
    return Seat(cast.school.pk, cast.class_one.pk)


def card(seat: Seat, person: UUID = PUPILS[0], **told: object) -> CardIn:
    return CardIn(sent.Card(**{"id": uuid7(), "person": person, "symptoms": [], **told}), seat, DAY, Author(by_id=1))  # type: ignore[arg-type]


def roll(seat: Seat, *named: sent.Named, **told: object) -> RollIn:
    facts = {"id": uuid7(), "unit": seat.unit_id, "round": "morning", "exceptions": list(named), **told}
    return RollIn(sent.Roll(**facts), seat, DAY, Author(by_id=1), 45, frozenset({STRANGER}))  # type: ignore[arg-type]


def named(person: UUID, **told: object) -> sent.Named:
    return sent.Named(person=person, **told)  # type: ignore[arg-type]


def states(outcomes: list[Outcome]) -> list[str]:
    return [one.state for one in outcomes]


def tally(seat: Seat, unit: int = 0) -> dict[str, int]:
    row = Tally.objects.get(school_id=seat.school_id, on=DAY, unit_id=unit or seat.unit_id)
    names = ("morning", "noon", "cards", "symptomatic", "ill", "leave", "unknown", "fever", "expected")
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def status(person: UUID) -> Status | None:
    row = DayStatus.objects.filter(on=DAY, person_id=person).first()
    return None if row is None else Status(row.status)


def test_a_healthy_card_is_one_row_and_counts_once(seat: Seat) -> None:
    first = card(seat)
    assert states(cards.take([first, first], now=NOW)) == ["taken", "again"]
    assert states(cards.take([first], now=NOW)) == ["again"]
    assert states(cards.take([card(seat)], now=NOW + timedelta(minutes=1))) == ["taken"]
    assert Check.objects.count() == 2
    assert tally(seat) == {"cards": 1} == tally(seat, seat.school_id)
    assert not DayStatus.objects.exists()


def test_one_bad_record_of_many_is_kept_with_its_reason(seat: Seat) -> None:
    sendings = [card(seat, one) for one in PUPILS]
    sendings[7] = card(seat, PUPILS[7], temperature=369, note="妈妈说的")
    outcomes = cards.take(sendings, now=NOW)
    assert states(outcomes).count("taken") == 44
    assert [(flaw.code, flaw.field) for flaw in outcomes[7].flaws] == [("health.temperature_impossible", "temperature")]
    held = Held.objects.get()
    assert held.sent["temperature"] == 369
    assert held.reasons == [["health.temperature_impossible", "temperature"]]
    assert tally(seat)["cards"] == 44


def test_a_zero_report_of_a_class_is_one_row(seat: Seat) -> None:
    assert states(rolls.take([roll(seat)], now=NOW)) == ["taken"]
    assert Roll.objects.get().expected == 45
    assert not Check.objects.exists()
    assert tally(seat) == {"morning": 1, "expected": 45}


def test_whom_a_roll_names_is_found_and_counted(seat: Seat) -> None:
    rolls.take(
        [roll(seat, named(PUPILS[0], absent="ill", symptoms=["fever", "cough"]), named(PUPILS[1], absent="unknown"),
              named(PUPILS[2], temperature=38.4, temperature_again=38.2), named(PUPILS[3], absent="leave"))],
        now=NOW,
    )  # fmt: skip
    assert [status(one) for one in PUPILS[:5]] == [Status.ILL, Status.UNKNOWN, Status.SYMPTOMATIC, Status.LEAVE, None]
    assert tally(seat) == {
        "morning": 1, "expected": 45, "ill": 1, "unknown": 1, "symptomatic": 1, "leave": 1, "fever": 1,
    }  # fmt: skip


def test_a_correction_is_a_version_and_counts_follow_it(seat: Seat) -> None:
    first = roll(seat, named(PUPILS[0], absent="ill"), named(PUPILS[1], absent="unknown"))
    rolls.take([first], now=NOW)
    rolls.take([roll(seat, named(PUPILS[1], absent="ill"), after=first.sent.id)], now=NOW + timedelta(minutes=5))
    assert Roll.objects.count() == 2
    assert (status(PUPILS[0]), status(PUPILS[1])) == (Status.WELL, Status.ILL)
    assert tally(seat) == {"morning": 1, "expected": 45, "ill": 1}
    assert tally(seat, seat.school_id) == {"morning": 1, "ill": 1}


def test_of_two_telephones_the_second_is_held_when_it_differs(seat: Seat) -> None:
    first = roll(seat, named(PUPILS[0], absent="ill"))
    same, other = roll(seat, named(PUPILS[0], absent="ill")), roll(seat, named(PUPILS[4], absent="ill"))
    assert states(rolls.take([first], now=NOW)) == ["taken"]
    assert states(rolls.take([same, other], now=NOW)) == ["again", "held"]
    assert Held.objects.get().reasons == [["health.roll_differs", ""]]
    assert tally(seat)["ill"] == 1


def test_who_was_missing_in_the_morning_and_came_is_well(seat: Seat) -> None:
    rolls.take([roll(seat, named(PUPILS[0], absent="unknown"), named(PUPILS[1], absent="ill"))], now=NOW)
    rolls.take([roll(seat, round="noon")], now=NOW + timedelta(hours=5))
    assert status(PUPILS[0]) is Status.WELL
    assert status(PUPILS[1]) is Status.ILL
    assert tally(seat) == {"morning": 1, "noon": 1, "expected": 45, "ill": 1}


def test_a_stranger_in_a_roll_holds_the_roll(seat: Seat) -> None:
    assert states(rolls.take([roll(seat, named(STRANGER, absent="ill"))], now=NOW)) == ["held"]
    assert not Roll.objects.exists()


@pytest.fixture
def many(seat: Seat, django_assert_max_num_queries: Callable[..., object]) -> Callable[..., object]:
    return django_assert_max_num_queries


def test_a_thousand_cards_take_a_handful_of_queries(seat: Seat, many: Callable[..., object]) -> None:
    cards.take([card(seat)], now=NOW)
    with many(8):  # type: ignore[attr-defined]
        cards.take([card(seat, uuid7()) for _ in range(1000)], now=NOW)
    assert tally(seat)["cards"] == 1001


def test_a_correction_of_nothing_is_held_and_one_that_came_with_its_first_is_taken(seat: Seat) -> None:
    assert states(rolls.take([roll(seat, after=uuid7())], now=NOW)) == ["held"]
    first = roll(seat, named(PUPILS[0], absent="ill"))
    second = roll(seat, named(PUPILS[1], absent="ill"), after=first.sent.id)
    orphan = roll(seat, named(PUPILS[2], absent="ill"), after=uuid7())
    assert states(rolls.take([orphan, second, first], now=NOW)) == ["held", "taken", "taken"]
    assert (status(PUPILS[0]), status(PUPILS[1]), status(PUPILS[2])) == (None, Status.ILL, None)


def test_versions_that_follow_one_another_in_a_circle_are_held(seat: Seat) -> None:
    one, other = uuid7(), uuid7()
    circle = [roll(seat, id=one, after=other), roll(seat, named(PUPILS[1], absent="ill"), id=other, after=one)]
    outcomes = rolls.take([*circle, roll(seat, round="noon")], now=NOW)
    assert states(outcomes) == ["held", "held", "taken"]
    assert [flaw.code for flaw in outcomes[0].flaws] == ["health.roll_not_first"]
    assert tally(seat) == {"noon": 1, "expected": 45}


def test_a_correction_of_a_version_that_was_not_taken_is_held_with_it(seat: Seat) -> None:
    rolls.take([roll(seat)], now=NOW)
    late = roll(seat, named(PUPILS[1], absent="ill"))
    corrected = roll(seat, named(PUPILS[2], absent="ill"), after=late.sent.id)
    assert states(rolls.take([corrected, late], now=NOW)) == ["held", "held"]
    assert Roll.objects.count() == 1
    assert not DayStatus.objects.exists()


def test_a_corrected_card_counts_no_longer_and_the_day_follows(seat: Seat) -> None:
    wrong = card(seat, symptoms=["fever"])
    cards.take([wrong], now=NOW)
    assert status(PUPILS[0]) is Status.SYMPTOMATIC
    later = card(seat, symptoms=[])
    cards.take([later], now=NOW + timedelta(minutes=1))
    assert status(PUPILS[0]) is Status.SYMPTOMATIC, "well at noon does not undo the morning"
    cards.take([card(seat, symptoms=[], after=wrong.sent.id)], now=NOW + timedelta(minutes=2))
    assert status(PUPILS[0]) is Status.WELL
    assert Check.objects.count() == 3
    assert tally(seat) == {"cards": 1} == tally(seat, seat.school_id)
