"""Codes are handed out, devices claim, look and are signed out again; families ask, the school answers."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.actions import claiming, codes, consents, subjects
from lianfang.people.models import (
    Claim,
    ClassCode,
    Consent,
    Device,
    Guardian,
    Guardianship,
    Person,
    PersonalLink,
    SubjectRequest,
)
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules
from lianfang.policies.models import Assessment
from tests.cast import DAY, NOW, Cast
from tests.families import Families, assess, families

HOUR = timedelta(hours=1)


@pytest.fixture
def home(cast: Cast) -> Families:
    assess(cast)
    return families(cast)


@pytest.fixture
def code(cast: Cast, home: Families) -> ClassCode:
    return codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)


def mother(**more: Any) -> rules.Told:
    facts: dict[str, Any] = {"name": "周小雨", "as_guardian": True, "phone_end": "8001", **more}
    return rules.Told(**facts)


_addresses = count()


def take(
    entry: Any, told: rules.Told, device: Device | None = None, now: Any = NOW, address: str = ""
) -> tuple[Claim, str]:
    """From an address of its own, unless one is given."""
    address = address or f"address {next(_addresses)}"
    return claiming.claim(
        entry=entry, told=told, device=device, agent="MicroMessenger Android", address=address, now=now
    )


def refusal(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **more)
    assert all(problem.text for problem in refused.value.problems)
    return refused.value.problems[0].code


# ── codes and links ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_sealed_found_again_and_ends_after_thirty_days(code: ClassCode) -> None:
    assert code.code is not None
    word = code.code.open()
    assert rules.code_fits(word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM people_classcode")
        assert word.encode() not in bytes(cursor.fetchone()[0])
    assert queries.code(f" {word[:4].lower()}-{word[4:]}", NOW) == code
    assert queries.code(word, NOW + timedelta(days=30) - timedelta(seconds=1)) == code
    assert queries.code(word, NOW + timedelta(days=30)) is None


def test_a_new_code_ends_the_old_one_and_the_database_keeps_it_at_one(cast: Cast, code: ClassCode) -> None:
    assert code.code is not None
    new = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW + HOUR)
    assert queries.code(code.code.open(), NOW + HOUR) is None
    assert queries.open_code(cast.class_one, NOW + HOUR) == new
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassCode.objects.filter(pk=code.pk).update(revoked_at=None)
    codes.close_code(by=cast.teacher, unit=cast.class_one, now=NOW + HOUR)
    codes.close_code(by=cast.teacher, unit=cast.class_one, now=NOW + HOUR)
    assert queries.open_code(cast.class_one, NOW + HOUR) is None
    assert Event.objects.filter(verb="code.closed").count() == 1


def test_without_an_assessment_that_holds_nothing_is_opened_or_claimed(cast: Cast, code: ClassCode) -> None:
    Assessment.objects.update(valid_to=DAY - timedelta(days=1))
    assert refusal(codes.open_code, by=cast.teacher, unit=cast.class_one, now=NOW) == "people.not_assessed"
    assert refusal(codes.make_links, by=cast.teacher, unit=cast.class_one, people=[], now=NOW) == "people.not_assessed"
    assert refusal(take, code, mother()) == "people.not_assessed"
    Assessment.objects.update(valid_to=DAY, unit=cast.second)
    assert refusal(codes.open_code, by=cast.teacher, unit=cast.class_one, now=NOW) == "people.not_assessed"


def test_only_a_class_has_a_code(cast: Cast, home: Families) -> None:
    assert refusal(codes.open_code, by=cast.registrar, unit=cast.department, now=NOW) == "people.code_not_a_class"


def test_a_link_works_once_for_fourteen_days_and_a_new_one_ends_it(cast: Cast, home: Families) -> None:
    [(_, first)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    [(_, second)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    assert queries.link(first, NOW) is None
    found = queries.link(second, NOW)
    assert found is not None
    assert second.encode() not in bytes(found.token_index)
    assert queries.link(second, NOW + timedelta(days=14)) is None
    made, _ = take(found, mother(name=None))
    assert (made.person, made.guardian) == (home.rain, home.mother)
    assert queries.link(second, NOW) is None
    assert refusal(take, found, mother(name=None, phone_end="8002")) == "people.code_unknown"


# ── claiming ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_device_claims_a_child_and_only_the_digest_of_its_token_is_kept(code: ClassCode, home: Families) -> None:
    made, token = take(code, mother())
    assert (made.person, made.guardian, made.how) == (home.rain, home.mother, "guardian_phone")
    assert len(token) >= 43, "256 bits"
    held = queries.device(token, NOW)
    assert held == made.device
    assert held.name == "微信 · Android"
    assert bytes(held.token_index) == queries.digest(token)
    event = Event.objects.get(verb="claim.made")
    assert event.detail == {"claim": str(made.pk), "how": "guardian_phone"}
    assert event.unit_id == code.unit_id
    assert token not in str(list(Event.objects.values_list("detail", flat=True)))


def test_one_device_takes_further_children_and_claiming_again_changes_nothing(code: ClassCode, home: Families) -> None:
    first, _ = take(code, mother())
    second, token = take(code, mother(name="周小天"), first.device)
    again, _ = take(code, mother(), first.device)
    assert token == ""
    assert again == first
    assert list(queries.claims_of(first.device, DAY)) == [first, second]


def test_wrong_name_wrong_fact_and_closed_say_the_same(code: ClassCode) -> None:
    wrong_name = refusal(take, code, mother(name="王小明"))
    assert wrong_name == refusal(take, code, mother(phone_end="0000")) == "people.claim_not_matched"
    for _ in range(4):
        refusal(take, code, mother(phone_end="0000"))
    assert refusal(take, code, mother()) == wrong_name, "the right fact after five wrong ones"
    assert not Claim.objects.exists()


def test_five_wrong_answers_close_the_child_for_the_day_and_the_teacher_is_told_once(
    cast: Cast, code: ClassCode, home: Families
) -> None:
    for _ in range(5):
        refusal(take, code, mother(phone_end="0000"))
    assert queries.closed_today(cast.class_one, NOW) == []
    for name in ("周小雨", "周小雨", "查无此人"):
        assert refusal(take, code, mother(name=name)) == "people.claim_not_matched"
    assert queries.closed_today(cast.class_one, NOW) == [home.rain]
    assert Event.objects.filter(verb="claim.closed").count() == 1
    assert refusal(take, code, mother(), now=NOW + timedelta(hours=23)) == "people.claim_not_matched"
    take(code, mother(name="陈浩", phone_end="9003"))  # other children of the class are not closed
    made, _ = take(code, mother(), now=NOW + timedelta(hours=24))
    assert made.person == home.rain
    assert queries.closed_today(cast.class_one, NOW + timedelta(hours=25)) == []


def test_a_closed_child_still_comes_in_by_a_personal_link(cast: Cast, code: ClassCode, home: Families) -> None:
    for _ in range(6):
        refusal(take, code, mother(phone_end="0000"))
    [(_, token)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    assert take(queries.link(token, NOW), mother(name=None))[0].person == home.rain


def test_a_whole_family_of_ten_comes_in_on_one_day(code: ClassCode) -> None:
    assert len({take(code, mother())[0].device_id for _ in range(10)}) == 10


def test_sixty_tries_an_hour_are_enough_for_a_class(code: ClassCode) -> None:
    for at in range(60):
        refusal(take, code, mother(name=f"名{at}"))
    assert refusal(take, code, mother()) == "people.claim_too_often"
    assert take(code, mother(), now=NOW + HOUR)[1]


def test_ten_wrong_tries_an_hour_are_enough_for_an_address(code: ClassCode) -> None:
    assert code.code is not None
    knock: dict[str, Any] = {"personal": False, "address": "10.0.0.1"}
    for _ in range(5):
        assert refusal(claiming.enter, word="ABCDEFGH", now=NOW, **knock) == "people.code_unknown"
    for at in range(5):
        assert refusal(take, code, mother(name=f"名{at}"), address="10.0.0.1") == "people.claim_not_matched"
    assert refusal(claiming.enter, word=code.code.open(), now=NOW, **knock) == "people.claim_too_often"
    assert refusal(take, code, mother(), address="10.0.0.1") == "people.claim_too_often"
    assert take(code, mother(), address="10.0.0.2")
    assert claiming.enter(word=code.code.open(), now=NOW + HOUR, **knock) == code


def test_a_parents_evening_behind_one_address_is_no_attack(code: ClassCode) -> None:
    assert code.code is not None
    for _ in range(12):
        claiming.enter(word=code.code.open(), personal=False, address="10.0.0.1", now=NOW)
        take(code, mother(), address="10.0.0.1")
    assert Claim.objects.count() == 12


def test_a_name_that_is_not_in_the_class_costs_the_same_work(code: ClassCode) -> None:
    counts = []
    for told in (mother(name="查无此人"), mother(phone_end="0000"), mother(name="查无此人", phone_end="")):
        with CaptureQueriesContext(connection) as asked:
            refusal(take, code, told)
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


def test_a_code_that_ended_between_two_pages_takes_nobody_in(cast: Cast, code: ClassCode) -> None:
    codes.close_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    assert refusal(take, code, mother()) == "people.code_unknown"


def test_a_link_that_is_taken_back_in_the_same_moment_takes_nobody_in(
    cast: Cast, home: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(_, word)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    found = queries.link(word, NOW)
    assert found is not None
    taken_back = PersonalLink.objects.filter(pk=found.pk)
    monkeypatch.setattr(claiming, "_knock", lambda *_: taken_back.update(revoked_at=NOW))
    assert refusal(take, found, mother(name=None)) == "people.code_unknown"
    assert not Claim.objects.exists()


# ── what a device sees, and for how long ──────────────────────────────────────────────────────────────────────────────


def test_a_guardian_who_is_none_any_more_sees_nothing_at_once(code: ClassCode, home: Families) -> None:
    made, _ = take(code, mother())
    held = Guardianship.objects.filter(person=home.rain, guardian=home.mother)
    held.update(to_on=DAY + timedelta(days=1))
    assert list(queries.claims_of(made.device, DAY)) == [made]
    held.update(to_on=DAY)
    assert list(queries.claims_of(made.device, DAY)) == []


def test_a_device_ends_when_signed_out_or_unused_for_half_a_year(code: ClassCode) -> None:
    made, token = take(code, mother())
    later = NOW + timedelta(days=100)
    claiming.seen(device=made.device, now=later)
    assert queries.device(token, later + timedelta(days=179)) is not None
    assert queries.device(token, later + timedelta(days=180)) is None
    claiming.sign_out(device=made.device, now=later)
    assert queries.device(token, later) is None


def test_staff_sign_every_device_off_a_child_and_siblings_stay(cast: Cast, code: ClassCode, home: Families) -> None:
    made, token = take(code, mother())
    brother, _ = take(code, mother(name="周小天"), made.device)
    codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    assert claiming.revoke_all(by=cast.teacher, unit=cast.class_one, person=home.rain, now=NOW) == 1
    assert list(queries.claims_of(made.device, DAY)) == [brother]
    assert queries.device(token, NOW) is not None
    assert not home.rain.links.filter(revoked_at__isnull=True).exists()


def test_a_new_device_is_told_to_the_others_for_two_weeks(code: ClassCode, home: Families) -> None:
    first, _ = take(code, mother())
    later = NOW + HOUR
    second, _ = take(code, mother(phone_end="8002"), now=later)
    assert queries.newcomers(first, later) == [second]
    assert queries.newcomers(second, later) == []
    assert queries.newcomers(first, later + timedelta(days=14)) == []
    assert not queries.is_own(first, second), "the father's device is not the mother's to sign out"
    third, _ = take(code, mother(), now=later)
    assert queries.is_own(first, third)


def test_the_list_of_a_class_counts_in_one_query(cast: Cast, code: ClassCode, home: Families) -> None:
    take(code, mother())
    take(code, mother(phone_end="8002"))
    with CaptureQueriesContext(connection) as asked:
        rows = list(queries.classes(cast.registrar, NOW))
    assert len(asked) == 2, "postings and classes"
    found = {row.name: (row.pupils, row.reached, row.open_until) for row in rows}  # type: ignore[attr-defined]
    assert found == {"机电1901班": (3, 1, code.until), "数控1902班": (1, 0, None)}
    pupils = {row.name: row.devices for row in queries.pupils(cast.class_one, NOW)}  # type: ignore[attr-defined]
    assert pupils == {"周小雨": 2, "周小天": 0, "陈浩": 0}


# ── consents ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_consent_is_kept_with_who_when_how_and_to_which_words(code: ClassCode, home: Families) -> None:
    made, _ = take(code, mother())
    purpose = rules.PURPOSES[0]
    row = consents.answer(claim=made, purpose=purpose, given=True, now=NOW)
    assert (row.person, row.guardian, row.by_claim, row.verified_how, row.version, row.at) == (
        home.rain, home.mother, made, "guardian_phone", purpose.version, NOW
    )  # fmt: skip
    assert queries.purposes(home.rain, NOW)[0].standing == "given"
    consents.answer(claim=made, purpose=purpose, given=False, now=NOW + HOUR)
    assert queries.purposes(home.rain, NOW + HOUR)[0].standing == "refused"
    assert Consent.objects.count() == 2, "the earlier answer stays"


def test_a_child_below_14_only_looks_and_from_the_birthday_decides(code: ClassCode, home: Families) -> None:
    purpose = rules.PURPOSES[0]
    own, _ = take(code, rules.Told("周小雨", False, born_on=date(2008, 3, 9), number_end="0401"))
    hers, _ = take(code, mother())
    assert refusal(consents.answer, claim=own, purpose=purpose, given=True, now=NOW) == "people.consent_not_yours"
    consents.answer(claim=hers, purpose=purpose, given=True, now=NOW)
    birthday = NOW.replace(year=2022, month=3, day=9, hour=0, minute=0)
    before = birthday - timedelta(seconds=1)
    assert queries.purposes(home.rain, before)[0].standing == "given"
    assert queries.purposes(home.rain, birthday)[0].standing == "ask", "the mother's answer has lapsed"
    assert refusal(consents.answer, claim=hers, purpose=purpose, given=True, now=birthday) == "people.consent_not_yours"
    consents.answer(claim=own, purpose=purpose, given=True, now=birthday)
    assert queries.purposes(home.rain, birthday)[0].standing == "given"
    assert hers in queries.claims_of(hers.device, birthday.date()), "the mother goes on seeing whom she is called for"


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_waits_sealed_until_it_is_answered_once(cast: Cast, code: ClassCode) -> None:
    made, _ = take(code, mother())
    asked = subjects.ask(claim=made, kind="explain", text="为什么需要住址？", now=NOW)
    assert asked.text is not None
    assert str(asked.text) == "•••"
    again = refusal(subjects.ask, claim=made, kind="explain", text="为什么需要住址？", now=NOW)
    assert again == "people.request_waits"
    assert refusal(subjects.ask, claim=made, kind="explain", text="  ", now=NOW) == "people.request_empty"
    assert list(queries.requests_for(cast.teacher, DAY)) == [asked]
    assert list(queries.requests_for(cast.teacher_two, DAY)) == []
    subjects.answer(by=cast.teacher, request=asked, granted=True, answer="用于通知。", now=NOW)
    second = refusal(subjects.answer, by=cast.teacher, request=asked, granted=True, answer="", now=NOW)
    assert second == "people.subject_answered"


def test_a_refusal_needs_its_reason_in_the_database_too(cast: Cast, code: ClassCode) -> None:
    made, _ = take(code, mother())
    asked = subjects.ask(claim=made, kind="delete", text="全部", now=NOW)
    for reason in ("", "不行"):
        code_ = refusal(subjects.answer, by=cast.teacher, request=asked, granted=False, answer=reason, now=NOW)
        assert code_ == "people.subject_reason_missing"
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectRequest.objects.filter(pk=asked.pk).update(granted=False)


def test_a_correction_is_taken_over_with_one_tap(cast: Cast, code: ClassCode, home: Families) -> None:
    made, _ = take(code, mother())
    asked = subjects.ask(claim=made, kind="correct", about="guardian_phone", text="１９９ 0013 8009", now=NOW)
    subjects.take_over(by=cast.teacher, request=asked, note="", now=NOW)
    row = Guardian.objects.get(pk=home.mother.pk)
    assert row.phone is not None
    assert row.phone.open() == "+8619900138009"
    assert SubjectRequest.objects.get().granted
    assert Event.objects.get(verb="person.changed").detail == {"fields": ["guardian"]}
    take(code, mother(phone_end="8009"))  # the index went with it
    asked = subjects.ask(claim=made, kind="correct", about="address", text="长沙市天心区2号", now=NOW)
    subjects.take_over(by=cast.teacher, request=asked, note="", now=NOW)
    changed = Person.objects.get(pk=home.rain.pk)
    assert changed.address is not None
    assert changed.address.open() == "长沙市天心区2号"


@pytest.mark.parametrize(
    ("about", "text", "why"),
    [("guardian_phone", "我的新号码", "people.phone_signs"), ("name", "周晓雨", "people.not_applicable")],
)
def test_what_cannot_be_taken_over_changes_nothing(
    about: str, text: str, why: str, cast: Cast, code: ClassCode
) -> None:
    made, _ = take(code, mother())
    asked = subjects.ask(claim=made, kind="correct", about=about, text=text, now=NOW)
    assert refusal(subjects.take_over, by=cast.teacher, request=asked, note="", now=NOW) == why
    assert SubjectRequest.objects.get().answered_at is None


def test_events_about_families_carry_ids_only(cast: Cast, code: ClassCode) -> None:
    made, _ = take(code, mother())
    subjects.ask(claim=made, kind="correct", about="guardian_phone", text="19900138009", now=NOW)
    claiming.looked(claim=made, what="record", now=NOW)
    refusal(take, code, mother(name="查无此人"))
    told = str(list(Event.objects.filter(at=NOW, verb__regex="^(claim|my|subject|code)").values()))
    for secret in ("周小雨", "查无此人", "李梅", "8001", "19900138009", code.code.open() if code.code else ""):
        assert secret not in told, secret
    assert str(uuid4()) not in told
