"""Class checks of the demo: a fortnight of them at the first school, yesterday and today at some others. Today is
played as far as the clock has come, and some have not reported yet."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.health.actions import absences, cards, rolls, tracing
from lianfang.health.queries import absences as waiting
from lianfang.health.queries import courses, places
from lianfang.health.queries.places import Place
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.tracing import NewStep
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.web.demo import illness
from lianfang.web.demo.illness import Illness

_ROUNDS = (time(7, 45), time(8, 10), time(8, 45))  # what came since the last one lands together
_CALLS = time(9, 40)
SATURDAY = 5
# The first class typed faster than keys can be touched for so many days: on one of them enough are ill for a hint.
_HASTILY, HASTY = "-D1-01", 9


@dataclass(frozen=True)
class _Class:
    unit: Unit
    people: Sequence[UUID]
    sick: Sequence[Illness]

    @property
    def seat(self) -> Seat:
        return Seat(self.unit.school_id or self.unit.pk, self.unit.pk)

    def named(self, back: int) -> list[sent.Named]:
        return [
            sent.Named(
                person=self.people[one.place], absent=one.absent, symptoms=list(one.symptoms),
                temperature=one.temperature if one.began == back else None,
            )
            for one in {one.place: one for one in self.sick if one.lasts(back)}.values()
        ]  # fmt: skip


def play(
    *, classes: Mapping[str, Unit], reporters: Mapping[str, User], doctor: User, days: int, now: datetime
) -> None:  # fmt: skip
    """The classes of one school, by code. Each reports through its teacher, or the doctor where it has none; the doctor
    follows up who is missed."""
    today = now.astimezone(clock.ZONE).date()
    found = []
    for code, unit in classes.items():
        people = [member.person for member in places.members(Place(unit), today)]
        if people:
            found.append(_Class(unit, people, illness.of_class(code, len(people))))
    authors = {unit.pk: reporters.get(code, doctor) for code, unit in classes.items()}
    for back in range(days, -1, -1):
        on = today - timedelta(days=back)
        if back == 0 or on.weekday() < SATURDAY:
            _day(found, authors, on, back, now)
            _trace(found, doctor, on, now)
    _cards(found, authors, today, now)


def _day(classes: Sequence[_Class], authors: Mapping[int, User], on: date, back: int, now: datetime) -> None:
    for at, moment in _moments(on, now):
        reports = [
            RollIn(roll, one.seat, on, Author(authors[one.unit.pk].pk), len(one.people))
            for one in classes
            if (roll := _roll(one, on, back)) and roll.at and _lands(roll.at) == at
        ]
        rolls.take(reports, now=moment)


def _moments(on: date, now: datetime) -> Iterator[tuple[time, datetime]]:
    for at in _ROUNDS:
        moment = datetime.combine(on, at, clock.ZONE)
        if moment <= now:
            yield at, moment


def _roll(one: _Class, on: date, back: int) -> sent.Roll | None:
    """The morning of a class. Some forget it; today some have not come to it yet."""
    dice = random.Random(f"2020 roll {one.unit.code} {on}")  # noqa: S311  (invents figures, guards nothing)
    if dice.random() < (0.03 if back else 0.2):
        return None
    at = datetime.combine(on, time(7, 20), clock.ZONE) + timedelta(seconds=dice.randint(0, 5000))
    named = one.named(back)
    hasty = 0 < back <= HASTY and one.unit.code.endswith(_HASTILY)
    seconds = 2 if hasty else dice.randint(6, 25) + 20 * len(named)
    return sent.Roll(
        id=uuid7(), unit=one.unit.pk, round="morning", on=on, at=at, exceptions=named, seconds=seconds,
        expected=len(one.people),
    )  # fmt: skip


def _lands(at: datetime) -> time:
    return next(moment for moment in _ROUNDS if at.time() <= moment)


def _trace(classes: Sequence[_Class], doctor: User, on: date, now: datetime) -> None:
    """Who is missed is followed up; the doctor calls most of the families in the course of the morning."""
    moment = datetime.combine(on, _CALLS, clock.ZONE)
    schools = {one.seat.school_id for one in classes}
    last = min(moment, now)
    absences.follow(courses.changed([(school, on) for school in schools]), now=last)
    absences.follow_rolls(now=last)
    if moment > now:
        return
    dice = random.Random(f"2020 calls {on}")  # noqa: S311
    for absence in sorted(waiting.waiting(doctor), key=lambda one: (one.from_on, one.unit_id, one.person.name)):
        thrown = dice.random()
        if absence.stage == "open" and thrown < 0.8:
            tracing.take_step(by=doctor, absence=absence, step=_called(thrown), now=moment)
        elif absence.stage == "contacted" and thrown < 0.4:
            step = NewStep(uuid7(), "visit", "cold", "home", seen_on=on, hospital="社区卫生服务中心")
            tracing.take_step(by=doctor, absence=absence, step=step, now=moment)


def _called(thrown: float) -> NewStep:
    if thrown < 0.1:
        return NewStep(uuid7(), "unreached")
    return NewStep(uuid7(), "call", "cold" if thrown < 0.6 else "unclear", "home", note="家长来电，在家休息")


def _cards(classes: Sequence[_Class], authors: Mapping[int, User], today: date, now: datetime) -> None:
    """What the families of the first class told this morning: one child coughs, the others are well."""
    moment = datetime.combine(today, _ROUNDS[0], clock.ZONE)
    if moment > now or not classes:
        return
    first = classes[0]
    told: list[tuple[UUID, list[str]]] = [(person, []) for person in first.people[:5]]
    told.append((first.people[5], ["cough"]))
    cards.take(
        [
            CardIn(
                sent.Card(id=uuid7(), person=person, on=today, symptoms=symptoms, temperature=36.6), first.seat, today,
                Author(authors[first.unit.pk].pk),
            )
            for person, symptoms in told
        ],
        now=moment,
    )  # fmt: skip
