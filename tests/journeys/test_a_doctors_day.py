"""A school doctor's day on a telephone: findings of the morning, a case, a bed, a temperature, contacts, a cluster that
is reported, rooms that are disinfected; a fortnight later the return."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lianfang.cases.actions import apart, isolation
from lianfang.cases.models import Case, Cleaning, Contact, Observation, Stay, Transfer
from lianfang.core import clock as moments
from lianfang.core.ids import uuid7
from lianfang.health.actions import rolls
from lianfang.health.models import DayStatus
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.status import Status
from lianfang.health.tests.classes import fill
from lianfang.people.models import Person
from lianfang.surveillance.actions import clusters
from lianfang.surveillance.models import Cluster
from tests.browser import Clock, Visitor
from tests.cast import DAY, Cast

Stage = Callable[..., Visitor]
Work = Callable[[], None]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(autouse=True)
def morning(clock: Clock) -> datetime:
    return clock.set("2020-02-05 09:00")


@pytest.fixture
def pupils(cast: Cast, morning: datetime) -> list[Person]:
    """The morning check named one with a rash and three who vomit."""
    people = fill(cast.class_one)
    seat = Seat(cast.school.pk, cast.class_one.pk)
    said = [sent.Named(person=people[0].pk, symptoms=["fever", "rash"])]
    said += [sent.Named(person=one.pk, symptoms=["vomiting"]) for one in people[1:4]]
    roll = sent.Roll(id=uuid7(), unit=seat.unit_id, round="morning", exceptions=said, on=DAY)
    (taken,) = rolls.take([RollIn(roll, seat, DAY, Author(by_id=cast.teacher.pk), len(people))], now=morning)
    assert taken.state == "taken"
    place = isolation.open_place(
        by=cast.clerk, school=cast.school, name="校医院隔离区", kind="room", zone="general", where="", now=morning
    )
    isolation.add_beds(by=cast.clerk, place=place, first="201", last="202", each=1, now=morning)
    return people


@pytest.fixture
def doctor(stage: Stage, cast: Cast, pupils: list[Person]) -> Visitor:
    return stage(cast.doctor, phone=True)


def picks(visitor: Visitor, name: str, value: str) -> None:
    box = visitor.page.locator(f"[name='{name}'][value='{value}']")
    visitor.page.locator(f"label[for='{box.get_attribute('id')}']").first.click()
    expect(box).to_be_checked()


def opens_the_case(doctor: Visitor, person: Person) -> Case:
    doctor.goes("cases:suspected").sees(person.name, "水痘")
    doctor.page.locator(f"a[href*='{person.pk}']").click()
    doctor.page.locator("select[name=disease]").select_option("varicella")
    doctor.presses("Open a case")
    doctor.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"))
    doctor.sees(person.name, "水痘").reads("May not come back yet")
    return Case.objects.get()


def keeps_apart(doctor: Visitor, case: Case) -> Stay:
    doctor.follows("Keep apart")
    picks(doctor, "why", "suspected")
    picks(doctor, "where", "bed")
    doctor.page.locator("select[name=disease]").select_option("varicella")
    doctor.page.locator("select[name=bed]").select_option(index=1)
    doctor.presses("Keep apart from now on")
    doctor.sees("201-1")
    stay = Stay.objects.get()
    assert (stay.case, stay.person) == (case, case.person)
    return stay


def measures(doctor: Visitor, person: Person, degrees: str) -> None:
    doctor.goes("cases:observations").sees(person.name)
    doctor.page.locator("main .lf-task-title a").first.click()
    doctor.writes("temperature", "82").presses("Save and go on")
    expect(doctor.page.locator("[name=temperature][aria-invalid=true]")).to_have_value("82")
    doctor.writes("temperature", degrees).presses("Save and go on")
    doctor.goes("cases:observations").sees(degrees)


def follows_contacts(doctor: Visitor, case: Case) -> None:
    doctor.goes("cases:contacts_find", case.pk)
    boxes = doctor.page.locator("[name=people]")
    assert boxes.count() == 44
    boxes.first.uncheck()
    doctor.presses("Follow the chosen ones")
    doctor.stands_at("cases:contacts_of", case.pk)
    assert Contact.objects.filter(case=case).count() == 43


def test_from_the_finding_to_bed_temperature_and_contacts(
    doctor: Visitor, stage: Stage, cast: Cast, pupils: list[Person], work: Work
) -> None:
    case = opens_the_case(doctor, pupils[0])
    keeps_apart(doctor, case)
    assert Status(DayStatus.objects.get(person_id=pupils[0].pk, on=DAY).status) is Status.ISOLATED
    measures(doctor, pupils[0], "38.2")
    assert Observation.objects.get().readings.get().temperature == 382
    follows_contacts(doctor, case)
    work()
    teacher = stage(cast.teacher, phone=True).goes("cases:clearances").sees(pupils[0].name)
    teacher.reads("May not come back yet").misses("水痘", "201")
    assert teacher.looks_at(f"/cases/{case.pk}/") in (403, 404)
    doctor.goes("cases:case", case.pk).presses("Have the places disinfected")
    task = Cleaning.objects.filter(done_at__isnull=True).first()
    assert task is not None
    doctor.goes("cases:cleaning_one", task.pk).writes("who", "保洁王师傅").presses("Note it as done")
    task.refresh_from_db()
    assert task.done_at is not None


def test_three_who_vomit_are_a_cluster_that_is_reported_and_written_about(
    doctor: Visitor, cast: Cast, pupils: list[Person], morning: datetime, work: Work
) -> None:
    assert clusters.watch(on=DAY, now=morning) == 1
    work()
    cluster = Cluster.objects.get()
    doctor.goes("web:home").page.locator(f"main a[href*='{cluster.pk}']").first.click()
    doctor.stands_at("surveillance:cluster", cluster.pk).sees(cast.class_one.name, pupils[1].name)
    doctor.misses(pupils[0].name).follows("Report it now")
    expect(doctor.page.locator("[name=count]")).to_have_value("3")
    doctor.page.locator("summary", has_text=doctor.say("Say more, if there is time")).click()
    doctor.writes("words", "同一班级三人呕吐，已隔离，家长已通知。").presses("Report now")
    doctor.page.wait_for_url(re.compile(r"/cases/emergencies/[0-9a-f-]{36}/"))
    work()
    doctor.goes("surveillance:cluster", cluster.pk).follows("Note a measure")
    picks(doctor, "kind", "aired")
    doctor.writes("words", "").presses("Note it")
    doctor.stands_at("surveillance:cluster", cluster.pk)
    cluster.refresh_from_db()
    assert cluster.told_at is not None
    doctor.goes("surveillance:cluster_letter", cluster.pk)
    with doctor.page.expect_download() as taken:
        doctor.page.locator("a[href$='letter.pdf']").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
    assert taken.value.suggested_filename.endswith("2020-02-05.pdf")


def test_a_fortnight_later_the_conditions_are_met_and_the_child_comes_back(
    doctor: Visitor, stage: Stage, cast: Cast, pupils: list[Person], clock: Clock, tmp_path: Path, work: Work
) -> None:
    case = opens_the_case(doctor, pupils[0])
    stay = keeps_apart(doctor, case)
    doctor.goes("cases:transfer_new", query=f"?person={pupils[0].pk}").writes("hospital", "市第一医院")
    picks(doctor, "how", "ambulance")
    doctor.presses("Note that they left")
    doctor.page.wait_for_url(re.compile(r"/cases/transfers/[0-9a-f-]{36}/"))
    doctor.sees("市第一医院")
    assert Transfer.objects.get().case == case
    clock.set("2020-02-20 10:00")
    apart.follow(now=moments.now())
    doctor.goes("cases:case", case.pk)
    doctor.goes("cases:case_say", case.pk, "sign")
    picks(doctor, "word", "crusted")
    doctor.presses("Note it").reads("May not come back yet")
    fake = tmp_path / "证明.pdf"
    fake.write_bytes(b"MZ" + bytes(200))  # a program
    doctor.goes("cases:case_prove", case.pk)
    picks(doctor, "level", "doctor")
    doctor.page.set_input_files("[name=file]", fake)
    doctor.presses("Keep the certificate")
    expect(doctor.page.locator("[aria-invalid=true]").first).to_be_visible()
    real = tmp_path / "证明.png"
    real.write_bytes(PNG)
    doctor.page.set_input_files("[name=file]", real)
    doctor.presses("Keep the certificate").stands_at("cases:case", case.pk).reads("May come back")
    teacher = stage(cast.teacher, phone=True).goes("cases:clearances").sees(pupils[0].name)
    teacher.reads("May come back").misses("水痘")
    doctor.goes("cases:case_say", case.pk, "returned").presses("Note it").stands_at("cases:case", case.pk)
    case.refresh_from_db()
    assert case.ended == "returned"
    teacher.goes("cases:clearances").misses(pupils[0].name)
    work()
    assert not Stay.objects.filter(person=stay.person, ended_at__isnull=True).exists()
