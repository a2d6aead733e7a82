"""What a card asks, of whom, and who may come after it: decisions by tables, and files that contradict themselves."""

from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest

from lianfang.core import problems
from lianfang.core.ids import uuid7
from lianfang.health.rules import asking, card, folding, plan, sent
from lianfang.health.rules.asking import Asking
from lianfang.health.rules.coming import Known, Reason, may_come
from lianfang.health.rules.status import Day, Status
from lianfang.policies import diseases

TEXT = (Path(card.__file__).parents[1] / "catalog" / "cards" / "epidemic_2020.yaml").read_text(encoding="utf-8")
NAME = "epidemic_2020.yaml"
NEEDED = Asking("plain", ("everybody",), needed=True)
EASY = Asking("plain", ())


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("usual: usual", "usual: nowhere", "- code: where"),
        ("keeps: [focus]", "keeps: [usual]", "keeps: [usual]"),
        ("keeps: [focus]", "keeps: [moon]", "keeps: [moon]"),
        ("code: household", "code: where", "code: where\n    kind: yes_no"),
        ("code: household", "code: temperature", "code: temperature"),
        ("kind: text", "kind: essay", "kind: essay"),
        ("{code: focus, zh", "{code: usual, zh", "- code: where"),
        ("code: epidemic_2020", "code: epidemic_2021", "code: epidemic_2021"),
        ("optional: true", "optional: maybe", "optional: maybe"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused_with_file_and_line(old: str, new: str, at: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    with pytest.raises(ValueError, match=rf"^epidemic_2020\.yaml:{line_of(text, at)}: "):
        card.read(text, NAME)


def test_every_edition_is_said_in_both_languages_with_its_source() -> None:
    for edition in card.catalog().values():
        words = [edition.zh, edition.en, edition.source]
        for item in edition.items:
            words += [item.zh, item.en, item.source, *(word for one in item.choices for word in (one.zh, one.en))]
            assert bool(item.help_zh) == bool(item.help_en)
        assert all(words)
    assert not card.catalog()["plain"].items


def test_what_is_usual_is_not_kept() -> None:
    usual: dict[str, card.Value] = {
        "where": "usual",
        "contact_case": False,
        "contact_focus": False,
        "household": False,
        "more": "",
    }
    assert card.unusual(usual) == {}
    assert card.unusual({**usual, "where": "province", "household": True}) == {"where": "province", "household": True}


def test_answers_that_are_none_are_flaws_of_the_record() -> None:
    now = datetime(2020, 2, 5, 9, tzinfo=UTC)
    told = sent.Card(id=uuid7(), person=uuid7(), answers={"where": "moon", "household": "yes", "weight": 60})
    found = [(flaw.code, flaw.field) for flaw in sent.flaws(told, now)]
    assert found == [
        ("health.answer_wrong", "answers.where"), ("health.answer_wrong", "answers.household"),
        ("health.answer_unknown", "answers.weight"),
    ]  # fmt: skip
    assert all(problems.text(code) for code, _ in found)


@pytest.mark.parametrize(
    ("decided", "level", "edition", "who", "needed"),
    [
        ({}, None, "plain", ("key_person", "ailing"), False),
        ({}, 1, "epidemic_2020", ("everybody",), True),
        ({}, 3, "epidemic_2020", ("staying", "key_person", "ailing"), False),
        ({"card.who": "nobody"}, 1, "epidemic_2020", (), True),
        ({"card.who": "staying, ailing"}, None, "plain", ("staying", "ailing"), False),
        ({"card.who": "evrybody"}, None, "plain", ("key_person", "ailing"), False),
        (
            {"card.edition": "epidemic_2020", "card.needed": "yes"},
            None,
            "epidemic_2020",
            ("key_person", "ailing"),
            True,
        ),
        ({"card.edition": "lost"}, 2, "epidemic_2020", ("everybody",), True),
    ],
)
def test_who_is_asked_for_what(
    decided: dict[str, str], level: int | None, edition: str, who: tuple[str, ...], needed: bool
) -> None:
    found = asking.policy(decided, level)
    assert (found.edition, found.who, found.needed) == (edition, who, needed)


def test_in_peacetime_nobody_who_is_well_is_asked() -> None:
    peace = asking.policy({}, None)
    assert not peace.asks(set())
    assert not peace.asks({"staying"})
    assert peace.asks({"ailing"})
    assert asking.policy({}, 1).asks(set())


@pytest.mark.parametrize(
    ("day", "known", "policy", "reasons"),
    [
        (Day(Status.NO_REPORT), Known(), EASY, []),
        (Day(Status.WELL), Known(), NEEDED, []),
        (Day(Status.SYMPTOMATIC, symptoms=2), Known(), EASY, ["symptoms"]),
        (Day(Status.SYMPTOMATIC, fever=True), Known(), EASY, ["fever"]),
        (Day(Status.ILL), Known(), EASY, ["ill"]),
        (Day(Status.LEAVE), Known(), EASY, []),
        (Day(Status.ISOLATED), Known(key_person=True), EASY, ["isolated", "key_person"]),
        (Day(Status.WELL), Known(kept_by=1, asked=True, card=True), NEEDED, ["answer"]),
        (Day(Status.NO_REPORT), Known(asked=True), NEEDED, ["no_card"]),
        (Day(Status.NO_REPORT), Known(asked=True), EASY, []),
    ],
)
def test_who_may_come(day: Day, known: Known, policy: Asking, reasons: list[str]) -> None:
    assert [str(reason) for reason in may_come(day, known, policy)] == reasons


def test_a_card_never_makes_it_worse_to_have_sent_it() -> None:
    for kept, asked in product((0, 1), (True, False)):
        without = may_come(Day(Status.WELL), Known(kept, asked, card=False), NEEDED)
        assert {*may_come(Day(Status.WELL), Known(kept, asked, card=True), NEEDED)} <= {*without, Reason.ANSWER}


def test_well_days_are_folded_and_silent_days_are_told() -> None:
    def days(text: str) -> list[tuple[date, Status]]:
        of = {"w": Status.WELL, ".": Status.NO_REPORT, "i": Status.ILL, "u": Status.UNKNOWN, "a": Status.AWAY}
        return [(date(2020, 2, at), of[sign]) for at, sign in enumerate(text, 1)]

    def told(text: str) -> list[tuple[int, int, int, int]]:
        return [(run.first.day, run.last.day, run.well, run.silent) for run in folding.runs(days(text))]

    assert told("wwww") == [(1, 4, 4, 0)]
    assert told("..ww..w..") == [(3, 7, 3, 2)]
    assert told("wwiww") == [(1, 2, 2, 0), (4, 5, 2, 0)]
    assert told("w.u.aw") == [(1, 1, 1, 0), (6, 6, 1, 0)]
    assert told("....") == []


@pytest.mark.parametrize(
    ("level", "named", "edition", "who"),
    [
        (1, None, "epidemic_2020", ("everybody",)),  # a response that names no disease
        (1, "plain", "plain", ("everybody",)),
        (4, "epidemic_2020", "epidemic_2020", ("key_person", "ailing")),
        (2, "", "plain", ("key_person", "ailing")),  # its rules ask for no card: as in peacetime
    ],
)
def test_the_file_of_the_disease_names_the_card_of_a_level(
    level: int, named: str | None, edition: str, who: tuple[str, ...]
) -> None:
    found = asking.policy({}, level, named)
    assert (found.edition, found.who) == (edition, who)
    assert asking.policy({"card.edition": "plain"}, level, named).edition == "plain", "a unit's decision goes before"


def test_every_stage_of_every_disease_names_cards_and_checks_that_there_are() -> None:
    usual = {one.code for one in plan.catalog().rounds if one.when == "always" and "class" in one.who}
    for disease in diseases.catalog().values():
        for stage in (one for edition in disease.editions for one in edition.stages):
            assert stage.card in ("", *card.catalog()), disease.id
            assert set(stage.rounds) <= plan.codes(), disease.id
            assert set(stage.rounds) >= usual, f"{disease.id}: a response takes no check away"
            if stage.level == 0:
                assert set(stage.rounds) == usual, f"{disease.id}: peacetime is what checks.yaml says"
