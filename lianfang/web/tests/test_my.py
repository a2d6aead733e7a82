"""Self-service page by page: coming in, seeing, correcting, choosing, signing out; and what nobody gets to see."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from pytest_django import Settings

from lianfang.core import clock as moments
from lianfang.core import events
from lianfang.core.models import Event
from lianfang.people.actions import codes
from lianfang.people.models import Claim, Device
from tests.browser import Clock
from tests.cast import Cast
from tests.families import MOTHER, Families, assess, claim_of, comes_in, families

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


# ── coming in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guardian_comes_in_by_the_code_and_sees_the_child(phone: Client, word: str, home: Families) -> None:
    assert phone.get("/my/").headers["Location"] == "/my/enter/"
    typed = phone.post("/my/enter/", {"code": f"{word[:4].lower()} {word[4:]}"})
    assert typed.headers["Location"] == "/my/notice/"
    claim = claim_of(phone, word)
    page = phone.get(reverse("my:record", args=[claim.pk]))
    assert "周小雨" in page.content.decode()
    assert phone.get("/my/").status_code == 200
    assert claim.device.name == "微信 · Android"


def test_the_cookie_cannot_be_read_by_scripts_and_holds_what_the_database_does_not_know(
    phone: Client, word: str
) -> None:
    claim_of(phone, word)
    cookie = phone.cookies[COOKIE]
    assert cookie["httponly"] is True
    assert (cookie["samesite"], cookie["path"], cookie["max-age"], cookie["domain"]) == ("Lax", "/", 180 * 86400, "")
    assert cookie.value.encode() not in bytes(Device.objects.get().token_index)


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(phone: Client, word: str, settings: Settings) -> None:
    settings.HTTPS = True
    claim_of(phone, word)
    cookie = phone.cookies["__Host-lianfang-device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert phone.get("/my/").status_code == 200


def test_the_pupil_comes_in_by_birthday_and_school_number(phone: Client, word: str, home: Families) -> None:
    claim = claim_of(phone, word, {"name": "周小天", "born_on": "2005-06-01", "number_end": "0402"}, "pupil")
    assert (claim.person, claim.guardian, claim.how) == (home.sky, None, "pupil_number")


def test_a_guardian_without_a_number_on_file_proves_it_by_the_childs_document(phone: Client, word: str) -> None:
    facts = {"name": "陈浩", "phone_end": "", "born_on": "2008-07-07", "number_end": "６６７５"}
    assert claim_of(phone, word, facts).how == "guardian_document"


def test_every_failure_reads_the_same(phone: Client, word: str) -> None:
    pages = []
    for facts in (
        {**MOTHER, "phone_end": "0000"},
        {**MOTHER, "name": "查无此人"},
        {**MOTHER, "phone_end": "", "born_on": "2008-03-09", "number_end": "0000"},
    ):
        answer = comes_in(phone, word, facts)
        assert answer.status_code == 422
        assert facts["name"] in answer.content.decode(), "what was typed stays"
        said = re.search(r"data-summary.*?</div>", answer.content.decode(), re.DOTALL)
        assert said
        pages.append(said[0])
    assert len(set(pages)) == 1
    assert not Claim.objects.exists()
    assert COOKIE not in phone.cookies


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({**MOTHER, "phone_end": ""}, "phone_end"),
        ({**MOTHER, "phone_end": "80"}, "phone_end"),
        ({**MOTHER, "phone_end": "", "born_on": "2008-13-40", "number_end": "1236"}, "born_on"),
        ({**MOTHER, "name": ""}, "name"),
    ],
)
def test_what_cannot_be_a_fact_is_said_at_its_field_and_uses_no_try_up(
    facts: dict[str, str], field: str, phone: Client, word: str
) -> None:
    answer = comes_in(phone, word, facts)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Event.objects.filter(verb="claim.refused").exists()


def test_an_expired_a_closed_and_an_invented_code_lead_nowhere(
    cast: Cast, phone: Client, word: str, clock: Clock
) -> None:
    assert phone.get(reverse("my:scan", args=["ABCDEFGH"])).headers["Location"] == "/my/enter/"
    assert phone.post("/my/enter/", {"code": "ABCDEFGH"}).status_code == 422
    clock.set("2020-03-07 14:00")
    answer = phone.get(reverse("my:scan", args=[word]))
    assert answer.headers["Location"] == "/my/enter/"
    assert "lianfang-entry" not in answer.cookies
    assert "lf-message is-error" in phone.get("/my/enter/").content.decode()
    assert phone.get("/my/notice/").headers["Location"] == "/my/enter/"


def test_a_code_closed_after_the_notice_was_read_takes_nobody_in(cast: Cast, phone: Client, word: str) -> None:
    phone.get(reverse("my:scan", args=[word]))
    codes.close_code(by=cast.teacher, unit=cast.class_one, now=moments.now())
    assert phone.post("/my/claim/guardian/", MOTHER).headers["Location"] == "/my/enter/"


def test_nobody_signs_an_entry_of_their_own(phone: Client, word: str, home: Families) -> None:
    phone.cookies["lianfang-entry"] = f"code {home.rain.pk}"
    assert phone.get("/my/notice/").headers["Location"] == "/my/enter/"


def test_the_eleventh_wrong_code_of_an_hour_is_not_looked_at(phone: Client, word: str) -> None:
    for _ in range(10):
        assert phone.post("/my/enter/", {"code": "ABCDEFGH"}).status_code == 422
    assert phone.post("/my/enter/", {"code": word}).status_code == 429
    assert phone.get(reverse("my:scan", args=[word])).headers["Location"] == "/my/enter/"


def test_a_personal_link_asks_for_the_fact_but_not_for_the_name_and_works_once(
    cast: Cast, phone: Client, home: Families
) -> None:
    [(_, token)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=moments.now())
    for _ in range(3):  # a messenger looks at the address before the person does
        assert phone.get(reverse("my:follow", args=[token])).status_code == 302
    form = phone.get("/my/claim/guardian/").content.decode()
    assert "周小雨" not in form
    assert 'name="name"' not in form
    assert phone.post("/my/claim/guardian/", {"phone_end": "0000"}).status_code == 422
    assert phone.post("/my/claim/guardian/", {"phone_end": "8001"}).status_code == 302
    assert Client().get(reverse("my:follow", args=[token])).headers["Location"] == "/my/enter/"


def test_a_token_is_in_no_log_whether_it_holds_or_not(
    cast: Cast, phone: Client, word: str, home: Families, caplog: pytest.LogCaptureFixture
) -> None:
    [(_, token)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=moments.now())
    caplog.set_level("DEBUG")
    for _ in range(12):  # until the address has used its tries up
        for way, secret in (("follow", token), ("follow", token[:-1] + "x"), ("scan", word), ("scan", "ABCDEFGH")):
            phone.get(reverse(f"my:{way}", args=[secret]))
    phone.post("/my/enter/", {"code": word})
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("django.request"))
    for secret in (token, word, "ABCDEFGH"):
        assert secret not in said


# ── what is seen, and by whom ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mothers(phone: Client, word: str) -> Claim:
    return claim_of(phone, word)


def test_numbers_are_masked_until_asked_for_and_both_looks_are_told(phone: Client, mothers: Claim) -> None:
    page = phone.get(reverse("my:record", args=[mothers.pk])).content.decode()
    assert not re.search(r"\d{17}[\dX]|1\d{10}", page)
    shown = phone.post(reverse("my:full", args=[mothers.pk])).content.decode()
    assert "430104200803091236" in shown
    assert "19900138001" in shown, "one's own number"
    assert "19900138002" not in shown, "not the father's"
    assert "青霉素" not in shown, "the doctor's note is explained, not shown"
    told = Event.objects.filter(verb="my.viewed").order_by("pk")
    assert [event.detail["what"] for event in told] == ["record", "full"]
    assert all(event.by_id is None and event.detail["claim"] == str(mothers.pk) for event in told)
    assert {event.subject_id for event in told} == {str(mothers.person_id)}


def test_nothing_is_kept_by_browsers_or_told_in_titles_and_addresses(phone: Client, mothers: Claim) -> None:
    for name in ("record", "looks", "copy", "copy_file", "choices", "requests", "devices"):
        answer = phone.get(reverse(f"my:{name}", args=[mothers.pk]))
        assert answer.status_code == 200, name
        assert "no-store" in answer.headers["Cache-Control"], name
        title = re.search(r"<title>(.*?)</title>", answer.content.decode())
        assert name == "copy_file" or (title and "周小雨" not in title[1])
        assert "周" not in answer.headers.get("Content-Disposition", "")


def test_the_family_reads_who_looked_at_the_record(cast: Cast, phone: Client, mothers: Claim, home: Families) -> None:
    for actor, verb in ((cast.teacher, "person.viewed"), (cast.doctor, "person.revealed")):
        events.record(verb, by=actor, unit=cast.class_one, subject=home.rain, now=moments.now())
    events.record("person.viewed", by=cast.registrar, unit=cast.class_one, subject=home.hao, now=moments.now())
    phone.get(reverse("my:record", args=[mothers.pk]))
    page = phone.get(reverse("my:looks", args=[mothers.pk]))
    assert [look.who.rpartition(" ")[2] for look in page.context["looks"]][1:] == ["高洁", "林芳"]
    assert [look.verb for look in page.context["looks"]] == ["my.viewed", "person.revealed", "person.viewed"]
    assert "马琴" not in page.content.decode()


def test_a_copy_is_a_sheet_and_a_file_that_programs_read(phone: Client, mothers: Claim) -> None:
    assert "430104200803091236" in phone.get(reverse("my:copy", args=[mothers.pk])).content.decode()
    answer = phone.get(reverse("my:copy_file", args=[mothers.pk]))
    assert answer.headers["Content-Type"] == "application/json"
    found = json.loads(answer.content)
    assert found["person"]["name"] == "周小雨"
    assert found["person"]["born_on"] == "2008-03-09"
    assert found["documents"] == [{"kind": "resident", "number": "430104200803091236"}]
    assert [one["phone"] for one in found["guardians"]] == ["+8619900138001", "199****8002"]
    assert "青霉素" not in answer.content.decode()


def ways() -> list[str]:
    entries = get_resolver().namespace_dict["my"][1].url_patterns
    return [str(entry.name) for entry in entries if isinstance(entry, URLPattern) and "<uuid:pk>" in str(entry.pattern)]


def test_the_claim_of_another_device_is_not_there_and_the_try_is_told(phone: Client, word: str, mothers: Claim) -> None:
    other = Client(headers={"user-agent": WECHAT})
    theirs = claim_of(other, word, {**MOTHER, "name": "陈浩", "phone_end": "9003"})
    assert len(ways()) == 10
    more: dict[str, list[Any]] = {"ask": ["correct"], "let_go": [mothers.pk]}
    for name in ways():
        for method in (phone.get, phone.post):
            answer = method(reverse(f"my:{name}", args=[theirs.pk, *more.get(name, [])]))
            assert answer.status_code in (404, 405), name
    told = Event.objects.filter(verb="my.refused")
    assert told.count() >= len(ways())
    assert {event.subject_id for event in told} == {str(mothers.device_id)}


def test_a_stranger_without_a_device_is_asked_for_a_code_everywhere(mothers: Claim) -> None:
    more: dict[str, list[Any]] = {"ask": ["correct"], "let_go": [mothers.pk]}
    for name in ways():
        post = name in ("full", "let_go")
        answer = (Client().post if post else Client().get)(
            reverse(f"my:{name}", args=[mothers.pk, *more.get(name, [])])
        )
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/my/enter/"


def test_one_device_holds_brother_and_sister(phone: Client, word: str, mothers: Claim) -> None:
    claim_of(phone, word, {**MOTHER, "name": "周小天"})
    page = phone.get("/my/").content.decode()
    assert "周小雨" in page
    assert "周小天" in page
    assert "陈浩" not in page
    assert Device.objects.count() == 1


def test_a_device_signed_out_by_staff_in_mid_session_sees_nothing_with_the_next_page(
    cast: Cast, phone: Client, mothers: Claim
) -> None:
    assert phone.get(reverse("my:record", args=[mothers.pk])).status_code == 200
    staff = Client()
    staff.force_login(cast.teacher)
    assert staff.post(reverse("codes:revoke", args=[mothers.person_id])).status_code == 302
    assert phone.get(reverse("my:record", args=[mothers.pk])).status_code == 404
    assert phone.get("/my/").headers["Location"] == "/my/enter/"


def test_a_device_that_was_signed_out_is_told_so_and_loses_its_cookie(phone: Client, mothers: Claim) -> None:
    Device.objects.update(revoked_at=moments.now())
    answer = phone.get(reverse("my:record", args=[mothers.pk]))
    assert answer.headers["Location"] == "/my/enter/?gone=1"
    assert phone.cookies[COOKIE].value == ""
    assert phone.get("/my/enter/?gone=1").status_code == 200


def test_signing_out_ends_the_device_on_the_server(phone: Client, mothers: Claim) -> None:
    token = phone.cookies[COOKIE].value
    phone.post("/my/sign-out/")
    phone.cookies[COOKIE] = token
    assert phone.get("/my/").status_code == 302


def test_a_new_device_is_told_and_only_ones_own_is_signed_out(phone: Client, word: str, mothers: Claim) -> None:
    father, second = Client(headers={"user-agent": WECHAT}), Client(headers={"user-agent": WECHAT})
    his = claim_of(father, word, {**MOTHER, "phone_end": "8002"})
    hers = claim_of(second, word)
    page = phone.get(reverse("my:record", args=[mothers.pk]))
    assert len(page.context["newcomers"]) == 2
    assert phone.post(reverse("my:let_go", args=[mothers.pk, his.pk])).status_code == 404
    assert phone.post(reverse("my:let_go", args=[mothers.pk, hers.pk])).status_code == 302
    assert second.get(reverse("my:record", args=[hers.pk])).status_code == 404
    assert father.get(reverse("my:record", args=[his.pk])).status_code == 200


def test_a_page_of_the_record_asks_a_fixed_number_of_queries(
    phone: Client, word: str, mothers: Claim, django_assert_max_num_queries: Any
) -> None:
    phone.get(reverse("my:record", args=[mothers.pk]))
    with django_assert_max_num_queries(19):
        phone.get(reverse("my:record", args=[mothers.pk]))
