"""Which checks a day has: ``catalog/checks.yaml`` and what a unit decided differently."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lianfang.health.rules.sent import ROUNDS, Round
from lianfang.orgs.rules.calendar import Calendar

OBLIGATION = "class_roll"  # the file of `obligations.catalog` by which checks are owed; a deadline is a round
_FILE = Path(__file__).parents[1] / "catalog" / "checks.yaml"
Reliability = Literal["official", "copy", "unverified", "computed"]


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tenths: int
    source: str
    reliability: Reliability


class PlannedRound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``who``: the kinds of group that are checked in this round, "class" among them. ``calendar``: the days that have
    it; kinds in ``every_day`` are checked on the others too."""

    code: str
    zh: str
    en: str
    opens: str
    due: str
    who: tuple[str, ...]
    when: Literal["always", "response", "never"]
    source: str
    reliability: Reliability
    calendar: Calendar = "school_days"
    every_day: tuple[str, ...] = ()

    @property
    def number(self) -> Round:
        return ROUNDS[self.code]

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Checks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fever: Limit
    again_minutes: int
    rounds: tuple[PlannedRound, ...]


@dataclass(frozen=True)
class Wanted:
    """A round as it is wanted of a unit on a day."""

    round: PlannedRound
    opens: time
    due: time


@dataclass(frozen=True)
class Terms:
    """What a unit decides differently about a round; None and "" leave it as it is."""

    due: time | None = None
    when: str = ""
    calendar: str = ""


@cache
def catalog() -> Checks:
    return msgspec.yaml.decode(_FILE.read_bytes(), type=Checks)


def fever_limit(decided: Mapping[str, str]) -> int:
    """Tenths of a degree. ``decided``: overrides in force under "checks."."""
    return int(decided.get("checks.fever", catalog().fever.tenths))


def overrides(one: PlannedRound, terms: Terms) -> dict[str, str]:
    """What was decided, as it is kept."""
    due = terms.due.isoformat("minutes") if terms.due else ""
    values = {"due": due, "when": terms.when, "calendar": terms.calendar}
    return {f"checks.{one.code}.{name}": value for name, value in values.items() if value}


def in_force(one: PlannedRound, decided: Mapping[str, str]) -> Terms:
    """The terms of a round: what was decided, else those of the file."""
    when, calendar = decided.get(f"checks.{one.code}.when", one.when), decided.get(f"checks.{one.code}.calendar")
    due = decided.get(f"checks.{one.code}.due", one.due)
    return Terms(time.fromisoformat(due), when, calendar or one.calendar)


def codes() -> frozenset[str]:
    """Of all rounds."""
    return frozenset(one.code for one in catalog().rounds)


def wanted(
    decided: Mapping[str, str], *, asked: Collection[str], running: Collection[str], kind: str = "class"
) -> list[Wanted]:  # fmt: skip
    """The rounds owed by groups of that kind. ``asked``: those that a response which runs for the unit asks for.
    ``running``: the calendars that have the day (`orgs.rules.calendar.running`); a response does not change them."""
    found = []
    for one in catalog().rounds:
        terms = in_force(one, decided)
        today = kind in one.every_day or terms.calendar in running
        held = terms.when == "always" or (terms.when == "response" and one.code in asked)
        if kind in one.who and today and held and terms.due:
            found.append(Wanted(one, time.fromisoformat(one.opens), terms.due))
    return found
