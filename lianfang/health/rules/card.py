"""Editions of the health card: ``catalog/cards/<code>.yaml``, one file each. What every card has (temperature,
symptoms) is no item; items are what a time asks beyond that.

An answer that says the usual is not kept: a healthy card takes no more room in an epidemic than in peacetime. Which
items were asked follows from the edition of that day.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lianfang.health.rules import located
from lianfang.health.rules.located import Place

_FOLDER = Path(__file__).parents[1] / "catalog" / "cards"
LONGEST = 200  # characters of a short text
Kind = Literal["yes_no", "choice", "text"]
Value = str | bool | int
_OWN = frozenset({"id", "symptoms", "temperature", "temperature_again", "onset_on", "seen_by_doctor", "note"})


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``usual``: the choice a healthy person makes (yes/no items: no; texts: empty). ``keeps``: answers with which
    nobody comes to school. ``optional``: may stay empty, and nothing depends on it."""

    code: str
    kind: Kind
    zh: str
    en: str
    source: str
    reliability: Literal["official", "copy", "unverified", "computed"]
    help_zh: str = ""
    help_en: str = ""
    choices: tuple[Choice, ...] = ()
    usual: str = ""
    keeps: tuple[str | bool, ...] = ()
    optional: bool = False

    @property
    def usual_value(self) -> str | bool:
        return False if self.kind == "yes_no" else self.usual

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def help(self, language: str) -> str:
        return self.help_zh if language.startswith("zh") else self.help_en

    def fits(self, value: object) -> bool:
        if self.kind == "yes_no":
            return isinstance(value, bool)
        if not isinstance(value, str):
            return False
        return len(value) <= LONGEST if self.kind == "text" else value in {one.code for one in self.choices}

    def words(self, value: object, language: str) -> str:
        """An answer in words: of yes/no the question itself, of a choice what was chosen."""
        if self.kind == "yes_no":
            return self.label(language)
        return next((one.label(language) for one in self.choices if one.code == value), str(value))


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    source: str
    reliability: Literal["official", "copy", "unverified", "computed"]
    items: tuple[Item, ...]

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@cache
def catalog() -> Mapping[str, Edition]:
    """All editions by code. Raises `ValueError` with file and line for what contradicts itself or another edition."""
    found = {path.stem: read(path.read_text(encoding="utf-8"), path.name) for path in sorted(_FOLDER.glob("*.yaml"))}
    first: dict[str, tuple[str, Item]] = {}
    for edition in found.values():
        for one in edition.items:
            where, other = first.setdefault(one.code, (edition.code, one))
            if (one.kind, one.usual) != (other.kind, other.usual):
                raise ValueError(f"{edition.code}.yaml: {one.code} is asked in another way than in {where}.yaml")
    return found


def read(text: str, name: str) -> Edition:
    """One file. Raises `ValueError`, "plain.yaml:7: …"."""
    edition = located.decode(text, name, Edition)
    for place, wrong in _contradictions(edition, name):
        raise ValueError(f"{name}:{located.line(text, place)}: {wrong}")
    return edition


def _contradictions(edition: Edition, name: str) -> Iterator[tuple[Place, str]]:
    if f"{edition.code}.yaml" != name:
        yield ("code",), f"the code is {edition.code}, the file is called {name}"
    codes: set[str] = set()
    for number, item in enumerate(edition.items):
        place: Place = ("items", number)
        if item.code in codes or item.code in _OWN:
            yield (*place, "code"), f"{item.code} stands twice, or is asked on every card"
        codes.add(item.code)
        choices = [one.code for one in item.choices]
        if (item.kind == "choice") != (len(choices) > 1) or len({*choices}) < len(choices):
            yield place, f"{item.code}: a choice has two or more different choices, another kind has none"
        if item.kind == "choice" and item.usual not in choices:
            yield place, f"{item.code}: the usual answer is none of the choices"
        if item.kind != "choice" and item.usual:
            yield (*place, "usual"), f"{item.code}: only a choice has a usual answer"
        if any(not item.fits(value) or value == item.usual_value for value in item.keeps) or (
            item.keeps and item.kind == "text"
        ):
            yield (
                (*place, "keeps"),
                f"{item.code}: an answer that keeps somebody away is no answer, or is the usual one",
            )


def item(code: str) -> Item | None:
    """The item of that code, in whatever edition it stands."""
    return next((one for edition in catalog().values() for one in edition.items if one.code == code), None)


def problems(answers: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """(code of `health.problems`, item) for answers that no card asks for, or that are none."""
    for code, value in answers.items():
        known = item(code)
        if known is None:
            yield "health.answer_unknown", code
        elif not known.fits(value):
            yield "health.answer_wrong", code


def unusual(answers: Mapping[str, Value]) -> dict[str, Value]:
    """What is kept of the answers: those that do not say the usual."""
    found = {code: (item(code), value) for code, value in answers.items() if value != ""}
    return {code: value for code, (known, value) in found.items() if known is None or value != known.usual_value}


def kept_away(answers: Mapping[str, Value]) -> list[Item]:
    """Items whose answer keeps somebody away from school."""
    found = ((item(code), value) for code, value in answers.items())
    return [known for known, value in found if known is not None and value in known.keeps]
