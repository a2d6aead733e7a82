"""What families decide and ask for: optional purposes, corrections, deletion; and who answers for a child."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core import clock as moments
from lianfang.people.actions import codes
from lianfang.people.models import Claim, Consent, Device, Person, SubjectRequest
from tests.browser import Clock
from tests.cast import Cast
from tests.families import MOTHER, Families, assess, claim_of, families

COOKIE = "lianfang-device"
WECHAT = "Mozilla/5.0 (Linux; Android 10) Chrome/86 Mobile MicroMessenger/8.0"


@pytest.fixture
def home(cast: Cast, clock: Clock) -> Families:
    assess(cast)
    return families(cast)


@pytest.fixture
def word(cast: Cast, home: Families) -> str:
    made = codes.open_code(by=cast.teacher, unit=cast.class_one, now=moments.now())
    assert made.code is not None
    return made.code.open()


@pytest.fixture
def phone() -> Client:
    return Client(headers={"user-agent": WECHAT})


@pytest.fixture
def mothers(phone: Client, word: str) -> Claim:
    return claim_of(phone, word)


def test_everything_works_after_a_no_to_everything_and_nobody_asks_again(
    phone: Client, mothers: Claim, clock: Clock
) -> None:
    record = reverse("my:record", args=[mothers.pk])
    for purpose in ("contact_second_phone", "email_reminders"):
        assert phone.get(record).context["question"] is not None
        answer = phone.post(reverse("my:choices", args=[mothers.pk]), {"purpose": purpose, "given": "no"})
        assert answer.status_code == 302
    assert phone.get(record).context["question"] is None
    for name in ("copy", "copy_file", "requests", "devices", "choices"):
        assert phone.get(reverse(f"my:{name}", args=[mothers.pk])).status_code == 200
    assert phone.post(reverse("my:full", args=[mothers.pk])).status_code == 200
    clock.set("2020-08-03 13:59")
    assert phone.get(record).context["question"] is None
    clock.set("2020-08-03 14:01")
    assert phone.get(record).context["question"] is not None


def test_a_yes_is_withdrawn_as_easily_as_it_was_given(phone: Client, mothers: Claim) -> None:
    address = reverse("my:choices", args=[mothers.pk])
    phone.post(address, {"purpose": "email_reminders", "given": "yes"})
    phone.post(address, {"purpose": "email_reminders", "given": "no"})
    assert [row.given for row in Consent.objects.order_by("at")] == [True, False]


def test_a_child_below_14_looks_but_answers_nothing(phone: Client, word: str, home: Families) -> None:
    own = claim_of(phone, word, {"name": "周小雨", "born_on": "2008-03-09", "number_end": "0401"}, "pupil")
    assert phone.get(reverse("my:record", args=[own.pk])).context["question"] is None
    answer = phone.post(reverse("my:choices", args=[own.pk]), {"purpose": "email_reminders", "given": "yes"})
    assert answer.status_code == 404
    assert not Consent.objects.exists()


@pytest.mark.parametrize("sent", [{"purpose": "marketing", "given": "yes"}, {"purpose": "email_reminders"}, {}])
def test_an_answer_to_what_was_not_asked_is_none(sent: dict[str, str], phone: Client, mothers: Claim) -> None:
    phone.post(reverse("my:choices", args=[mothers.pk]), sent)
    assert not Consent.objects.exists()


def test_a_correction_goes_to_the_teacher_and_the_answer_comes_back(
    cast: Cast, phone: Client, mothers: Claim, home: Families
) -> None:
    ask = reverse("my:ask", args=[mothers.pk, "correct"])
    assert phone.post(ask, {"about": "", "text": ""}).status_code == 422
    assert phone.post(ask, {"about": "address", "text": "长沙市天心区2号"}).status_code == 302
    row = SubjectRequest.objects.get()
    staff = Client()
    staff.force_login(cast.teacher)
    assert "长沙市天心区2号" in staff.get(reverse("codes:answer", args=[row.pk])).content.decode()
    assert staff.post(reverse("codes:take_over", args=[row.pk])).status_code == 302
    address = Person.objects.get(pk=home.rain.pk).address
    assert address is not None
    assert address.open() == "长沙市天心区2号"
    page = phone.get(reverse("my:requests", args=[mothers.pk])).content.decode()
    assert "林芳" in page


@pytest.mark.parametrize("typed", ["12345", "1381234567", "88880000", "138****1234"])
def test_a_telephone_that_nobody_can_call_is_told_before_it_is_sent(phone: Client, mothers: Claim, typed: str) -> None:
    ask = reverse("my:ask", args=[mothers.pk, "correct"])
    answer = phone.post(ask, {"about": "guardian_phone", "text": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert f'value="{typed}"' in answer.content.decode()
    assert not SubjectRequest.objects.exists()
    assert phone.post(ask, {"about": "guardian_phone", "text": "１３８ 0000-1234"}).status_code == 302


def test_a_refusal_is_read_with_its_reason(cast: Cast, phone: Client, mothers: Claim) -> None:
    phone.post(reverse("my:ask", args=[mothers.pk, "delete"]), {"text": "请删除全部"})
    row = SubjectRequest.objects.get()
    staff = Client()
    staff.force_login(cast.teacher)
    answer = reverse("codes:answer", args=[row.pk])
    assert staff.post(answer, {"granted": "no", "answer": ""}).status_code == 422
    assert staff.post(answer, {"granted": "no", "answer": "在校期间依法须保存学籍。"}).status_code == 302
    assert "在校期间依法须保存学籍。" in phone.get(reverse("my:requests", args=[mothers.pk])).content.decode()


def test_an_unknown_kind_of_request_is_not_there(phone: Client, mothers: Claim) -> None:
    assert phone.get(reverse("my:ask", args=[mothers.pk, "sell"])).status_code == 404


def test_a_form_from_elsewhere_is_refused(word: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/my/enter/", {"code": word}).status_code == 403
    assert strict.post("/my/claim/guardian/", MOTHER).status_code == 403


def test_on_the_14th_birthday_the_question_goes_to_the_child(
    phone: Client, word: str, mothers: Claim, clock: Clock
) -> None:
    own_phone = Client()
    own = claim_of(own_phone, word, {"name": "周小雨", "born_on": "2008-03-09", "number_end": "0401"}, "pupil")
    for purpose in ("contact_second_phone", "email_reminders"):
        phone.post(reverse("my:choices", args=[mothers.pk]), {"purpose": purpose, "given": "yes"})
    Device.objects.update(until=moments.now() + timedelta(days=1000))
    clock.set("2022-03-08 23:59")
    assert own_phone.get(reverse("my:record", args=[own.pk])).context["question"] is None
    clock.set("2022-03-09 00:00")
    assert own_phone.get(reverse("my:record", args=[own.pk])).context["question"] is not None
    hers = phone.get(reverse("my:choices", args=[mothers.pk]))
    assert hers.context["decides"] is False
    assert hers.status_code == 200, "the mother still sees"
    assert hers.context["ended"] is True


def test_no_answer_is_said_to_have_ended_where_none_was_given(phone: Client, word: str) -> None:
    brother = claim_of(phone, word, {**MOTHER, "name": "周小天"})
    page = phone.get(reverse("my:choices", args=[brother.pk]))
    assert page.context["decides"] is False
    assert page.context["ended"] is False
