"""Hints of a day: what is raised of which reports, once, and what is settled by whom."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.actions import cards, hints, rolls
from lianfang.health.models import Hint, HintState, Sender
from lianfang.health.queries import hints as queries
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.sent import Named, Source
from tests.cast import DAY, NOW, Cast

NIGHT = NOW + timedelta(hours=17)


@pytest.fixture
def seat(cast: Cast) -> Seat:
    return Seat(cast.school.pk, cast.class_one.pk)


def back(days: int, at: datetime = NOW) -> datetime:
    return at - timedelta(days=days)


def take(seat: Seat, at: datetime, named: Iterable[Named] = (), by: Author | None = None, **told: object) -> None:
    """The morning roll of a class of 45, filled in at that moment."""
    facts = {"id": uuid7(), "unit": seat.unit_id, "round": "morning", "at": at, "exceptions": [*named], **told}
    sending = RollIn(sent.Roll(**facts), seat, at.date(), by or Author(by_id=1), 45)  # type: ignore[arg-type]
    assert rolls.take([sending], now=at)[0].state == "taken"


def card(seat: Seat, at: datetime, person: UUID, by: Author, source: Source = Source.CARD, **told: object) -> None:
    sending = sent.Card(id=uuid7(), person=person, **told)  # type: ignore[arg-type]
    assert cards.take([CardIn(sending, seat, at.date(), by, source)], now=at)[0].state == "taken"


def raised() -> list[str]:
    hints.raise_hints(DAY, now=NIGHT)
    return list(Hint.objects.values_list("kind", flat=True))


def warm(tenths: int = 365, people: int = 45) -> list[Named]:
    return [Named(person=uuid7(), temperature=tenths / 10, symptoms=["cough"] * (at == 0)) for at in range(people)]


def test_an_ordinary_day_raises_nothing(seat: Seat) -> None:
    ill = uuid7()
    for days in range(10):
        named = [Named(person=ill, absent="ill", symptoms=["fever"])] if days < 3 else []
        take(seat, back(days) + timedelta(minutes=days * 7 % 11, seconds=days * 13), named, seconds=20)
    assert raised() == []


def test_the_same_named_with_the_same_temperatures_day_after_day(seat: Seat) -> None:
    people = [uuid7(), uuid7()]
    for days in range(7):
        named = [Named(person=one, symptoms=["fever"], temperature=37.8) for one in people]
        take(seat, back(days) + timedelta(seconds=days * 61), named)
    assert raised() == ["copied"]
    assert Hint.objects.get().basis["days"] == 7


def test_a_day_on_which_nobody_was_named_ends_the_run(seat: Seat) -> None:
    people = [uuid7(), uuid7()]
    for days in range(8):
        named = [Named(person=one, symptoms=["fever"], temperature=37.8) for one in people] if days != 3 else []
        take(seat, back(days) + timedelta(seconds=days * 61), named)
    assert raised() == []


def test_fever_on_the_card_before_the_check_that_names_nobody(seat: Seat) -> None:
    family = Author(sender_id=uuid7())
    for days in range(4):
        for _ in range(2):
            card(seat, back(days) - timedelta(minutes=50), uuid7(), family, temperature=38.2, symptoms=["fever"])
        take(seat, back(days) + timedelta(seconds=days * 61))
    assert raised() == ["unseen"]
    assert Hint.objects.get().basis["missed"] == 8


def test_a_card_that_came_after_the_check_says_nothing_about_it(seat: Seat) -> None:
    for days in range(4):
        take(seat, back(days) + timedelta(seconds=days * 61))
        for _ in range(2):
            card(seat, back(days) + timedelta(hours=1), uuid7(), Author(sender_id=uuid7()), temperature=38.2)
    assert raised() == []


def test_the_same_temperature_of_a_whole_class_typed_in_four_seconds(seat: Seat) -> None:
    take(seat, NOW, warm(), seconds=4)
    assert sorted(raised()) == ["haste", "temperatures"]
    basis = Hint.objects.get(kind="haste").basis
    assert (basis["seconds"], basis["needed"]) == (4, 54)


def test_a_thermometer_of_the_gate_counts_as_one_hand_and_its_pupils_once(seat: Seat) -> None:
    gate = Author(sender_id=uuid7())
    people = [uuid7() for _ in range(20)]
    for minute in range(2):
        for one in people:
            card(seat, NOW + timedelta(minutes=minute), one, gate, Source.GATE, temperature=36.6)
    take(seat, NOW + timedelta(minutes=9))
    assert raised() == ["temperatures"]
    assert Hint.objects.get().basis["of"] == 20


def test_at_the_same_second_every_morning(seat: Seat) -> None:
    for days in range(12):
        take(seat, back(days))
    assert raised() == ["clockwork"]


def test_one_telephone_for_many_families(seat: Seat) -> None:
    for size, device in ((8, uuid7()), (3, uuid7())):
        for at in range(size):
            card(seat, NOW + timedelta(minutes=at * 5), uuid7(), Author(sender_id=device), symptoms=[])
    assert raised() == ["one_device"]
    assert Hint.objects.get().basis["people"] == 8


def test_one_account_for_many_within_seconds(seat: Seat) -> None:
    for at in range(12):
        card(seat, NOW + timedelta(seconds=at), uuid7(), Author(by_id=7), symptoms=[])
    for at in range(9):
        take(Seat(seat.school_id, 90_000 + at), NOW + timedelta(seconds=at), by=Author(by_id=8))
    raised()
    assert {(hint.kind, hint.unit_id) for hint in Hint.objects.all()} == {
        ("burst", seat.unit_id), ("burst", seat.school_id),
    }  # fmt: skip


def test_a_class_without_a_finding_for_weeks_beside_classes_that_have_them(seat: Seat, cast: Cast) -> None:
    ill = 40
    for days in range(24):
        for unit in range(4):
            place = Seat(seat.school_id, seat.unit_id if unit == 0 else 90_000 + unit)
            named = [Named(person=uuid7(), absent="ill") for _ in range(ill if unit and days == 0 else 0)]
            take(place, back(days) + timedelta(seconds=(days * 61 + unit * 97) % 1000), named)
    assert raised() == ["silent"]
    assert Hint.objects.get().unit_id == cast.class_one.pk


def test_a_day_looked_through_again_adds_nothing_and_what_was_asked_rests(seat: Seat, cast: Cast) -> None:
    take(seat, NOW, warm(), seconds=60)
    assert raised() == raised() == ["temperatures"]
    hint = Hint.objects.get()
    hints.look_at(by=cast.doctor, hint=hint, state="explained", outcome="体温计坏了", now=NIGHT)
    for days, new in ((-1, 0), (-31, 1)):
        take(seat, back(days), warm(), seconds=60)
        assert hints.raise_hints(back(days).date(), now=back(days)) == new


def test_what_many_classes_share_is_one_hint_of_the_school(seat: Seat) -> None:
    for at in range(4):
        take(Seat(seat.school_id, 90_000 + at), NOW + timedelta(minutes=at), warm(), seconds=60)
    assert raised() == ["temperatures"]
    hint = Hint.objects.get()
    assert (hint.unit_id, hint.basis["classes"], hint.basis["of"]) == (seat.school_id, 4, 4)
    (event,) = Event.objects.filter(verb="hint.raised")
    assert event.detail == {"on": DAY.isoformat(), "counts": {"temperatures": 1}}


def test_a_settled_hint_is_settled(seat: Seat, cast: Cast) -> None:
    take(seat, NOW, warm(), seconds=60)
    raised()
    hint = Hint.objects.get()
    for state, outcome in (("open", "没有"), ("done", "没有"), ("confirmed", " ")):
        with pytest.raises(Refused):
            hints.look_at(by=cast.doctor, hint=hint, state=state, outcome=outcome, now=NIGHT)
    hints.look_at(by=cast.doctor, hint=hint, state="confirmed", outcome="没有测量", now=NIGHT)
    with pytest.raises(Refused):
        hints.look_at(by=cast.doctor, hint=hint, state="explained", outcome="另一种说法", now=NIGHT)
    assert Hint.objects.get().state == HintState.CONFIRMED
    assert not queries.waiting(cast.doctor).exists()


def test_a_system_of_the_school_may_send_at_the_same_second(seat: Seat, cast: Cast) -> None:
    gateway = Sender.objects.create(
        token_index=b"1", kind="gateway", school=cast.school, name="班牌", until=NIGHT, by_id=1, by_name="高洁", at=NOW
    )
    for days in range(12):
        take(seat, back(days), by=Author(sender_id=gateway.pk))
    assert raised() == []
