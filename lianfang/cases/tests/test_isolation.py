"""Beds, stays, temperatures, disinfection and transfers, on a real database."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.cases.actions import cleaning, isolation, observing, staying, transferring
from lianfang.cases.models import Bed, Cleaning, IsolationPlace, Observation, Reading, Stay, Transfer
from lianfang.cases.queries import isolation as queries
from lianfang.cases.tests.test_cases import pupil, refused, suspect
from lianfang.core.ids import uuid7
from lianfang.core.problems import Refused
from lianfang.notices.models import Notice
from lianfang.obligations.models import Obligation
from lianfang.people.actions import erasing
from lianfang.people.models import Lodging, Person
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast


def place(cast: Cast, zone: str = "general", rooms: str = "302", each: int = 1, name: str = "") -> IsolationPlace:
    made = isolation.open_place(
        by=cast.clerk, school=cast.school, name=name or f"3号楼三层 {zone}", kind="dormitory", zone=zone, where="",
        now=NOW,
    )  # fmt: skip
    isolation.add_beds(by=cast.clerk, place=made, first="301", last=rooms, each=each, now=NOW)
    return made


def first_bed(found: IsolationPlace) -> Bed:
    return found.beds.order_by("room", "number")[0]


def isolate(cast: Cast, person: Person, now: datetime = NOW, **more: Any) -> Stay:
    given: dict[str, Any] = {
        "by": cast.doctor, "unit": cast.class_one, "why": "contact", "disease": "covid19", "counts_from": DAY,
        "where": "home", "key": uuid7(), **more,
    }  # fmt: skip
    return staying.isolate(person=person, now=now, **given)


def watched(stay: Stay) -> Observation:
    found = queries.observation(stay)
    assert found is not None
    return found


def measure(cast: Cast, stay: Stay, tenths: int, round: str = "morning", now: datetime = NOW, **more: Any) -> Reading:
    given: dict[str, Any] = {"by": cast.doctor, "site": "armpit", "key": uuid7(), **more}
    on = given.pop("on", now.date())
    return observing.take(observation=watched(stay), on=on, round=round, tenths=tenths, now=now, **given)


def owed(kind: str) -> list[Obligation]:
    return list(Obligation.objects.waiting().filter(kind=kind).order_by("due_at"))


@pytest.mark.django_db
def test_many_rooms_come_at_once_and_what_is_there_stays(cast: Cast) -> None:
    made = place(cast, rooms="312", each=2)
    assert made.beds.count() == 24
    assert isolation.add_beds(by=cast.clerk, place=made, first="312", last="313", each=2, now=NOW) == 2
    (stand,) = queries.occupancy([made], names=False)
    assert [room for room, _beds in stand.rooms()][-2:] == ["312", "313"]
    assert refused(isolation.add_beds, by=cast.clerk, place=made, first="3", last="1", each=1, now=NOW) == [
        ("cases.rooms_range", "last")
    ]


@pytest.mark.django_db
def test_a_bed_is_given_once_and_nobody_lies_in_two(cast: Cast) -> None:
    beds = list(place(cast).beds.order_by("room"))
    person = pupil(cast)
    isolate(cast, person, where="bed", bed=beds[0])
    other = pupil(cast, "王小花")
    assert refused(isolate, cast, other, where="bed", bed=beds[0]) == [("cases.bed_taken", "bed")]
    assert refused(isolate, cast, person, where="bed", bed=beds[1]) == [("cases.isolated_already", "")]
    assert refused(isolate, cast, person) == [("cases.isolated_already", "")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_bed_at_one_moment_one_is_told_kindly(cast: Cast) -> None:
    bed, people = first_bed(place(cast)), [pupil(cast, "甲"), pupil(cast, "乙")]
    start, ends = Barrier(2), list[object]()

    def run(person: Person) -> None:
        try:
            start.wait(timeout=10)
            ends.append(refused_or_made(cast, person, bed))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(map(str, ends)) == ["cases.bed_taken", "made"]
    assert Stay.objects.filter(bed=bed, ended_at__isnull=True).count() == 1


def refused_or_made(cast: Cast, person: Person, bed: Bed) -> str:
    try:
        isolate(cast, person, where="bed", bed=bed)
    except Refused as found:
        return found.problems[0].code
    return "made"


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_stay_in_a_bed(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), where="bed", bed=first_bed(place(cast)))
    with pytest.raises(IntegrityError, match="stay_bed_once"), transaction.atomic():
        Stay.objects.create(
            school=cast.school, unit=cast.class_one, why="contact", where="bed", bed=stay.bed, disease="covid19",
            counts_from=DAY, began_at=NOW, by=cast.doctor, key=uuid7(),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "why", "code"),
    [("general", "arrival", "cases.zone_arrival"), ("risk_area", "contact", "cases.zone_risk_area")],
)
def test_people_from_risk_areas_are_kept_from_the_others_unless_there_is_a_reason(
    cast: Cast, zone: str, why: str, code: str
) -> None:
    bed, person = first_bed(place(cast, zone)), pupil(cast)
    assert refused(isolate, cast, person, why=why, where="bed", bed=bed) == [(code, "zone_reason")]
    made = isolate(cast, person, why=why, where="bed", bed=bed, zone_reason="没有其他房间")
    assert made.zone_reason
    assert made.zone_reason.open() == "没有其他房间"


@pytest.mark.django_db
def test_the_last_day_is_that_of_the_rules_and_says_where_it_comes_from(cast: Cast) -> None:
    contact = isolate(cast, pupil(cast), counts_from=DAY - timedelta(days=3))
    assert (contact.days, contact.until, contact.source) == (14, DAY + timedelta(days=11), "covid_schools_feb_2020")
    suspected = isolate(cast, pupil(cast, "甲"), why="suspected", disease="varicella")
    assert (suspected.days, suspected.until) == (None, None)
    peace = isolate(cast, pupil(cast, "乙"), why="arrival")
    assert peace.until is None
    policies.open_response(
        by=cast.admin, unit=cast.province_unit, name="一级响应", level=1, reason="省政府启动", from_on=DAY, now=NOW
    )
    arrival = isolate(cast, pupil(cast, "丙"), why="arrival")
    assert (arrival.until, arrival.sure) == (DAY + timedelta(days=14), False)


@pytest.mark.django_db
def test_another_last_day_and_an_early_release_need_a_reason(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast))
    later = DAY + timedelta(days=20)
    again: dict[str, Any] = {"by": cast.doctor, "stay": stay, "now": NOW}
    assert refused(staying.decide, until=later, basis="", key=uuid7(), **again) == [("cases.basis_missing", "basis")]
    assert refused(staying.decide, until=DAY - timedelta(days=1), basis="x", key=uuid7(), **again) == [
        ("cases.until_past", "until")
    ]
    staying.decide(until=later, basis="疾控中心要求", key=uuid7(), **again)
    stay.refresh_from_db()
    assert (stay.until, stay.days, stay.decisions.count()) == (later, 14, 1)
    (due,) = owed("isolation_end")
    assert due.due_at == datetime(2020, 2, 26, 10, 0, tzinfo=NOW.tzinfo)
    assert refused(staying.release, ending="released", basis="", **again) == [("cases.release_early", "basis")]
    staying.release(ending="released", basis="", **{**again, "now": NOW + timedelta(days=21)})
    assert not owed("isolation_end")


@pytest.mark.django_db
def test_whoever_moves_gets_a_new_row_and_the_bed_waits_for_its_disinfection(cast: Cast) -> None:
    beds = list(place(cast).beds.order_by("room"))
    stay = isolate(cast, pupil(cast), where="bed", bed=beds[0])
    moved = staying.move(by=cast.doctor, stay=stay, where="bed", bed=beds[1], key=uuid7(), now=NOW)
    stay.refresh_from_db()
    assert (stay.ending, moved.after_id, moved.until) == ("moved", stay.pk, stay.until)
    other = pupil(cast, "王小花")
    assert refused(isolate, cast, other, where="bed", bed=beds[0]) == [("cases.bed_cleaned", "bed")]
    task = Cleaning.objects.get(bed=beds[0])
    assert task.unit == cast.logistics_unit
    note(cast, task)
    isolate(cast, other, where="bed", bed=beds[0])


def note(cast: Cast, task: Cleaning, now: datetime = NOW) -> Cleaning:
    return cleaning.done(
        by=cast.logistics, task=task, began_at=None, done_at=now, who="张师傅", agent="含氯消毒剂", strength=500,
        how="wipe", minutes=30, now=now,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_room_in_which_somebody_lies_stays_open(cast: Cast) -> None:
    found = place(cast)
    isolate(cast, pupil(cast), where="bed", bed=first_bed(found))
    assert refused(isolation.close_room, by=cast.clerk, place=found, room="301", now=NOW) == [("cases.room_taken", "")]
    assert refused(isolation.close_place, by=cast.clerk, place=found, now=NOW) == [("cases.room_taken", "")]
    assert isolation.close_room(by=cast.clerk, place=found, room="302", now=NOW) == 1


@pytest.mark.django_db
def test_temperatures_are_owed_by_the_class_at_home_and_by_the_school_in_a_bed(cast: Cast) -> None:
    early = NOW.replace(hour=7)
    stay = isolate(cast, pupil(cast), now=early)
    (morning,) = owed("observation")
    assert (morning.unit, morning.due_at) == (cast.class_one, NOW.replace(hour=9))
    staying.move(
        by=cast.doctor, stay=stay, where="bed", bed=first_bed(place(cast)), key=uuid7(), now=NOW.replace(hour=8)
    )
    assert [one.unit for one in owed("observation")] == [cast.school]
    observing.open_rounds(now=NOW.replace(hour=15, minute=5))
    observing.open_rounds(now=NOW.replace(hour=15, minute=10))
    assert len(owed("observation")) == 2


@pytest.mark.django_db
def test_a_reading_fulfils_its_round_and_a_release_ends_what_is_owed(cast: Cast) -> None:
    early, late = NOW.replace(hour=7), NOW.replace(hour=16)
    stay = isolate(cast, pupil(cast), now=early)
    measure(cast, stay, 366, now=early)
    assert not owed("observation")
    observing.open_rounds(now=late)
    assert len(owed("observation")) == 1
    staying.release(by=cast.doctor, stay=stay, ending="mistake", basis="同名", now=late)
    assert not owed("observation")
    assert watched(stay).ended_at == late
    assert refused(measure, cast, stay, 366, round="evening", now=late) == [("cases.observation_over", "")]


@pytest.mark.django_db
def test_a_round_nobody_measured_is_gone_the_next_day_and_stays_a_gap(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast), now=NOW.replace(hour=7))
    observing.open_rounds(now=NOW.replace(hour=7) + timedelta(days=1))
    assert [one.key for one in owed("observation")] == [
        f"observation {watched(stay).pk} {DAY + timedelta(days=1)} morning"
    ]


@pytest.mark.django_db
def test_a_contact_who_was_kept_apart_goes_on_being_watched_for_their_days(cast: Cast) -> None:
    person, until = pupil(cast), DAY + timedelta(days=5)
    given: dict[str, Any] = {"by": None, "person": person, "school": cast.school, "unit": cast.class_one}
    observing.begin(reason="contact", until=until, now=NOW, **given)
    stay = isolate(cast, person)
    observing.open_rounds(now=NOW + timedelta(days=7))
    assert watched(stay).ended_at is None  # kept apart longer than a contact is followed
    staying.release(by=cast.doctor, stay=stay, ending="released", basis="解除", now=NOW + timedelta(days=2))
    assert (watched(stay).ended_at, watched(stay).reason) == (None, "contact")
    observing.open_rounds(now=NOW + timedelta(days=6))
    assert Observation.objects.get(person=person).ended_at is not None


@pytest.mark.django_db
def test_a_fever_is_told_to_the_doctor_without_a_name(cast: Cast) -> None:
    stay = isolate(cast, pupil(cast))
    measure(cast, stay, 372, by=cast.teacher)
    assert not Notice.objects.filter(kind="observation.fever").exists()
    first = measure(cast, stay, 384, by=cast.teacher, round="evening", now=NOW.replace(hour=16))
    told = Notice.objects.get(kind="observation.fever")
    assert [one.user for one in told.deliveries.all()] == [cast.doctor]
    assert "李小明" not in f"{told.params} {told.url}"
    better = observing.correct(
        by=cast.teacher, reading=first, tenths=374, site="armpit", key=uuid7(), now=NOW.replace(hour=16, minute=20)
    )
    first.refresh_from_db()
    assert (first.temperature, better.temperature, better.corrects) == (384, 374, first)
    assert refused(observing.correct, by=cast.teacher, reading=first, tenths=370, site="armpit", key=uuid7(), now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tenths", "round", "code"),
    [
        (3690, "morning", "health.temperature_impossible"), (366, "evening", "cases.round_ahead"),
        (366, "midnight", "cases.round_unknown"),
    ],
)  # fmt: skip
def test_what_nobody_has_and_rounds_that_have_not_come_are_refused(
    cast: Cast, tenths: int, round: str, code: str
) -> None:
    stay = isolate(cast, pupil(cast))
    assert [found for found, _cell in refused(measure, cast, stay, tenths, round)] == [code]


@pytest.mark.django_db
def test_a_case_has_its_places_disinfected_once_and_a_second_person_looks_at_it(cast: Cast) -> None:
    person = pupil(cast)
    Lodging.objects.create(person=person, school=cast.school, kind="boarder", building="3栋", room="412", from_on=DAY)
    case = suspect(cast, person, "norovirus")
    made = cleaning.plan(by=cast.doctor, case=case, now=NOW)
    assert [one.place for one in made] == ["机电1901班", "3栋 412"]
    assert cleaning.plan(by=None, case=case, now=NOW) == made
    another = suspect(cast, pupil(cast, "同班同学"), "norovirus")
    assert cleaning.plan(by=None, case=another, now=NOW) == made[:1], "one room of two cases is disinfected once"
    assert cleaning.plan(by=None, case=suspect(cast, pupil(cast, "蚊虫"), "dengue"), now=NOW) == []
    task = note(cast, made[0])
    assert [one.label for one in owed("cleaning")] == ["3栋 412"]
    assert refused(note, cast, task) == [("cases.cleaning_over", "")]
    assert refused(cleaning.check, by=cast.logistics, task=task, well=True, now=NOW) == [("cases.cleaning_own", "")]
    cleaning.check(by=cast.clerk, task=task, well=False, now=NOW)
    assert Cleaning.objects.get(after=task).place == task.place


@pytest.mark.django_db
def test_a_transfer_ends_the_stay_in_a_bed_and_the_case_says_so(cast: Cast) -> None:
    person = pupil(cast)
    case = suspect(cast, person, "covid19")
    stay = isolate(cast, person, why="suspected", where="bed", bed=first_bed(place(cast)), case=case)
    given: dict[str, Any] = {
        "by": cast.doctor, "person": person, "unit": cast.class_one, "hospital": "市一医院", "how": "ambulance",
        "with_whom": "林芳", "words": "发热", "case": case, "key": uuid7(),
    }  # fmt: skip
    assert refused(transferring.send, left_at=NOW + timedelta(hours=1), now=NOW, **given) == [
        ("cases.day_ahead", "left_at")
    ]
    made = transferring.send(left_at=NOW, now=NOW, **given)
    assert transferring.send(left_at=NOW, now=NOW, **given) == made
    stay.refresh_from_db()
    assert (stay.ending, stay.before.where) == ("hospital", "hospital")
    assert watched(stay).ended_at is not None
    assert [step.said["word"] for step in case.steps.filter(kind="place")] == ["isolation", "hospital"]
    early = NOW - timedelta(minutes=5)
    told: dict[str, Any] = {"by": cast.doctor, "transfer": made, "kind": "arrived", "words": "急诊", "key": uuid7()}
    assert refused(transferring.note, on_at=early, now=NOW, **told) == [("cases.before_leaving", "on_at")]
    assert transferring.note(on_at=NOW, now=NOW, **told) == transferring.note(on_at=NOW, now=NOW, **told)


@pytest.mark.django_db
def test_names_are_for_the_doctor_and_the_clerk_sees_how_many(cast: Cast, client: Any) -> None:
    found = place(cast)
    isolate(cast, pupil(cast), where="bed", bed=first_bed(found))
    pages = [reverse("cases:isolation"), reverse("cases:isolation_place", args=[found.pk])]
    for who, names in ((cast.clerk, False), (cast.head, False), (cast.doctor, True)):
        client.force_login(who)
        shown = [client.get(page).content.decode() for page in pages]
        assert ("李小明" in shown[1], "李小明" in shown[0]) == (names, False)
        assert "1 / 2" in shown[1]


@pytest.mark.django_db
def test_a_class_teacher_measures_one_after_the_other_and_reads_no_reason(cast: Cast, client: Any, clock: Any) -> None:
    clock.set("2020-02-05 09:00")
    early = NOW.replace(hour=7)
    first, second = (isolate(cast, pupil(cast, name), now=early, why="suspected") for name in ("甲同学", "乙同学"))
    client.force_login(cast.teacher)
    listed = client.get(reverse("cases:observations")).content.decode()
    assert ("甲同学" in listed, "疑似" in listed) == (True, False)
    page, then = (reverse("cases:observation", args=[watched(one).pk]) for one in (first, second))
    typed = {"key": str(uuid7()), "temperature": "3690", "site": "armpit", "round": "morning", "note": "在家"}
    wrong = client.post(page, typed)
    assert (wrong.status_code, "36.9" in wrong.content.decode(), "在家" in wrong.content.decode()) == (422, True, True)
    typed["temperature"] = "３６．9℃"
    assert client.post(page, typed)["Location"] == then
    assert Reading.objects.get().temperature == 369
    assert client.get(reverse("cases:observation", args=[watched(first).pk])).status_code == 200
    client.force_login(cast.teacher_two)
    assert client.get(page).status_code == 404


@pytest.mark.django_db
def test_the_pages_of_a_stay_keep_what_was_typed_and_end_it(cast: Cast, client: Any, clock: Any) -> None:
    clock.set("2020-02-05 09:00")
    person, bed = pupil(cast), first_bed(place(cast))
    client.force_login(cast.doctor)
    page = f"{reverse('cases:stay_new')}?person={person.pk}"
    typed = {"key": str(uuid7()), "why": "arrival", "disease": "covid19", "counts_from": DAY.isoformat(),
             "where": "bed", "bed": str(bed.pk), "words": "从武汉返校", "zone_reason": ""}  # fmt: skip
    wrong = client.post(page, typed)
    assert (wrong.status_code, "从武汉返校" in wrong.content.decode()) == (422, True)
    assert client.post(page, typed | {"zone_reason": "只有一间"}).status_code == 302
    stay = Stay.objects.get()
    assert client.get(reverse("cases:stay_sheet", args=[stay.pk])).status_code == 200
    release = reverse("cases:stay_release", args=[stay.pk])
    assert client.post(release, {"ending": "released", "basis": ""}).status_code == 422
    assert client.post(release, {"ending": "released", "basis": "检测两次阴性"}).status_code == 302
    assert "检测两次阴性" in client.get(reverse("cases:stay", args=[stay.pk])).content.decode()


@pytest.mark.django_db
def test_lists_take_the_same_number_of_queries_for_two_and_for_six(cast: Cast, client: Any, clock: Any) -> None:
    clock.set("2020-02-05 09:00")
    client.force_login(cast.doctor)
    pages = [reverse(f"cases:{name}") for name in ("stays", "observations", "cleaning", "isolation")]
    found = place(cast, rooms="306")
    beds = list(found.beds.order_by("room"))

    def put(names: str, some: list[Bed]) -> None:
        for name, bed in zip(names, some, strict=True):
            stay = isolate(cast, pupil(cast, name), where="bed", bed=bed, now=NOW.replace(hour=7))
            measure(cast, stay, 366, now=NOW.replace(hour=8))

    def taken() -> list[int]:
        counts = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as seen:
                client.get(page)
            counts.append(len(seen))
        return counts

    put("甲乙", beds[:2])
    few = taken()
    put("丙丁戊己", beds[2:])
    assert taken() == few


@pytest.mark.django_db
def test_with_the_person_goes_what_was_measured_and_the_stay_names_nobody(cast: Cast) -> None:
    person = pupil(cast)
    stay = isolate(cast, person, words="与母亲同住", where="home")
    measure(cast, stay, 366)
    staying.decide(by=cast.doctor, stay=stay, until=DAY, basis="疾控要求", key=uuid7(), now=NOW)
    transferring.send(
        by=cast.doctor, person=person, unit=cast.class_one, hospital="市一医院", left_at=NOW, how="other",
        with_whom="母亲", words="", key=uuid7(), now=NOW,
    )  # fmt: skip
    erasing.people([UUID(str(person.pk))], now=NOW)
    assert not Reading.objects.exists()
    assert {(row.person, row.words) for row in Stay.objects.all()} == {(None, None)}
    assert {(row.person, row.hospital, row.with_whom) for row in Transfer.objects.all()} == {(None, None, None)}
