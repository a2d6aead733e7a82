"""Contacts of a case on a real database: found, followed, released, fallen ill; who infected whom."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from lianfang.cases.actions import linking, tracing
from lianfang.cases.models import Case, CaseLink, Contact, ContactNote
from lianfang.cases.queries import cases as case_queries
from lianfang.cases.queries import chains, exposed, finding
from lianfang.cases.rules import course
from lianfang.cases.rules.following import Meeting, Said, owed
from lianfang.cases.tests.test_cases import pupil, refused, suspect
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.models import Answer, Check, DayStatus, Roll, Sender, Survey
from lianfang.health.rules.status import Status
from lianfang.health.rules.whereabouts import Journey, Stay, Whereabouts
from lianfang.notices.models import Notice
from lianfang.obligations.models import Obligation
from lianfang.people.actions import erasing
from lianfang.people.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Household,
    HouseholdMember,
    Lodging,
    Person,
)
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db
SINCE = date(2019, 9, 1)


def member(cast: Cast, name: str, unit: Any = None, since: date = SINCE) -> Person:
    made = pupil(cast, name, unit)
    Enrolment.objects.filter(person=made).update(from_on=since)
    return made


def called(cast: Cast, *ago: int) -> None:
    """The class was called on these days: it was taught, whatever the holidays say."""
    months.ensure({DAY - timedelta(days=one) for one in ago})
    for one in ago:
        Roll.objects.create(
            school_id=cast.school.pk, on=DAY - timedelta(days=one), unit_id=cast.class_one.pk, group_id=0, round=1,
            key=one + 1, at=NOW, expected=45, named=0,
        )  # fmt: skip


def missed(cast: Cast, person: Person, ago: int, *, round: int = 1) -> None:
    on = DAY - timedelta(days=ago)
    Check.objects.create(
        school_id=cast.school.pk, on=on, person_id=person.pk, key=ago + 1, at=NOW, unit_id=cast.class_one.pk, source=2,
        round=round, absence=1,
    )  # fmt: skip
    DayStatus.objects.create(
        school_id=cast.school.pk, on=on, person_id=person.pk, unit_id=cast.class_one.pk, status=int(Status.ILL),
        symptoms=0, fever=False, at=NOW,
    )  # fmt: skip


def lodge(cast: Cast, person: Person, room: str) -> None:
    Lodging.objects.create(
        person=person, school=cast.school, kind="boarder", building="3", room=room, from_on=SINCE
    )  # fmt: skip


def search(case: Case, on: date = DAY) -> dict[str, dict[str, int]]:
    """Name → days by link."""
    stands = course.course(case_queries.steps(case.steps.order_by("number")))
    found = finding.search(case, stands, on).found
    return {one.person.name: {link: one.exposure.count(link) for link in one.exposure.links} for one in found}


@pytest.fixture
def room(cast: Cast) -> dict[str, Person]:
    """A case with onset two days ago; of the class one was missed all the time, one since yesterday."""
    people = {name: member(cast, name) for name in ("病例", "同班", "缺勤", "午后走")}
    called(cast, 0, 1, 2, 3)
    for ago in (0, 1, 2, 3):
        missed(cast, people["缺勤"], ago)
    missed(cast, people["午后走"], 1, round=2)
    return people


def test_contacts_come_from_class_room_household_and_guardian(cast: Cast, room: dict[str, Person]) -> None:
    room |= {
        "室友": member(cast, "室友", cast.class_two), "邻室": member(cast, "邻室", cast.class_two),
        "家属": member(cast, "家属", cast.class_two), "弟弟": member(cast, "弟弟", cast.class_two),
        "外校弟弟": member(cast, "外校弟弟", cast.second),
    }  # fmt: skip
    for name, number in (("病例", "301"), ("室友", "301"), ("邻室", "302")):
        lodge(cast, room[name], number)
    flat = Household.objects.create(school=cast.school, label="3栋501")
    mother = Guardian.objects.create(name="母亲")
    for name in ("病例", "家属"):
        HouseholdMember.objects.create(household=flat, person=room[name], from_on=SINCE)
    for name in ("病例", "弟弟", "外校弟弟"):
        Guardianship.objects.create(guardian=mother, person=room[name], relation="mother", from_on=SINCE)
    found = search(suspect(cast, room["病例"]))
    # varicella looks two days back: four days before onset until today are five, four of which were called
    assert found == {
        "弟弟": {"household": 5}, "家属": {"household": 5}, "室友": {"dormitory": 5}, "同班": {"class": 4},
        "午后走": {"class": 4},
    }  # fmt: skip


def test_nobody_is_met_in_class_after_the_case_stayed_away(cast: Cast, room: dict[str, Person]) -> None:
    missed(cast, room["病例"], 1)
    case = suspect(cast, room["病例"])
    assert search(case) == {"同班": {"class": 2}, "午后走": {"class": 2}}
    Enrolment.objects.filter(person=room["同班"]).update(to_on=DAY - timedelta(days=3), ending="left")
    assert "同班" not in search(case)  # has left: the new school is told by disease control


def test_who_sat_in_the_same_train_is_found_from_the_survey(cast: Cast, room: dict[str, Person]) -> None:
    other, third = (member(cast, name, cast.class_two) for name in ("同车", "别的车"))
    survey = Survey.objects.create(
        unit=cast.school, title="返校行踪", whom="students", from_on=DAY - timedelta(days=30), to_on=DAY, due_at=NOW,
        by_id=cast.doctor.pk, by_name="高洁", at=NOW,
    )  # fmt: skip
    for person, number in ((room["病例"], "g81"), (other, "G 81"), (third, "G83")):
        way = Journey("train", number, "420100", "430100", DAY - timedelta(days=4))
        facts = Whereabouts(DAY, False, "430100", (Stay("420100", DAY - timedelta(days=20)),), (way,))
        Answer.objects.create(
            survey=survey, person=person, school=cast.school, unit=cast.class_two, source="own", at=NOW, away=True,
            facts=msgspec.to_builtins(facts),
        )  # fmt: skip
    assert search(suspect(cast, room["病例"]))["同车"] == {"journey": 1}
    assert "别的车" not in search(suspect(cast, room["病例"]))


def gate(cast: Cast, name: str) -> Sender:
    return Sender.objects.create(
        token_index=name.encode(), kind="gateway", school=cast.school, name=name, until=NOW + timedelta(days=99),
        by_id=cast.doctor.pk, by_name="高洁", at=NOW,
    )  # fmt: skip


def passed(cast: Cast, person: Person, sender: Sender, seconds: int, temperature: int | None = 366) -> None:
    Check.objects.create(
        school_id=cast.school.pk, on=DAY - timedelta(days=1), person_id=person.pk, key=uuid7().int % 2**60,
        at=NOW + timedelta(days=-1, seconds=seconds), unit_id=cast.class_two.pk, source=4, round=0,
        temperature=temperature, sender_id=sender.pk,
    )  # fmt: skip


def test_who_was_measured_at_the_same_gate_within_a_minute_is_found_where_the_rule_names_gates(cast: Cast) -> None:
    names = ("病例", "前面", "后面", "过后", "别的门", "未测温")
    people = {name: member(cast, name, cast.class_one if name == "病例" else cast.class_two) for name in names}
    east, west = gate(cast, "东门测温仪"), gate(cast, "西门测温仪")
    months.ensure({DAY - timedelta(days=1)})
    for name, sender, seconds in (
        ("病例", east, 0), ("前面", east, -60), ("后面", east, 59), ("过后", east, 61), ("别的门", west, 0),
    ):  # fmt: skip
        passed(cast, people[name], sender, seconds)
    passed(cast, people["未测温"], east, 5, temperature=None)  # a card that came by the same way, no thermometer
    assert search(suspect(cast, people["病例"], "covid19")) == {"前面": {"gate": 1}, "后面": {"gate": 1}}
    assert search(suspect(cast, people["病例"], "varicella")) == {}
    for number in range(finding.MOST):  # a system that sends the school's cards at once is no gate
        passed(cast, member(cast, f"同批{number}", cast.class_two), east, number % 60)
    assert search(Case.objects.get(disease="covid19")) == {}


def test_a_source_that_comes_later_is_asked_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    person, other = member(cast, "病例"), member(cast, "邻座", cast.class_two)
    monkeypatch.setattr(finding, "_more", [])
    finding.also(lambda trace: [Meeting(other.pk, "table", trace.days[-1])])
    assert search(suspect(cast, person)) == {"邻座": {"table": 1}}


def take_over(cast: Cast, case: Case, *people: Person, ago: int = 0) -> list[Contact]:
    return tracing.add_found(
        by=cast.doctor, case=case, people=[one.pk for one in people], now=NOW - timedelta(days=ago)
    )


def test_found_contacts_are_taken_over_once_and_move_on_when_met_again(
    cast: Cast, room: dict[str, Person], django_assert_max_num_queries: Any
) -> None:
    more = [member(cast, f"同班{number}") for number in range(9)]
    case = suspect(cast, room["病例"], ago=3, now=NOW - timedelta(days=1))
    with django_assert_max_num_queries(40):  # whatever the number of people
        made = take_over(cast, case, room["同班"], room["缺勤"], *more, ago=1)
    assert {one.person for one in made} == {room["同班"], *more}
    (contact,) = Contact.objects.filter(person=room["同班"])
    assert (contact.last_on, contact.until) == (DAY - timedelta(days=1), DAY + timedelta(days=20))
    assert (contact.level, contact.links) == ("general", ["class"])
    assert take_over(cast, case, room["同班"], ago=1) == []
    take_over(cast, case, room["同班"])
    contact.refresh_from_db()
    assert contact.last_on == DAY
    assert contact.notes.count() == 2
    assert refused(take_over, cast, case) == [("cases.contact_nobody", "people")]


def by_hand(cast: Cast, case: Case, **given: Any) -> Contact:
    told: dict[str, Any] = {"link": "seat", "last_on": DAY, "key": uuid7(), "now": NOW, **given}
    return tracing.add(by=cast.doctor, case=case, **told)


def home(person: Person) -> Enrolment:
    return Enrolment.objects.get(person=person)


def test_a_contact_by_hand_is_refused_where_it_cannot_be(cast: Cast) -> None:
    person, other, ill = member(cast, "病例"), member(cast, "邻座"), member(cast, "另一例")
    case = suspect(cast, person)
    suspect(cast, ill)
    assert refused(by_hand, cast, case, home=home(person)) == [("cases.contact_self", "person")]
    assert refused(by_hand, cast, case, home=home(ill)) == [("cases.contact_is_case", "person")]
    assert refused(by_hand, cast, case, name=" ") == [("cases.contact_name_missing", "name")]
    assert refused(by_hand, cast, case, home=home(other), link="telepathy") == [("cases.contact_link", "link")]
    for days, code in ((1, "cases.day_ahead"), (-30, "cases.contact_too_early")):
        wrong = {"home": home(other), "last_on": DAY + timedelta(days=days)}
        assert refused(by_hand, cast, case, **wrong) == [(code, "last_on")]
    key = uuid7()
    first = by_hand(cast, case, home=home(other), last_on=DAY - timedelta(days=1), key=key)
    assert by_hand(cast, case, home=home(other), last_on=DAY - timedelta(days=1), key=key) == first
    assert by_hand(cast, case, home=home(other)) == first
    first.refresh_from_db()
    assert (first.last_on, first.level, first.notes.count()) == (DAY, "close", 2)
    outside = by_hand(cast, case, name="王医生", phone="13800138000", link="other")
    assert (outside.unit, outside.person) == (cast.school, None)
    assert tracing.fell_ill(by=cast.doctor, contact=outside, onset_on=DAY, text="咳嗽", key=uuid7(), now=NOW) is None
    outside.refresh_from_db()
    assert outside.state == "case"


def test_a_class_owes_one_answer_a_day_however_many_contacts_it_has(cast: Cast) -> None:
    first, second = (suspect(cast, member(cast, name)) for name in ("甲", "乙"))
    people = [member(cast, f"同班{number}") for number in range(3)]
    for case in (first, second):
        for person in people:
            by_hand(cast, case, home=home(person))
    (owes,) = Obligation.objects.filter(kind="contact_follow", ended_at__isnull=True)
    assert (owes.key, owes.unit) == (owed(cast.class_one.pk, DAY), cast.class_one)
    key, ill = uuid7(), {people[0].pk: Said(symptoms=["rash"], temperature=375)}
    assert tracing.ask(by=cast.teacher, unit=cast.class_one, told=ill, key=key, now=NOW) == 3
    assert tracing.ask(by=cast.teacher, unit=cast.class_one, told=ill, key=key, now=NOW) == 3
    assert ContactNote.objects.filter(kind="noted").count() == 6
    owes.refresh_from_db()
    assert owes.outcome == "done"
    assert set(Contact.objects.filter(ill_on=DAY).values_list("person", flat=True)) == {people[0].pk}
    assert Notice.objects.get(kind="contact.ill").deliveries.get().user == cast.doctor
    tomorrow = NOW + timedelta(days=1)
    assert tracing.open_day(now=tomorrow) == 1
    assert tracing.open_day(now=tomorrow) == 1
    assert Obligation.objects.filter(kind="contact_follow", ended_at__isnull=True).count() == 1
    assert tracing.open_day(now=NOW + timedelta(days=2)) == 1
    assert Obligation.objects.get(key=owed(cast.class_one.pk, DAY + timedelta(days=1))).outcome == "withdrawn"
    assert tracing.open_day(now=NOW + timedelta(days=22)) == 0


def test_those_whose_days_are_over_are_released_together(cast: Cast) -> None:
    case = suspect(cast, member(cast, "病例"))
    people = [member(cast, f"同班{number}") for number in range(2)]
    early, late = (
        by_hand(cast, case, home=home(one), last_on=DAY - timedelta(days=ago)) for ago, one in enumerate(people)
    )
    assert tracing.release(by=cast.doctor, case=case, now=NOW + timedelta(days=20)) == 0
    assert tracing.release(by=cast.doctor, case=case, now=NOW + timedelta(days=21)) == 1
    assert tracing.release(by=cast.doctor, case=case, now=NOW + timedelta(days=21)) == 0
    states = dict(Contact.objects.values_list("pk", "state"))
    assert states == {early.pk: "followed", late.pk: "released"}


def test_a_contact_who_falls_ill_is_a_case_and_the_edge_is_there(cast: Cast) -> None:
    first, second = (suspect(cast, member(cast, name)) for name in ("甲", "乙"))
    person = member(cast, "丙")
    contact, other = by_hand(cast, first, home=home(person)), by_hand(cast, second, home=home(person))
    made = tracing.fell_ill(by=cast.doctor, contact=contact, onset_on=DAY, key=uuid7(), now=NOW)
    assert made is not None
    assert (made.origin, made.person, made.disease) == ("contact", person, first.disease)
    for row in (contact, other):
        row.refresh_from_db()
        assert (row.state, row.became) == ("case", made)
    edges = {(one.source, one.target) for one in chains.edges([first.pk, second.pk, made.pk])}
    assert edges == {(str(first.pk), str(made.pk)), (str(second.pk), str(made.pk))}
    assert exposed.followed_in(cast.class_one, DAY) == []


def test_whoever_gets_a_case_by_another_way_is_no_longer_followed(cast: Cast) -> None:
    case, person = suspect(cast, member(cast, "甲")), member(cast, "丙")
    contact = by_hand(cast, case, home=home(person))
    made = suspect(cast, person)
    tracing.case_opened(Event.objects.filter(verb="case.opened").latest("at", "pk"))
    contact.refresh_from_db()
    assert (contact.state, contact.became) == ("case", made)
    # it was something else: followed again until the days are over
    Case.objects.filter(pk=made.pk).update(certainty="excluded")
    assert [one.person for one in exposed.followed_in(cast.class_one, DAY)] == [person]
    Case.objects.filter(pk=case.pk).update(certainty="excluded")
    assert exposed.followed_in(cast.class_one, DAY) == []


def test_edges_by_hand_go_in_no_circle_and_stay_readable(cast: Cast) -> None:
    rows = [suspect(cast, member(cast, name)) for name in "甲乙丙"]
    other = suspect(cast, member(cast, "丁"), "mumps")

    def link(source: Case, target: Case, **more: Any) -> CaseLink:
        told: dict[str, Any] = {"strength": "probable", "basis": "同桌", "key": uuid7(), "now": NOW, **more}
        return linking.link(by=cast.doctor, source=source, target=target, **told)

    first = link(rows[0], rows[1])
    assert link(rows[0], rows[1]) == first
    link(rows[1], rows[2])
    assert refused(link, rows[2], rows[0]) == [("cases.link_circle", "source")]
    assert refused(link, rows[0], rows[0]) == [("cases.link_self", "source")]
    assert refused(link, other, rows[0]) == [("cases.link_other", "source")]
    linking.take_back(by=cast.doctor, link=first, now=NOW)
    linking.take_back(by=cast.doctor, link=first, now=NOW)
    link(rows[2], rows[0])
    assert CaseLink.objects.count() == 3
    assert Event.objects.filter(verb="case.unlinked").count() == 1


def test_with_the_person_goes_what_was_said_of_their_contacts(cast: Cast) -> None:
    case, person = suspect(cast, member(cast, "病例")), member(cast, "邻座")
    mine = by_hand(cast, case, home=home(person), text="同桌")
    outside = by_hand(cast, case, name="王医生", phone="13800138000", link="other")
    erasing.people([UUID(str(person.pk))], now=NOW)
    mine.refresh_from_db()
    assert (mine.person, [note.said for note in mine.notes.all()]) == (None, [None])
    assert case.person_id is not None
    erasing.people([UUID(str(case.person_id))], now=NOW)
    outside.refresh_from_db()
    assert (outside.outsider, outside.phone) == (None, None)
