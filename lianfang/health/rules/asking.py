"""Who is asked for a health card, and which one: ``catalog/asking.yaml`` and what a unit decided differently.

In peacetime a healthy person is asked for nothing. A response asks by its level, with the card that the file of its
disease names for it; where that file has rules for the level and names none, it asks as in peacetime.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from lianfang.health.rules import card

_FILE = Path(__file__).parents[1] / "catalog" / "asking.yaml"
Whom = Literal["everybody", "staying", "key_person", "ailing"]
WHOM: tuple[Whom, ...] = get_args(Whom)


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``needed``: who is asked and has not said anything does not come to school."""

    edition: str
    who: tuple[Whom, ...]
    needed: bool = False
    source: str = ""
    reliability: Literal["official", "copy", "unverified", "computed"] = "computed"

    def asks(self, marks: Collection[str]) -> bool:
        """``marks``: which of `WHOM` somebody is, everybody being understood."""
        return "everybody" in self.who or any(one in marks for one in self.who)


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    peace: Asking
    levels: dict[int, Asking]


@cache
def catalog() -> Plan:
    """Raises `ValueError` for an edition that is not there and for a level without a line."""
    plan = msgspec.yaml.decode(_FILE.read_bytes(), type=Plan)
    if {*plan.levels} != {1, 2, 3, 4}:
        raise ValueError(f"{_FILE.name}: a response has levels 1 to 4")
    for asking in (plan.peace, *plan.levels.values()):
        if asking.edition not in card.catalog():
            raise ValueError(f"{_FILE.name}: there is no card called {asking.edition}")
    return plan


def policy(decided: Mapping[str, str], level: int | None, named: str | None = None) -> Asking:
    """``decided``: overrides in force under "card."; ``level`` of the response that runs, None in peacetime; ``named``:
    the card that its disease's file names at this level, "" for none, None where the file does not say. A decision in
    words nobody knows changes nothing: families are not left without a card by a slip of the pen."""
    found = catalog().levels[level] if level and named != "" else catalog().peace
    edition = decided.get("card.edition", named or found.edition)
    needed = {"yes": True, "no": False}.get(decided.get("card.needed", ""), found.needed)
    return Asking(
        edition if edition in card.catalog() else found.edition, _who(decided.get("card.who"), found.who), needed,
        found.source, found.reliability,
    )  # fmt: skip


def _who(decided: str | None, usual: tuple[Whom, ...]) -> tuple[Whom, ...]:
    words = [word.strip() for word in (decided or "").split(",") if word.strip()]
    if words == ["nobody"]:
        return ()
    known = tuple(one for one in WHOM if one in words)
    return known if known and len(known) == len(words) else usual
