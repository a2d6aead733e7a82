"""The health card through the client: families, staff themselves, by telephone, and what the class teacher sees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import carding, cards, rolls
from lianfang.health.models import Check, DayStatus, Tally
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.sheets import code
from lianfang.health.rules.status import Status
from lianfang.notices.models import Delivery, Notice
from lianfang.people.actions import codes
from lianfang.people.models import Enrolment, Person, User
from lianfang.people.queries.claims import claims_of
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast
from tests.families import Families, assess, claim_of, families
from tests.pupils import respond

SKY = {"name": "周小天", "phone_end": "8001", "born_on": "", "number_end": ""}


@pytest.fixture(autouse=True)
def at_eight(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def home(cast: Cast) -> Families:
    assess(cast)
    return families(cast)


@pytest.fixture
def phone(cast: Cast, home: Families) -> Client:
    """The telephone of the mother of 周小雨."""
    made = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    assert made.code is not None
    client = Client()
    claim_of(client, made.code.open())
    return client


def at(person: Person, name: str = "card") -> str:
    return reverse(f"health:{name}", args=[person.pk])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sends(client: Client, where: str, do: str = "well", **told: Any) -> Any:
    return client.post(where, {"id": str(uuid7()), "do": do, **told})


def test_two_taps_say_that_a_child_is_well_and_fill_one_row(cast: Cast, phone: Client, home: Families) -> None:
    respond(cast)
    page = phone.get(at(home.rain))
    assert page.context["asked"]
    assert sends(phone, at(home.rain), **{"a-where": "usual"}).headers["Location"] == at(home.rain)
    row = Check.objects.get()
    assert (row.symptoms, row.answers, row.note, row.by_id) == (0, None, None, None)
    assert row.sender_id
    assert Tally.objects.get(unit_id=cast.class_one.pk).cards == 1
    told = phone.get(at(home.rain))
    assert told.context["reasons"] == ""
    assert not Notice.objects.exists()


def test_the_same_sending_twice_is_one_card(cast: Cast, phone: Client, home: Families) -> None:
    told = {"id": str(uuid7()), "do": "send", "symptoms": ["cough"]}
    assert [phone.post(at(home.rain), told).status_code for _ in range(2)] == [302, 302]
    assert Check.objects.count() == 1
    assert Notice.objects.count() == 1


def test_symptoms_keep_at_home_and_are_told_once_without_a_name(cast: Cast, phone: Client, home: Families) -> None:
    sends(phone, at(home.rain), "send", symptoms=["fever", "cough"], temperature="３８。4℃")
    sends(phone, at(home.rain), "send", symptoms=["vomiting"])
    assert Status(DayStatus.objects.get().status) is Status.SYMPTOMATIC
    page = phone.get(at(home.rain)).content.decode()
    assert "tel:" in page
    notice = Notice.objects.get()
    told = f"{notice.heading}{notice.text}{notice.url}{notice.params}"
    assert not any(word in told for word in ("小雨", "发热", "38", str(home.rain.pk)))
    reached = {delivery.user for delivery in Delivery.objects.filter(notice=notice).select_related("user")}
    assert reached == {cast.teacher, cast.counsellor, cast.doctor}


def test_a_fever_without_a_tick_is_a_fever(cast: Cast, phone: Client, home: Families) -> None:
    respond(cast)
    sends(phone, at(home.rain), temperature="37.5", **{"a-where": "usual"})
    assert DayStatus.objects.get().fever
    assert phone.get(at(home.rain)).context["reasons"]
    assert Notice.objects.count() == 1


def test_an_answer_of_the_epidemic_keeps_at_home_and_is_sealed(cast: Cast, phone: Client, home: Families) -> None:
    respond(cast)
    sends(phone, at(home.rain), "send", **{"a-where": "focus", "a-household": "on"})
    assert dict(Check.objects.get().answers or {}) == {"where": "focus", "household": True}
    reasons = phone.get(at(home.rain)).context["reasons"]
    assert all(word in reasons for word in ("湖北省", "同住的人有发热或咳嗽"))
    assert not DayStatus.objects.exists()
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("do", "told", "field"),
    [
        ("well", {"symptoms": ["cough"]}, "symptoms"),
        ("well", {"a-household": "on"}, "symptoms"),
        ("well", {"temperature": "369"}, "temperature"),
        ("well", {"temperature": "warm"}, "temperature"),
        ("send", {"symptoms": ["cough"], "onset_on": "2020-02-06"}, "onset_on"),
        ("send", {"symptoms": ["nothing"]}, "symptoms"),
        ("send", {"a-where": "moon"}, "a-where"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    do: str, told: dict[str, Any], field: str, cast: Cast, phone: Client, home: Families
) -> None:
    respond(cast)
    answer = sends(phone, at(home.rain), do, **{"a-where": "usual", "a-more": "外婆家", **told})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "外婆家" in answer.content.decode()
    assert not Check.objects.exists()


def test_a_card_that_says_nothing_is_not_sent(cast: Cast, phone: Client, home: Families) -> None:
    answer = sends(phone, at(home.rain), "send")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["symptoms"])
    assert not Check.objects.exists()


def test_a_card_can_be_corrected_and_what_it_said_counts_no_longer(cast: Cast, phone: Client, home: Families) -> None:
    sends(phone, at(home.rain), "send", symptoms=["fever"])
    page = phone.get(at(home.rain) + "?correct=1")
    assert page.context["form"].initial["symptoms"] == ["fever"]
    follows = page.context["form"].initial["follows"]
    assert follows == code(Check.objects.get().key)
    sends(phone, at(home.rain) + "?correct=1", follows=follows)
    assert Status(DayStatus.objects.get().status) is Status.WELL
    assert phone.get(at(home.rain)).context["reasons"] == ""
    assert Check.objects.count() == 2


def test_of_several_children_one_comes_after_the_other(cast: Cast, phone: Client, home: Families) -> None:
    respond(cast)
    made = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    assert made.code is not None
    claim_of(phone, made.code.open(), SKY)
    sends(phone, at(home.rain), **{"a-where": "usual"})
    assert phone.get(at(home.rain)).context["next"].person == home.sky
    sends(phone, at(home.sky), **{"a-where": "usual"})
    assert phone.get(at(home.sky)).context["next"] is None


def test_in_peacetime_nobody_is_asked_and_an_ailing_child_is(cast: Cast, phone: Client, home: Families) -> None:
    page = phone.get(at(home.rain))
    assert not page.context["asked"]
    assert 'value="well"' not in page.content.decode()
    months.ensure([DAY])
    DayStatus.objects.create(
        school_id=cast.school.pk, on=DAY.replace(day=4), person_id=home.rain.pk, unit_id=cast.class_one.pk,
        status=Status.ILL, symptoms=1, fever=True, at=NOW,
    )  # fmt: skip
    assert phone.get(at(home.rain)).context["asked"]


def test_a_telephone_fills_no_card_of_another_child(cast: Cast, phone: Client, home: Families) -> None:
    assert phone.get(at(home.hao)).status_code == 404
    assert sends(phone, at(home.hao)).status_code == 404
    assert Event.objects.filter(verb="my.refused").count() == 2
    assert Client().get(at(home.rain)).headers["Location"] == reverse("my:home")
    assert not Check.objects.exists()


def test_a_telephone_that_was_signed_out_fills_nothing(cast: Cast, phone: Client, home: Families) -> None:
    codes_ended = claims_of(home.rain.claims.get().device, DAY).update(revoked_at=NOW, revoked_why="staff")
    assert codes_ended == 1
    assert sends(phone, at(home.rain)).status_code == 404
    assert not Check.objects.exists()


def test_who_has_left_the_school_is_asked_for_nothing(cast: Cast, phone: Client, home: Families) -> None:
    Enrolment.objects.filter(person=home.rain).update(to_on=DAY.replace(day=4), ending="left")
    page = phone.get(at(home.rain))
    assert page.status_code == 200
    assert sends(phone, at(home.rain)).status_code == 200
    assert not Check.objects.exists()


def test_staff_fill_their_own_card(cast: Cast, home: Families) -> None:
    respond(cast)
    me = Person.objects.create(name="林芳")
    Enrolment.objects.create(
        person=me, school=cast.school, unit=cast.department, as_a="teacher", from_on=DAY.replace(day=1)
    )
    User.objects.filter(pk=cast.teacher.pk).update(person=me)
    client = signed_in(User.objects.get(pk=cast.teacher.pk))
    sends(client, at(me), **{"a-where": "usual"})
    assert Check.objects.get().by_id == cast.teacher.pk
    assert client.get(at(home.rain)).status_code == 404, "pupils by telephone have an address of their own"


def test_the_class_teacher_fills_in_by_telephone_for_the_own_class_alone(cast: Cast, home: Families) -> None:
    teacher = signed_in(cast.teacher)
    assert sends(teacher, at(home.rain, "card_call"), "send", symptoms=["rash"]).status_code == 302
    row = Check.objects.get()
    assert (row.by_id, row.sender_id) == (cast.teacher.pk, None)
    assert sends(teacher, at(home.min, "card_call")).status_code == 404
    assert sends(signed_in(cast.clerk), at(home.rain, "card_call")).status_code == 403


def test_the_list_of_a_class_says_who_stays_at_home_and_whose_card_is_missing(
    cast: Cast, phone: Client, home: Families, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    respond(cast)
    sends(phone, at(home.rain), "send", symptoms=["cough"], **{"a-where": "usual"}, note="夜里咳")
    client = signed_in(cast.teacher)
    with django_assert_max_num_queries(26):
        page = client.get(reverse("health:cards", args=[cast.class_one.pk, DAY]))
    assert [row["member"].name for row in page.context["kept"]] == ["周小雨"]
    assert {member.name for member in page.context["owing"]} == {"周小天", "陈浩"}
    assert (page.context["given"], page.context["asked"]) == (1, 3)
    assert "夜里咳" not in page.content.decode()
    assert client.get(reverse("health:cards", args=[cast.class_two.pk, DAY])).status_code == 404
    assert client.get(reverse("health:cards", args=[cast.class_one.pk, DAY.replace(day=6)])).status_code == 404


def test_a_card_that_came_past_the_pages_is_told_of_once(
    cast: Cast, home: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = Seat(cast.school.pk, cast.class_one.pk)
    told = [
        sent.Card(id=uuid7(), person=home.rain.pk, symptoms=["rash"]),
        sent.Card(id=uuid7(), person=home.sky.pk, symptoms=[]),
        sent.Card(id=uuid7(), person=home.rain.pk, symptoms=["cough"]),
        sent.Card(id=uuid7(), person=home.hao.pk, symptoms=["cough"]),
    ]
    cards.take([CardIn(one, seat, DAY, Author(sender_id=uuid7())) for one in told], now=NOW)
    monkeypatch.setattr(carding, "_MOST", 1)
    assert [carding.tell_of_landed(now=NOW) for _ in range(3)] == [1, 1, 0]
    assert [notice.unit for notice in Notice.objects.all()] == [cast.class_one] * 2


def test_of_a_roll_nobody_is_told_as_of_a_card(cast: Cast, home: Families) -> None:
    named = sent.Named(person=home.rain.pk, symptoms=["rash"])
    roll = sent.Roll(id=uuid7(), unit=cast.class_one.pk, round="morning", exceptions=[named])
    rolls.take([RollIn(roll, Seat(cast.school.pk, cast.class_one.pk), DAY, Author(cast.teacher.pk), 3)], now=NOW)
    assert carding.tell_of_landed(now=NOW) == 0
