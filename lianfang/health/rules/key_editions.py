"""Who key people (重点人员) are and how they are followed: ``catalog/key_persons/<code>.yaml``, one file an edition."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lianfang.health.rules import located
from lianfang.health.rules.located import Place
from lianfang.health.rules.plan import Reliability

_FOLDER = Path(__file__).parents[1] / "catalog" / "key_persons"
When = Literal["own_state", "still_there", "left", "contact", "residence", "listed"]
_HEALTH = frozenset({"confirmed", "suspected", "observed"})
_MEETINGS = frozenset({"risk_area", "case", "suspected"})


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``prefix`` of division codes; stays and journeys count from ``from_on``."""

    prefix: str
    zh: str
    en: str
    from_on: date
    source: str
    reliability: Reliability

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """种."""

    code: str
    zh: str
    en: str
    source: str
    reliability: Reliability

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """类. The one that is not ``followed`` is everybody whom no rule names."""

    code: str
    kind: str
    zh: str
    en: str
    followed: bool = True

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do, in words."""

    zh: str
    en: str
    source: str
    reliability: Reliability

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"category": "class"}):
    """``health`` and ``meetings``: which of them count. ``passing``: through an area counts as having left it."""

    when: When
    category: str
    times: tuple[str, ...]
    source: str
    reliability: Reliability
    health: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    after: date | None = None
    days: int | None = None
    passing: bool = False
    keeps: bool = True

    def until(self, since: date) -> date | None:
        """The last day of being followed."""
        return since + timedelta(days=self.days) if self.days is not None else None


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    source: str
    reliability: Reliability
    from_on: date
    areas: tuple[Area, ...]
    kinds: tuple[Kind, ...]
    classes: tuple[Class, ...]
    rules: tuple[Rule, ...]
    found_ill: Words
    disease: str = ""  # of `policies.diseases`: what these people may have met

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    @property
    def followed(self) -> tuple[Class, ...]:
        return tuple(one for one in self.classes if one.followed)

    @property
    def general(self) -> Class:
        return next(one for one in self.classes if not one.followed)

    def category(self, code: str) -> Class | None:
        return next((one for one in self.classes if one.code == code), None)

    def rule(self, when: str) -> Rule:
        """The first of its kind. Raises `LookupError`."""
        for one in self.rules:
            if one.when == when:
                return one
        raise LookupError(when)

    def asking(self, category: str, when: str) -> Rule:
        """By which rule somebody in a class is asked: their own; by hand, the first that leads there."""
        leading = [one for one in self.rules if one.category == category]
        return next((one for one in leading if one.when == when), leading[0] if leading else self.rule("listed"))

    def rank(self, category: str, when: str) -> int:
        """The place of a rule in the order; of a class chosen by hand that of the first rule that leads to it."""
        return self.rules.index(self.asking(category, when))

    def area(self, code: str) -> Area | None:
        return next((one for one in self.areas if code.startswith(one.prefix)), None)


@cache
def catalog() -> Mapping[str, Edition]:
    """All editions by code. Raises `ValueError` with file and line for what contradicts itself."""
    found = {path.stem: read(path.read_text(encoding="utf-8"), path.name) for path in sorted(_FOLDER.glob("*.yaml"))}
    if not found:
        raise ValueError(f"{_FOLDER.name}: there is no edition")
    return found


def read(text: str, name: str) -> Edition:
    """One file. Raises `ValueError`, "hubei_2020.yaml:7: …"."""
    edition = located.decode(text, name, Edition)
    for place, wrong in _contradictions(edition, name):
        raise ValueError(f"{name}:{located.line(text, place)}: {wrong}")
    return edition


def in_force(decided: Mapping[str, str], on: date, *, responding: bool) -> Edition | None:
    """What a unit decided under "key_people.edition" (a code nobody knows changes nothing), else during an emergency
    response the newest edition that has begun by that day. None: nobody is followed by rule."""
    editions = catalog()
    if (chosen := editions.get(decided.get("key_people.edition", ""))) is not None:
        return chosen
    begun = [one for one in editions.values() if one.from_on <= on]
    return max(begun, key=lambda one: one.from_on, default=None) if responding else None


def _contradictions(edition: Edition, name: str) -> Iterator[tuple[Place, str]]:
    if f"{edition.code}.yaml" != name:
        yield ("code",), f"the code is {edition.code}, the file is called {name}"
    for table, codes in (
        ("areas", [one.prefix for one in edition.areas]), ("kinds", [one.code for one in edition.kinds]),
        ("classes", [one.code for one in edition.classes]), ("rules", [one.when for one in edition.rules]),
    ):  # fmt: skip
        for number, code in enumerate(codes):
            if code in codes[:number]:
                yield (table, number), f"{code} stands twice"
    yield from _of_areas(edition)
    yield from _of_classes(edition)
    for number, rule in enumerate(edition.rules):
        for field, wrong in _of_rule(edition, rule):
            yield ("rules", number, field), f"{rule.when}: {wrong}"
    if "listed" not in {one.when for one in edition.rules}:
        yield ("rules",), "somebody has to be able to list people by hand: a rule `listed` is missing"


def _of_areas(edition: Edition) -> Iterator[tuple[Place, str]]:
    for number, area in enumerate(edition.areas):
        if not area.prefix.isdecimal() or not 2 <= len(area.prefix) <= 6:
            yield ("areas", number, "prefix"), f"{area.prefix} is no beginning of a division code"
        for other in edition.areas[:number]:
            if area.prefix.startswith(other.prefix) and area.prefix != other.prefix:
                yield ("areas", number, "prefix"), f"{area.prefix} lies in {other.prefix}, which stands before it"


def _of_classes(edition: Edition) -> Iterator[tuple[Place, str]]:
    kinds = {one.code for one in edition.kinds}
    named = {one.category for one in edition.rules}
    for number, one in enumerate(edition.classes):
        if one.kind not in kinds:
            yield ("classes", number, "kind"), f"there is no kind {one.kind}"
        if one.followed != (one.code in named):
            wrong = "no rule leads to it" if one.followed else "a rule leads to the class of everybody else"
            yield ("classes", number), f"{one.code}: {wrong}"
    if sum(not one.followed for one in edition.classes) != 1:
        yield ("classes",), "one class, and only one, is everybody else (`followed: false`)"


def _of_rule(edition: Edition, rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.category not in {one.code for one in edition.classes}:
        yield "class", f"there is no class {rule.category}"
    if (rule.when == "own_state") != bool(rule.health) or not _HEALTH.issuperset(rule.health):
        yield "health", "own_state, and no other rule, names states: confirmed, suspected, observed"
    if (rule.when == "contact") != bool(rule.meetings) or not _MEETINGS.issuperset(rule.meetings):
        yield "meetings", "contact, and no other rule, names meetings: risk_area, case, suspected"
    if (rule.when == "contact") != (rule.after is not None):
        yield "after", "contact, and no other rule, says from which day it counts"
    if rule.passing and rule.when != "left":
        yield "passing", "only who left can have passed through"
    if rule.when in ("left", "contact") and rule.days is None:
        yield "when", "it counts days"
    if rule.when in ("own_state", "still_there") and rule.days is not None:
        yield "days", "it does not end by counting days"
    if not _times_in_order(rule.times):
        yield "times", "moments of a day, in their order"


def _times_in_order(times: tuple[str, ...]) -> bool:
    try:
        found = [time.fromisoformat(one) for one in times]
    except ValueError:
        return False
    return bool(found) and found == sorted(set(found))
