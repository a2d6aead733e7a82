"""The pages of an emergency: one screen to report, one to see how it stands."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.cases.actions import contacts
from lianfang.cases.models import Emergency, OutsideContact
from lianfang.cases.rules.emergencies import BODIES
from lianfang.cases.tests.test_emergencies import report
from lianfang.core import clock as moments
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.people.models import Enrolment, Person, User
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast

REPORT = reverse("cases:report")
Page = Callable[[User], Client]


@pytest.fixture
def page(client: Client, cast: Cast, clock: Clock) -> Page:
    def run(user: User) -> Client:
        client.force_login(user)
        return client

    return run


@pytest.fixture
def pupil(cast: Cast) -> Person:
    person = Person.objects.create(name="急报学生", sex=2, born_on=DAY - timedelta(days=5600))
    Enrolment.objects.create(person=person, school=cast.school, unit=cast.class_one, as_a="student", from_on=DAY)
    return person


def typed(cast: Cast, **other: object) -> dict[str, object]:
    return {"key": str(uuid7()), "kind": "person", "unit": cast.class_one.pk, "ago": "0", **other}


def test_the_kind_alone_makes_a_report_and_the_page_says_who_was_told(page: Page, cast: Cast) -> None:
    answer = page(cast.teacher).post(REPORT, typed(cast), follow=True)
    made = Emergency.objects.get()
    assert answer.redirect_chain == [(reverse("cases:emergency", args=[made.pk]), 302)]
    shown = answer.content.decode()
    assert "应告知8方，已告知5方" in shown
    assert cast.teacher.name in shown


def test_the_class_of_a_teacher_stands_there_already(page: Page, cast: Cast) -> None:
    assert page(cast.teacher).get(REPORT).context["form"].initial["unit"] == cast.class_one
    assert page(cast.students).get(REPORT).context["form"].initial["unit"] == cast.school


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"), ({"kind": "war"}, "kind"), ({"count": "0"}, "count"), ({"count": "多"}, "count"),
        ({"ago": "at"}, "discovered_at"), ({"ago": "at", "discovered_at": "2020-02-06T10:00"}, "discovered_at"),
        ({"ago": "at", "discovered_at": "1999-01-01T10:00"}, "discovered_at"), ({"since": "2020-02-06T10:00"}, "since"),
        ({"symptoms": ["magic"]}, "symptoms"), ({"unit": "0"}, "unit"), ({"unit": "'; --"}, "unit"),
        ({"key": "x"}, "key"), ({"words": "长" * 1001}, "words"), ({"ago": "-5"}, "ago"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    page: Page, cast: Cast, wrong: dict[str, object], field: str
) -> None:
    answer = page(cast.teacher).post(REPORT, typed(cast, place="三食堂") | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "三食堂" in answer.content.decode()
    assert not Emergency.objects.exists()


def test_a_place_of_another_school_cannot_be_chosen(page: Page, cast: Cast) -> None:
    answer = page(cast.teacher).post(REPORT, typed(cast, unit=cast.second.pk))
    assert "unit" in answer.context["form"].errors


def test_a_link_from_a_finding_names_the_person_inside_the_school_only(page: Page, cast: Cast, pupil: Person) -> None:
    assert pupil.name in page(cast.teacher).get(f"{REPORT}?person={pupil.pk}").content.decode()
    assert pupil.name not in page(cast.teacher_two).get(f"{REPORT}?person={pupil.pk}").content.decode()
    page(cast.teacher).post(REPORT, typed(cast, person=str(pupil.pk), words=f"{pupil.name}高烧"))
    made = Emergency.objects.get()
    assert made.person == pupil
    address = reverse("cases:emergency", args=[made.pk])
    for user, named in ((cast.teacher, True), (cast.doctor, True), (cast.city, False), (cast.principal, False)):
        shown = page(user).get(address).content.decode()
        assert (pupil.name in shown) is named, user.username
        assert "×××高烧" in shown
    assert "15" in page(cast.city).get(address).context["about"], "sex and age are all that is said outside"
    seen = Event.objects.filter(verb="person.viewed", subject_id=str(pupil.pk))
    assert set(seen.values_list("by_name", flat=True)) == {cast.teacher.name, cast.doctor.name}
    assert pupil.name not in page(cast.doctor).get(f"{address}sheet/").content.decode()


@pytest.mark.parametrize("asked", ["nobody", "00000000-0000-0000-0000-000000000000", ""])
def test_a_person_nobody_knows_is_left_out(page: Page, cast: Cast, asked: str) -> None:
    answer = page(cast.teacher).get(f"{REPORT}?person={asked}")
    assert (answer.status_code, answer.context["about"]) == (200, None)


def test_one_tap_confirms_and_the_button_is_gone(page: Page, cast: Cast) -> None:
    made = report(cast, now=moments.now())
    address = reverse("cases:emergency", args=[made.pk])
    assert page(cast.city).get(address).context["to_confirm"]
    answer = page(cast.city).post(f"{address}confirm/", follow=True)
    assert not answer.context["to_confirm"]
    assert cast.city.name in answer.content.decode()


def test_a_call_is_noted_on_its_page(page: Page, cast: Cast) -> None:
    made = report(cast, now=moments.now())
    row = made.recipients.get(part="community")
    address = reverse("cases:emergency_told", args=[made.pk, row.pk])
    missing = page(cast.doctor).post(address, {"how": "phone", "whom": ""})
    assert (missing.status_code, "whom" in missing.context["form"].errors) == (422, True)
    page(cast.doctor).post(address, {"how": "phone", "whom": "社区值班 王", "at": "2020-02-05T14:00"})
    row.refresh_from_db()
    assert row.acknowledged_at is not None


def test_it_was_nothing_is_thanked_for(page: Page, cast: Cast) -> None:
    made = report(cast, now=moments.now())
    address = reverse("cases:emergency_finish", args=[made.pk])
    assert "outcome" in page(cast.doctor).post(address, {"key": str(uuid7())}).context["form"].errors
    answer = page(cast.doctor).post(address, {"key": str(uuid7()), "outcome": "excluded"}, follow=True)
    assert [str(one) for one in answer.context["messages"]]
    made.refresh_from_db()
    assert made.ended_at is not None


def test_a_correction_begins_with_what_was_said(page: Page, cast: Cast) -> None:
    made = report(cast, count=4, words="呕吐", since=NOW - timedelta(hours=1), shared="meal", stage="suspected")
    address = reverse("cases:emergency_correct", args=[made.pk, made.statements.get().pk])
    assert "呕吐" in page(cast.doctor).get(address).content.decode()
    page(cast.doctor).post(address, {"key": str(uuid7()), "count": "3", "words": "呕吐三人"})
    assert list(made.statements.values_list("number", "count")) == [(1, 4), (2, 3)]


def test_numbers_of_outside_bodies_are_kept_by_the_office_and_shown_to_whoever_reports(page: Page, cast: Cast) -> None:
    address = reverse("cases:contacts", args=[cast.school.pk])
    half = page(cast.clerk).post(address, {"community_name": "社区"})
    assert (half.status_code, "community_phone" in half.context["form"].errors) == (422, True)
    wrong = page(cast.clerk).post(address, {"community_name": "社区", "community_phone": "电话"})
    assert wrong.status_code == 422
    for number in ("0731-8800 1", "0731-8800 1", "0731-8800 2"):
        page(cast.clerk).post(address, {"community_name": "社区", "community_phone": number})
    assert OutsideContact.objects.filter(body="community").count() == 2
    assert 'href="tel:073188002"' in page(cast.teacher).get(REPORT).content.decode()
    page(cast.clerk).post(address, {})
    assert not OutsideContact.objects.filter(ended_at=None).exists()


def test_superiors_find_theirs_and_nobody_elses(page: Page, cast: Cast) -> None:
    made, other = report(cast), report(cast, by=cast.head_second, unit=cast.second)
    index = reverse("cases:emergencies")
    for user, sees in (
        (cast.city, [made]), (cast.city_second, [other]), (cast.sponsor, [other]), (cast.company, [other]),
        (cast.province, [other, made]), (cast.county, []), (cast.teacher, [made]), (cast.teacher_two, []),
        (cast.students, []),
    ):  # fmt: skip
        rows = page(user).get(index).context["rows"]
        assert {row["emergency"] for row in rows} == set(sees), user.username


def test_a_list_asks_as_much_for_five_as_for_one(
    page: Page, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for minutes in range(5):
        report(cast, now=NOW - timedelta(minutes=minutes))
    client = page(cast.city)
    client.get(reverse("cases:emergencies"))
    with django_assert_max_num_queries(22):
        client.get(reverse("cases:emergencies"))


def test_the_report_is_one_tap_from_every_page_of_a_school_and_the_list_from_a_superiors(
    page: Page, cast: Cast
) -> None:
    for user in (cast.teacher, cast.students, cast.doctor, cast.principal, cast.clerk, cast.registrar):
        assert f'class="lf-urgent" href="{REPORT}"' in page(user).get(reverse("web:home")).content.decode()
    above = page(cast.city).get(reverse("web:home")).content.decode()
    assert reverse("cases:emergencies") in above
    assert REPORT not in above


def test_contacts_of_a_county_serve_its_schools(cast: Cast) -> None:
    rows = [(body, "县里", "0743-1") for body in BODIES]
    assert contacts.put(by=cast.county, unit=cast.county_unit, rows=rows, now=NOW) == 3
    assert contacts.put(by=cast.county, unit=cast.county_unit, rows=rows, now=NOW) == 0


def test_nobody_and_not_known_are_two_answers(page: Page, cast: Cast) -> None:
    made = report(cast, now=moments.now())
    address = reverse("cases:emergency_finish", args=[made.pk])
    page(cast.doctor).post(address, {"key": str(uuid7()), "outcome": "excluded", "count": "0"})
    assert list(made.statements.values_list("count", flat=True)) == [None, 0]
    shown = page(cast.doctor).get(reverse("cases:emergency", args=[made.pk])).context["said"]
    assert [len(one["facts"]) for one in shown] == [0, 2]
