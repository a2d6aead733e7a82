"""Codes, the fact that proves a claim, turning 14, and what an answer to an optional question means."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from lianfang.people.rules import claims as rules

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 5, 9, 0, tzinfo=ZONE)
PURPOSE = rules.PURPOSES[0]
CHILD, OTHER, MOTHER, FATHER = (uuid4() for _ in range(4))
KNOWN = [
    rules.Known(
        CHILD, "阿依古丽·买买提", date(2008, 3, 9), ("43010420080309123X",), ("2019-0412",),
        ((MOTHER, "+8613800138001"), (FATHER, "+8613900138002")),
    ),
    rules.Known(OTHER, "张伟", date(2008, 5, 1), ("430104200805017777",), ("12",), ((MOTHER, "+8613800138001"),)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "code"),
    [("abcd-efgh", "ABCDEFGH"), ("ＡＢＣＤ ＥＦＧＨ", "ABCDEFGH"), (" a b c d2345 ", "ABCD2345")],
)
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert rules.tidy_code(typed) == code
    assert rules.code_fits(code)


@pytest.mark.parametrize("code", ["", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGI", "四三〇一〇四"])
def test_what_cannot_be_a_code_is_not_looked_for(code: str) -> None:
    assert not rules.code_fits(rules.tidy_code(code))


def told(**more: object) -> rules.Told:
    facts: dict[str, object] = {"name": "阿依古丽 买买提", "as_guardian": True, **more}
    return rules.Told(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "how", "guardian"),
    [
        ({"phone_end": "8001"}, "guardian_phone", MOTHER),
        ({"phone_end": "8002"}, "guardian_phone", FATHER),
        ({"born_on": date(2008, 3, 9), "number_end": "123x"}, "guardian_document", None),
        ({"as_guardian": False, "born_on": date(2008, 3, 9), "number_end": "123X"}, "pupil_document", None),
        ({"as_guardian": False, "born_on": date(2008, 3, 9), "number_end": "0412"}, "pupil_number", None),
        ({"name": "阿依古丽•买买提", "phone_end": "8001"}, "guardian_phone", MOTHER),
        ({"name": "张伟", "phone_end": "8001"}, "guardian_phone", MOTHER),
    ],
)
def test_a_fact_the_school_holds_proves_a_claim(facts: dict[str, object], how: str, guardian: object) -> None:
    proof = rules.prove(KNOWN, told(**facts))
    assert proof is not None
    assert (proof.how, proof.guardian) == (how, guardian)


@pytest.mark.parametrize(
    "facts",
    [
        {"phone_end": "8003"},
        {"phone_end": ""},
        {"phone_end": "01"},
        {"name": "阿依古丽", "phone_end": "8001"},
        {"name": "", "phone_end": "8001"},
        {"born_on": date(2008, 3, 9), "number_end": ""},
        {"born_on": date(2008, 3, 8), "number_end": "123X"},
        {"number_end": "123X"},
        {"born_on": date(2008, 3, 9), "number_end": "0412"},  # a school number does not make a guardian
        {"as_guardian": False, "phone_end": "8001"},  # nor a parent's telephone the pupil
        {"name": "张伟", "as_guardian": False, "born_on": date(2008, 5, 1), "number_end": "12"},  # too short to prove
    ],
)
def test_anything_less_proves_nothing(facts: dict[str, object]) -> None:
    assert rules.prove(KNOWN, told(**facts)) is None


def test_two_pupils_of_one_name_are_told_apart_by_the_fact_or_not_at_all() -> None:
    twin = rules.Known(uuid4(), "张伟", date(2008, 6, 1), ("430104200806018888",), (), ((FATHER, "13900138002"),))
    proof = rules.prove([*KNOWN, twin], told(name="张伟", phone_end="8002"))
    assert proof is not None
    assert proof.person == twin.person
    same = rules.Known(uuid4(), "张伟", None, (), (), ((MOTHER, "13800138001"),))
    assert rules.prove([*KNOWN, same], told(name="张伟", phone_end="8001")) is None


def test_a_personal_link_has_named_the_person_already() -> None:
    proof = rules.prove(KNOWN[:1], told(name=None, phone_end="8001"))
    assert proof is not None
    assert proof.person == CHILD


@pytest.mark.parametrize(
    ("born", "day", "alone"),
    [
        (date(2006, 2, 5), date(2020, 2, 4), False),
        (date(2006, 2, 5), date(2020, 2, 5), True),
        (date(2006, 12, 31), date(2020, 12, 30), False),
        (date(2006, 12, 31), date(2020, 12, 31), True),
        (date(2008, 2, 29), date(2022, 2, 28), False),
        (date(2008, 2, 29), date(2022, 3, 1), True),
        (date(2008, 3, 1), date(2022, 2, 28), False),
        (None, date(2040, 1, 1), False),
    ],
)
def test_a_child_decides_alone_from_the_14th_birthday(born: date | None, day: date, alone: bool) -> None:
    assert rules.decides_alone(born, day) is alone


@pytest.mark.parametrize(("how", "until"), [("guardian_phone", True), ("pupil_number", False)])
def test_below_14_the_guardian_answers_and_from_then_on_the_child(how: str, until: bool) -> None:
    born = date(2006, 2, 5)
    assert rules.may_decide(how, born, date(2020, 2, 4)) is until
    assert rules.may_decide(how, born, date(2020, 2, 5)) is not until


def test_a_refusal_is_followed_by_half_a_year_of_silence() -> None:
    refused = (False, PURPOSE.version, NOW - timedelta(days=180) + timedelta(seconds=1))
    assert rules.standing(PURPOSE, refused, date(2012, 1, 1), NOW) == "refused"
    assert rules.standing(PURPOSE, refused, date(2012, 1, 1), NOW + timedelta(seconds=1)) == "ask"
    other_words = (False, "0", NOW - timedelta(days=1))
    assert rules.standing(PURPOSE, other_words, date(2012, 1, 1), NOW) == "refused", "new words are no way round it"


def test_a_yes_holds_for_its_own_wording_only() -> None:
    assert rules.standing(PURPOSE, (True, PURPOSE.version, NOW), date(2012, 1, 1), NOW) == "given"
    assert rules.standing(PURPOSE, (True, "0", NOW), date(2012, 1, 1), NOW) == "ask"
    assert rules.standing(PURPOSE, None, date(2012, 1, 1), NOW) == "ask"


@pytest.mark.parametrize("given", [True, False])
def test_what_a_guardian_answered_lapses_on_the_14th_birthday_and_not_before(given: bool) -> None:
    born, at = date(2006, 2, 5), datetime(2020, 2, 4, 23, 59, tzinfo=ZONE)
    answer = (given, PURPOSE.version, at)
    assert rules.standing(PURPOSE, answer, born, at) == ("given" if given else "refused")
    assert rules.standing(PURPOSE, answer, born, at + timedelta(minutes=1)) == "ask"
    own = (given, PURPOSE.version, at + timedelta(minutes=1))
    assert rules.standing(PURPOSE, own, born, at + timedelta(days=2)) == ("given" if given else "refused")


def test_the_birthday_begins_at_midnight_in_china() -> None:
    in_utc = datetime(2020, 2, 4, 16, 30, tzinfo=ZoneInfo("UTC"))  # already the 5th in Shanghai
    answer = (True, PURPOSE.version, in_utc)
    assert rules.standing(PURPOSE, answer, date(2006, 2, 5), NOW) == "given", "the child's own answer"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 10; M) AppleWebKit/537 Chrome/86 Mobile Safari/537 MicroMessenger/8.0",
         "微信 · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) Version/13.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/86 Safari/537 Edg/86", "Edge · Windows"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_by_its_browser_and_nothing_finer(agent: str, name: str) -> None:
    assert rules.browser_name(agent) == name
