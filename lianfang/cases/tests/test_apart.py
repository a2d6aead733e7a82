"""What isolation does to the day of a person: it counts among the findings until it is over."""

from datetime import datetime, timedelta

import pytest

from lianfang.cases.actions import apart, staying
from lianfang.cases.models import Observation, Stay
from lianfang.cases.tests.test_cases import pupil, say, suspect
from lianfang.cases.tests.test_isolation import first_bed, isolate, measure, place, watched
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import recounting
from lianfang.health.models import Check, DayStatus, Tally
from lianfang.health.rules.status import Status
from tests.cast import DAY, NOW, Cast

NEXT = NOW + timedelta(days=1)


def day(stay: Stay, now: datetime = NOW) -> DayStatus | None:
    assert stay.person_id
    return DayStatus.objects.filter(person_id=stay.person_id, on=now.date()).first()


def status(stay: Stay, now: datetime = NOW) -> Status | None:
    found = day(stay, now)
    return Status(found.status) if found else None


def counted(stay: Stay, now: datetime = NOW) -> dict[str, list[int]]:
    """Of the class and of the school: how many stand as isolated, ill and with fever."""
    units = {"class": stay.unit_id, "school": stay.school_id}
    found = {name: Tally.objects.filter(on=now.date(), unit_id=unit).first() for name, unit in units.items()}
    return {name: [row.isolated, row.ill, row.fever] if row else [0, 0, 0] for name, row in found.items()}


def test_from_the_moment_somebody_is_kept_apart_the_day_says_so_and_is_counted(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    assert status(stay) is Status.ISOLATED
    assert counted(stay) == {"class": [1, 0, 0], "school": [1, 0, 0]}
    assert recounting.recount(stay.school_id, DAY, now=NOW) == [], "counting anew finds the same"


def test_the_days_after_follow_without_anybody_and_end_with_the_release(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    assert apart.follow(now=NEXT) == 1
    assert apart.follow(now=NEXT) == 0
    assert (status(stay, NEXT), counted(stay, NEXT)["class"]) == (Status.ISOLATED, [1, 0, 0])
    staying.release(by=cast.doctor, stay=stay, ending="released", basis="两次体温正常", now=NEXT)
    assert (status(stay, NEXT), counted(stay, NEXT)["school"]) == (Status.NO_REPORT, [0, 0, 0])
    assert apart.follow(now=NEXT) == 0
    assert status(stay) is Status.ISOLATED, "the day before stays what it was"


def test_who_was_entered_by_mistake_was_never_kept_apart(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    staying.release(by=cast.doctor, stay=stay, ending="mistake", basis="选错了人", now=NOW + timedelta(minutes=5))
    assert (status(stay), counted(stay)["class"]) == (Status.NO_REPORT, [0, 0, 0])


def test_whoever_moves_home_or_to_a_hospital_stays_kept_apart(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    staying.move(by=cast.doctor, stay=stay, where="home", key=uuid7(), now=NEXT)
    assert apart.follow(now=NEXT) == 0
    assert counted(stay, NEXT)["school"] == [1, 0, 0]


@pytest.mark.parametrize(("tenths", "fever"), [(382, True), (366, False)])
def test_a_temperature_taken_in_isolation_is_among_what_was_said_that_day(cast: Cast, tenths: int, fever: bool) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    reading = measure(cast, stay, tenths)
    found = day(stay)
    assert found is not None
    assert (Status(found.status), found.fever) == (Status.ISOLATED, fever)
    assert counted(stay)["school"] == [1, 0, int(fever)]
    assert Check.objects.get().temperature == tenths
    assert watched(stay).readings.get() == reading


@pytest.mark.parametrize(("kind", "left"), [("returned", 0), ("excluded", 0), ("merged", 1)])
def test_nobody_is_kept_apart_for_a_case_that_is_over(cast: Cast, kind: str, left: int) -> None:
    person = pupil(cast)
    case = suspect(cast, person)
    stay = isolate(cast, person, where="bed", bed=first_bed(place(cast)), case=case, disease="varicella", why="case")
    apart.follow(now=NEXT)
    word = {"word": str(suspect(cast, person, "measles").pk)} if kind == "merged" else {}
    say(cast, case, kind, now=NEXT, basis="疾控意见", on=NEXT.date(), **word)
    staying.case_closed(Event.objects.get(verb="case.closed"))
    assert Stay.objects.filter(ended_at__isnull=True).count() == left
    assert Observation.objects.filter(ended_at__isnull=True).count() == left
    assert (status(stay, NEXT) is Status.ISOLATED) is bool(left)
