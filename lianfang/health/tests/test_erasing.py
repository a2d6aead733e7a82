"""Somebody who was destroyed leaves nothing in the tables of health; the counts stay (control G01)."""

from datetime import timedelta

import pytest

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import absences, cards, rolls, tracing
from lianfang.health.models import Absence, Check, DayStatus, Held, Roll, Step, Tally
from lianfang.health.queries import courses
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.tracing import NewStep
from lianfang.obligations.models import Obligation, Outcome
from lianfang.people.actions import purging
from lianfang.people.models import Enrolment, Person, PurgeCount
from lianfang.people.tests.test_purging import NAME, agreed, everything, person, prepared
from tests.cast import DAY, NOW, Cast

SECRET = "独一无二的诊断"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)


def reported(cast: Cast, one: Person, other: Person) -> None:
    """A card, two versions of a roll, one that differs, one that breaks a rule, and an absence with its steps."""
    seat = Seat(cast.school.pk, cast.class_one.pk)
    author = Author(by_id=cast.teacher.pk)

    def roll(*named: sent.Named, **told: object) -> RollIn:
        facts = {"id": uuid7(), "unit": seat.unit_id, "round": "morning", "exceptions": list(named), **told}
        return RollIn(sent.Roll(**facts), seat, DAY, author, 45)  # type: ignore[arg-type]

    ill = sent.Named(person=one.pk, absent="ill", note=SECRET)
    too = sent.Named(person=other.pk, absent="ill")
    first = roll(too)
    rolls.take([first], now=NOW)
    rolls.take([roll(ill, too, after=first.sent.id, reason=f"漏报{NAME}")], now=NOW)
    rolls.take([roll(ill)], now=NOW)
    card = sent.Card(id=uuid7(), person=one.pk, symptoms=["fever"], note=SECRET)
    wrong = sent.Card(id=uuid7(), person=one.pk, temperature=369, note=SECRET)
    cards.take([CardIn(card, seat, DAY, author), CardIn(wrong, seat, DAY, author)], now=NOW)
    absences.follow(courses.changed([(cast.school.pk, DAY)]), now=NOW)
    step = NewStep(uuid7(), "diagnosis", cause="varicella", hospital=SECRET, diagnosis=SECRET, note=f"{NAME}{SECRET}")
    for absence in Absence.objects.filter(person=one):
        tracing.take_step(by=cast.teacher, absence=absence, step=step, now=NOW)


def traces() -> set[str]:
    return {place for place, text in everything() if place.startswith("health_") and (NAME in text or SECRET in text)}


def test_what_was_said_about_somebody_goes_and_the_counts_stay(cast: Cast) -> None:
    one = person(cast, left=None)
    other = Person.objects.create(name="同班同学")
    reported(cast, one, other)
    assert {place.split(".")[0] for place in traces()} >= {"health_check", "health_held", "health_step", "health_roll"}
    counts = list(Tally.objects.order_by("unit_id").values_list("unit_id", "ill", "cards", "morning"))
    Enrolment.objects.filter(person=one).update(
        to_on=DAY - timedelta(days=400), ending="graduated", from_on=DAY - timedelta(days=900)
    )
    run = agreed(cast, prepared(cast))
    purging.carry_out(Event.objects.get(verb="purge.approved", subject_id=str(run.pk)))
    assert traces() == set()
    assert not [place for place, text in everything() if place.startswith("health_") and str(one.pk) in text]
    assert Obligation.objects.get(outcome=Outcome.WITHDRAWN).label == ""
    assert not Held.objects.exists()
    assert not Step.objects.exists()
    for model in (Check, DayStatus, Absence):
        assert set(model._default_manager.values_list("person_id", flat=True)) == {other.pk}, model.__name__
    assert list(Tally.objects.order_by("unit_id").values_list("unit_id", "ill", "cards", "morning")) == counts
    assert sorted(Roll.objects.values_list("named", flat=True)) == [1, 2]
    destroyed = dict(PurgeCount.objects.filter(run=run).values_list("table", "destroyed"))
    assert destroyed["health.Check"] == 2
    assert destroyed["health.Absence"] == destroyed["health.Step"] == 1
    assert destroyed["health.Held"] == 2


def test_who_is_destroyed_is_not_traced_again(cast: Cast) -> None:
    gone = Person.objects.create(name="", purged_at=NOW)
    reported(cast, gone, other := Person.objects.create(name="同班同学"))
    assert set(Absence.objects.values_list("person_id", flat=True)) == {other.pk}
