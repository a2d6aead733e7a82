"""The question of a notice: how it is drawn up, kept and answered. Fields are named as in the forms of the pages, what
is wrong with them by codes of `notices.problems`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

ONE, SEVERAL, YES_NO, NUMBER, TEXT = KINDS = ("one", "several", "yes_no", "number", "text")
WITH_OPTIONS = (ONE, SEVERAL)
YES, NO = "yes", "no"
FEWEST, MOST = 2, 20  # options
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_UNIT, LONGEST_TEXT = 200, 60, 10, 500
# Ten digits and two decimals are what `models.Answer.number` holds.
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,2})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


class Wrong(NamedTuple):
    """What is wrong at a field: a code of `notices.problems` and what fills its words."""

    cell: str
    code: str
    params: Mapping[str, Any] = {}


class Option(NamedTuple):
    """``label`` is what the sender typed; blank for yes and no, which each reader gets in their language."""

    code: str
    label: str


@dataclass(frozen=True)
class Question:
    """``least`` and ``most`` bound an answer in numbers, both included."""

    kind: str
    text: str
    options: tuple[Option, ...] = ()
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    def stored(self) -> dict[str, Any]:
        """For `Notice.question`."""
        return {
            "kind": self.kind, "text": self.text, "options": [option._asdict() for option in self.options],
            "unit": self.unit, "least": _said(self.least), "most": _said(self.most),
        }  # fmt: skip


@dataclass(frozen=True)
class Given:
    """An answer: codes in the order of the options, or a number, or a text."""

    choices: tuple[str, ...] = ()
    number: Decimal | None = None
    text: str = ""


def stored(kept: Mapping[str, Any]) -> Question | None:
    """The question of a notice; None where it has none."""
    if not kept:
        return None
    options = tuple(Option(one["code"], one["label"]) for one in kept["options"])
    least, most = (None if kept[bound] is None else Decimal(kept[bound]) for bound in ("least", "most"))
    return Question(kept["kind"], kept["text"], options, kept["unit"], least, most)


def draw_up(
    *, kind: str, text: str, options: str = "", unit: str = "", least: str = "", most: str = ""
) -> Question | list[Wrong]:
    """The question as it was typed, ``options`` one a line; or everything that is wrong with it. What belongs to
    another kind is left out."""
    wrong = _words("q_text", text, LONGEST_QUESTION)
    chosen: tuple[Option, ...] = ()
    bounds: list[Decimal | None] = [None, None]
    if kind not in KINDS:
        wrong.append(Wrong("q_kind", "notices.question_kind"))
    elif kind == YES_NO:
        chosen = (Option(YES, ""), Option(NO, ""))
    elif kind in WITH_OPTIONS:
        labels = [label for line in options.splitlines() if (label := _tidy(line))]
        chosen = tuple(Option(str(at), label) for at, label in enumerate(labels, 1))
        wrong += _wrong_options(labels)
    elif kind == NUMBER:
        wrong += _too_long("q_unit", unit, LONGEST_UNIT)
        for at, (cell, typed) in enumerate((("q_least", least), ("q_most", most))):
            bounds[at] = number(typed)
            if typed.strip() and bounds[at] is None:
                wrong.append(Wrong(cell, "notices.number_wrong"))
        if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
            wrong.append(Wrong("q_most", "notices.question_bounds"))
    said_unit = _tidy(unit) if kind == NUMBER else ""
    return wrong or Question(kind, _tidy(text), chosen, said_unit, bounds[0], bounds[1])


def read(question: Question, *, choices: Sequence[str], number_typed: str, text: str) -> Given | Wrong:
    """What was sent to a question: ``choices`` as ticked, the others as typed."""
    if question.kind == NUMBER:
        return _number_read(question, number_typed)
    if question.kind == TEXT:
        said = text.replace("\x00", "").strip()
        if not said:
            return Wrong("text", "notices.answer_missing")
        long = _too_long("text", said, LONGEST_TEXT)
        return long[0] if long else Given(text=said)
    ticked = tuple(option.code for option in question.options if option.code in choices)
    if not ticked:
        return Wrong("choice", "notices.choice_none")
    if len(ticked) < len(set(choices)):
        return Wrong("choice", "notices.choice_unknown")
    if question.kind != SEVERAL and len(ticked) > 1:
        return Wrong("choice", "notices.choice_one")
    return Given(choices=ticked)


def number(typed: str) -> Decimal | None:
    """A number as people type it: full-width signs, blanks around it, thousands set off by commas. None: it is none,
    too long, or finer than hundredths."""
    plain = unicodedata.normalize("NFKC", typed).strip().replace("−", "-")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _number_read(question: Question, typed: str) -> Given | Wrong:
    if not typed.strip():
        return Wrong("number", "notices.answer_missing")
    value = number(typed)
    if value is None:
        return Wrong("number", "notices.number_wrong")
    if question.least is not None and value < question.least:
        return Wrong("number", "notices.number_small", {"least": _said(question.least)})
    if question.most is not None and value > question.most:
        return Wrong("number", "notices.number_large", {"most": _said(question.most)})
    return Given(number=value)


def _wrong_options(labels: Sequence[str]) -> list[Wrong]:
    if not FEWEST <= len(labels) <= MOST:
        return [Wrong("q_options", "notices.options_count", {"fewest": FEWEST, "most": MOST, "count": len(labels)})]
    if long := next((label for label in labels if len(label) > LONGEST_OPTION), None):
        return [Wrong("q_options", "notices.option_long", {"most": LONGEST_OPTION, "option": long[:20]})]
    seen: set[str] = set()
    for label in labels:
        plain = unicodedata.normalize("NFKC", label).casefold()
        if plain in seen:
            return [Wrong("q_options", "notices.option_twice", {"option": label})]
        seen.add(plain)
    return []


def _words(cell: str, text: str, most: int) -> list[Wrong]:
    return _too_long(cell, text, most) if _tidy(text) else [Wrong(cell, "notices.question_blank")]


def _too_long(cell: str, text: str, most: int) -> list[Wrong]:
    length = len(text.strip())
    return [Wrong(cell, "notices.text_long", {"most": most, "count": length})] if length > most else []


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _said(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
