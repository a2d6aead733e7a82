"""What stands beside the classes of the showcase school: evening checks of two buildings, workers on site, a
thermometer at the gate, and two records of it that were held back."""

import hashlib
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.health.actions import grouping, landing, rolls, senders
from lianfang.health.actions.landing import Landed
from lianfang.health.models import Group
from lianfang.health.queries import places
from lianfang.health.queries.places import Place
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_GROUPS = (("dormitory", "1栋晚检", "1栋"), ("dormitory", "3栋晚检", "3栋"), ("workers", "后勤和门卫", ""))
_MOMENTS = {"evening": time(20, 40), "morning": time(7, 50)}
_SATURDAY = 5


def play(*, school: Unit, classes: Sequence[Unit], doctor: User, days: int, now: datetime) -> None:
    """The doctor reports the groups of the days gone by; today's checks are still open."""
    today = now.astimezone(clock.ZONE).date()
    groups = [
        grouping.begin(
            by=doctor, unit=school, kind=kind, label=label, building=building, from_on=today - timedelta(days=days),
            now=now,
        )
        for kind, label, building in _GROUPS
    ]  # fmt: skip
    for back in range(days, 0, -1):
        on = today - timedelta(days=back)
        if on.weekday() >= _SATURDAY:
            continue
        for code in ("morning", "evening"):
            owing = [group for group in groups if (group.kind == "dormitory") == (code == "evening")]
            rolls.take(
                [_roll(group, code, on, doctor) for group in owing],
                now=datetime.combine(on, _MOMENTS[code], clock.ZONE),
            )
    _held(school, classes, doctor, now)


def _roll(group: Group, code: str, on: date, doctor: User) -> RollIn:
    """Now and then somebody coughs."""
    dice = random.Random(f"2020 beside {group.label} {on}")  # noqa: S311  (invents figures, guards nothing)
    place = Place(group.unit, group)
    people = [member.person for member in places.members(place, on)]
    named = [sent.Named(person=dice.choice(people), symptoms=["cough"])] if people and dice.random() < 0.2 else []
    said = sent.Roll(
        id=uuid7(), unit=group.unit_id, group=group.pk, round=code, on=on, exceptions=named,
        seconds=dice.randint(15, 90),
    )  # fmt: skip
    return RollIn(said, Seat(place.school_id, group.unit_id), on, Author(doctor.pk), len(people))


def _held(school: Unit, classes: Sequence[Unit], doctor: User, now: datetime) -> None:
    """A temperature without its point, and the report of a class by a system that writes the round in its own way."""
    until = now + timedelta(days=180)
    _, key = senders.make(by=doctor, school=school, name="东门测温仪", until=until, now=now)
    token, today = hashlib.sha256(key.encode()).digest(), now.astimezone(clock.ZONE).date()
    pupil = places.members(Place(classes[0]), today)[7].person
    card = sent.Card(id=uuid7(), person=pupil, on=today, temperature=369)
    roll = sent.Roll(id=uuid7(), unit=classes[0].pk, round="AM", on=today)
    landing.land([Landed(token, card), Landed(token, roll)], now=now)
