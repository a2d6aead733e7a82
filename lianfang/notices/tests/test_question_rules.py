"""Tables of the question of a notice: drawing it up, keeping it, reading answers."""

from decimal import Decimal
from typing import Any

import pytest

from lianfang.notices.rules import questions
from lianfang.notices.rules.questions import Given, Option, Question, Wrong, draw_up, read, stored

THREE = "步行\n 骑车 \n\n公交"
OF_THREE = (Option("1", "步行"), Option("2", "骑车"), Option("3", "公交"))


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ({"kind": "one", "options": THREE}, Question("one", "怎么来？", OF_THREE)),
        ({"kind": "several", "options": THREE, "unit": "人", "least": "x"}, Question("several", "怎么来？", OF_THREE)),
        ({"kind": "yes_no", "options": "a"}, Question("yes_no", "怎么来？", (Option("yes", ""), Option("no", "")))),
        ({"kind": "text", "most": "1"}, Question("text", "怎么来？")),
        ({"kind": "number"}, Question("number", "怎么来？")),
        (
            {"kind": "number", "unit": " ℃ ", "least": "３５", "most": "42.50"},
            Question("number", "怎么来？", unit="℃", least=Decimal(35), most=Decimal("42.50")),
        ),
    ],
)
def test_what_was_typed_becomes_a_question_without_what_other_kinds_need(typed: dict[str, str], drawn: Any) -> None:
    assert draw_up(text=" 怎么来？ ", **typed) == drawn
    assert stored(drawn.stored()) == drawn


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"kind": "", "text": "问"}, [("q_kind", "question_kind")]),
        ({"kind": "poem", "text": "问"}, [("q_kind", "question_kind")]),
        ({"kind": "text", "text": " \n "}, [("q_text", "question_blank")]),
        ({"kind": "text", "text": "问" * 201}, [("q_text", "text_long")]),
        ({"kind": "one", "text": "", "options": "a"}, [("q_text", "question_blank"), ("q_options", "options_count")]),
        ({"kind": "one", "text": "问", "options": "\n".join(map(str, range(21)))}, [("q_options", "options_count")]),
        ({"kind": "one", "text": "问", "options": "是\n" + "长" * 61}, [("q_options", "option_long")]),
        ({"kind": "several", "text": "问", "options": "A班\nＢ班\nａ班"}, [("q_options", "option_twice")]),
        ({"kind": "number", "text": "问", "unit": "十一个字的单位实在太长了"}, [("q_unit", "text_long")]),
        ({"kind": "number", "text": "问", "least": "一", "most": "1e3"},
         [("q_least", "number_wrong"), ("q_most", "number_wrong")]),
        ({"kind": "number", "text": "问", "least": "2", "most": "1"}, [("q_most", "question_bounds")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_told_at_its_field(
    typed: dict[str, str], wrong: list[tuple[str, str]]
) -> None:
    found = draw_up(**typed)
    assert isinstance(found, list)
    assert [(each.cell, each.code) for each in found] == [(cell, f"notices.{code}") for cell, code in wrong]


ONE, SEVERAL = Question("one", "问", OF_THREE), Question("several", "问", OF_THREE)
YES_NO = Question("yes_no", "问", (Option("yes", ""), Option("no", "")))
HEAT = Question("number", "问", unit="℃", least=Decimal(35), most=Decimal(42))
WORDS = Question("text", "问")


@pytest.mark.parametrize(
    ("question", "choices", "typed", "answer"),
    [
        (ONE, ["2"], "", Given(("2",))),
        (ONE, [], "", "notices.choice_none"),
        (ONE, ["1", "2"], "", "notices.choice_one"),
        (ONE, ["9"], "", "notices.choice_none"),
        (ONE, ["1", "9"], "", "notices.choice_unknown"),
        (SEVERAL, ["3", "1", "1"], "", Given(("1", "3"))),
        (SEVERAL, [], "", "notices.choice_none"),
        (YES_NO, ["no"], "", Given(("no",))),
        (YES_NO, ["yes", "no"], "", "notices.choice_one"),
        (HEAT, [], " ３６．５ ", Given(number=Decimal("36.5"))),
        (HEAT, [], "35", Given(number=Decimal(35))),
        (HEAT, [], "34.99", "notices.number_small"),
        (HEAT, [], "42.01", "notices.number_large"),
        (HEAT, [], " ", "notices.answer_missing"),
        (HEAT, [], "36.555", "notices.number_wrong"),
        (HEAT, [], "NaN", "notices.number_wrong"),
        (WORDS, [], " 在家\n休养 ", Given(text="在家\n休养")),
        (WORDS, [], "字" * 500, Given(text="字" * 500)),
        (WORDS, [], "字" * 501, "notices.text_long"),
        (WORDS, ["1"], "", "notices.answer_missing"),
    ],
)
def test_an_answer_is_read_by_the_kind_of_the_question(
    question: Question, choices: list[str], typed: str, answer: Given | str
) -> None:
    found = read(question, choices=choices, number_typed=typed, text=typed)
    assert (found.code if isinstance(found, Wrong) else found) == answer


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"), ("-3", "-3"), ("−3", "-3"), ("+3", "3"), ("1,200", "1200"), ("1，200.5", "1200.5"), ("0", "0"),
        ("12,5", None), ("1,20", None), ("", None), ("三", None), ("1.", None), ("12345678901", None), ("١٢", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them_and_never_guessed(typed: str, value: str | None) -> None:
    assert questions.number(typed) == (None if value is None else Decimal(value))
