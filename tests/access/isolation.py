"""Targets: an isolation place with somebody in a bed, somebody at home of each class of the first school, with a reading,
a disinfection and a transfer; the same of another school."""

from datetime import timedelta
from typing import Any

from lianfang.cases.actions import cleaning, isolation, observing, staying, transferring
from lianfang.cases.models import IsolationPlace, Observation, Reading, Stay
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person, User
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    place, far_place = _place(cast, cast.school, cast.clerk), _place(cast, cast.second, cast.clerk_second)
    home, two = _stay(cast, cast.class_one, cast.doctor), _stay(cast, cast.class_two, cast.doctor)
    beyond = _stay(cast, cast.second, cast.clerk_second)
    _stay(cast, cast.class_two, cast.doctor, place)
    own, far = (_reading(cast, one) for one in (home, beyond))
    over = _stay(cast, cast.class_one, cast.doctor)
    staying.release(by=cast.doctor, stay=over, ending="released", basis="检测阴性", now=cast.now)
    done = _cleaning(cast, cast.school, cast.clerk)
    cleaning.done(
        by=cast.logistics, task=done, began_at=None, done_at=cast.now, who="张师傅", agent="含氯消毒剂", strength=500,
        how="wipe", minutes=30, now=cast.now,
    )  # fmt: skip
    return {
        "isolation_school": [cast.school.pk], "isolation_school_beyond": [cast.second.pk],
        "isolation_place": [place.pk], "isolation_place_beyond": [far_place.pk],
        "stay": [home.pk], "stay_beyond": [beyond.pk], "stay_over": [over.pk],
        "observation": [_watched(home).pk], "observation_two": [_watched(two).pk],
        "observation_beyond": [_watched(beyond).pk],
        "reading": [_watched(home).pk, own.pk], "reading_beyond": [_watched(beyond).pk, far.pk],
        "reading_swapped": [_watched(home).pk, far.pk],
        "cleaning": [_cleaning(cast, cast.school, cast.clerk).pk], "cleaning_done": [done.pk],
        "cleaning_beyond": [_cleaning(cast, cast.second, cast.clerk_second).pk],
        "transfer": [_transfer(cast, cast.class_one, cast.doctor)],
        "transfer_beyond": [_transfer(cast, cast.second, cast.clerk_second)],
    }  # fmt: skip


def _place(cast: Cast, school: Unit, by: User) -> IsolationPlace:
    made = isolation.open_place(
        by=by, school=school, name="隔离楼一层", kind="room", zone="general", where="校医院旁", now=cast.now
    )
    isolation.add_beds(by=by, place=made, first="101", last="103", each=2, now=cast.now)
    return made


def _person(cast: Cast, unit: Unit) -> Person:
    person = Person.objects.create(name="观察学生", sex=1)
    Enrolment.objects.create(person=person, school=unit.school or unit, unit=unit, as_a="student", from_on=cast.day)
    return person


def _stay(cast: Cast, unit: Unit, by: User, place: IsolationPlace | None = None) -> Stay:
    bed = place.beds.order_by("room", "number").first() if place else None
    return staying.isolate(
        by=by, person=_person(cast, unit), unit=unit, why="contact", disease="covid19",
        counts_from=cast.day - timedelta(days=2), where="bed" if bed else "home", bed=bed, key=uuid7(), now=cast.now,
    )  # fmt: skip


def _watched(stay: Stay) -> Observation:
    return Observation.objects.get(person=stay.person)


def _reading(cast: Cast, stay: Stay) -> Reading:
    return observing.take(
        by=cast.doctor, observation=_watched(stay), on=cast.day, round="morning", tenths=366, site="armpit",
        key=uuid7(), now=cast.now,
    )  # fmt: skip


def _cleaning(cast: Cast, school: Unit, by: User) -> Any:
    due = cast.now + timedelta(hours=4)
    return cleaning.add(by=by, school=school, what="classroom", place="101教室", due_at=due, key=uuid7(), now=cast.now)


def _transfer(cast: Cast, unit: Unit, by: User) -> Any:
    return transferring.send(
        by=by, person=_person(cast, unit), unit=unit, hospital="市一医院", left_at=cast.now, how="ambulance",
        with_whom="林芳", words="高热", key=uuid7(), now=cast.now,
    ).pk  # fmt: skip
