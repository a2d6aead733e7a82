"""Where the pupils of a department of the showcase school were: a survey that most have answered, the key people that
follow from it, and what they told since."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.health.actions import following, key_people, surveys
from lianfang.health.actions.surveys import Said
from lianfang.health.models import KeyPerson, Survey
from lianfang.health.queries import key_people as listed
from lianfang.health.queries import places
from lianfang.health.queries import surveys as queries
from lianfang.health.queries.places import Place
from lianfang.health.rules.following import Asked
from lianfang.health.rules.whereabouts import Journey, Meeting, Stay, Whereabouts
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.people.queries import claims
from lianfang.policies import actions as policies

EDITION = "hubei_2020"
_WUHAN, _XIANGYANG = "420100", "420600"
_MOMENTS = (time(8, 5), time(16, 10))
_DAYS = 2  # ago it was opened


def decide(*, unit: Unit, by: User, now: datetime) -> None:
    """The rules of spring 2020 hold in the demo, whatever the day."""
    policies.override(
        by=by, unit=unit, key="key_people.edition", value=EDITION, from_on=now.date() - timedelta(days=60), to_on=None,
        reason="演示：按2020年春季防控方案跟踪重点人员", now=now,
    )  # fmt: skip


def play(*, department: Unit, classes: Sequence[Unit], doctor: User, now: datetime) -> None:
    """Nobody of the last class has answered yet, and here and there somebody of the others."""
    opened = now - timedelta(days=_DAYS)
    survey = surveys.open_survey(
        by=doctor, unit=department, title="学生假期行踪摸排", whom="students",
        from_on=opened.date() - timedelta(days=20), to_on=opened.date(), due_at=now + timedelta(hours=8), now=opened,
    )  # fmt: skip
    for unit in classes[:-1]:
        _answer(survey, unit, doctor, opened + timedelta(hours=1))
    for row in listed.waiting(doctor):
        _follow(row, doctor, now)


def _answer(survey: Survey, unit: Unit, doctor: User, at: datetime) -> None:
    dice, on = random.Random(f"2020 survey {unit.code}"), at.date()  # noqa: S311  (invents figures, guards nothing)
    members = [member.person for member in places.members(Place(unit), on)]
    people = claims.looked_after(doctor, queries.NAMES, on).in_bulk(members)
    asked = queries.of_person(survey.pk, members[0], on)  # the same of a whole class
    if asked is None:
        return
    for number, (person, told) in enumerate(zip(members, _told(on, asked.home[0]), strict=False)):
        if dice.random() < 0.08:
            continue
        moment, said = at + timedelta(minutes=number), Said(uuid7(), told, user=doctor, staff=True)
        surveys.answer(asked=asked, person=people[person], said=said, now=moment)
        if not told.plain:
            key_people.review(person=person, school_id=asked.seat.school_id, facts=told, now=moment)


def _told(on: date, home: str) -> Iterator[Whereabouts]:
    """Of each class the first four were elsewhere or met somebody; the others stayed."""
    left, back = on - timedelta(days=18), on - timedelta(days=9)
    way = Journey("train", "G1012", _WUHAN, home, back)
    yield Whereabouts(on, False, home, (Stay(_WUHAN, left, back),), (way,), back_on=back)
    yield Whereabouts(on, False, _XIANGYANG, (Stay(_XIANGYANG, left),))
    yield Whereabouts(on, True, home, meetings=(Meeting("risk_area", _WUHAN, on - timedelta(days=4)),))
    yield Whereabouts(on, False, home, (Stay("440100", left, back),), back_on=back)
    while True:
        yield Whereabouts(on, True, home)


def _follow(row: KeyPerson, doctor: User, now: datetime) -> None:
    """Asked morning and afternoon since; this afternoon is still to come."""
    dice = random.Random(f"2020 follow {row.unit.code} {row.category}")  # noqa: S311
    times = listed.edition_of(row).asking(row.category, row.rule).times
    for back in range(_DAYS, -1, -1):
        for moment in _MOMENTS[: len(times)]:
            at = datetime.combine(now.date() - timedelta(days=back), moment, clock.ZONE)
            if row.at < at <= now:
                asked = Asked(uuid7(), True, dice.randint(362, 369) / 10)
                following.follow_up(by=doctor, row=row, asked=asked, now=at)
