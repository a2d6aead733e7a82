"""What can be owed: one file a kind in ``catalog``, read once and refused at start-up where it contradicts itself.

A *recurring* kind names the ``source`` that derives who owes it on a day (`obligations.sources`); nothing is stored per
unit until it is late. A *single* kind has no source: each of its obligations is a row (`models.Obligation`). Both climb
the same ladder.
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_FOLDER = Path(__file__).parent / "catalog"

Reliability = Literal["official", "copy", "unverified", "computed"]
# Where a rung looks for whom it tells: at the unit that owes, at its school, at the authority next above in the
# reporting ladder, or at that of the county, city or province.
At = Literal["own", "school", "above", "county", "city", "province"]
Calendar = Literal["every_day", "school_days", "workdays"]


class CatalogError(Exception):
    """A file of the catalogue contradicts itself; says which and why."""


class Rung(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a ladder: ``minutes`` after the deadline (before it: negative), who is told and by what.

    ``digest``: whoever is told of many units gets one message with the number of them, not one for each.
    """

    minutes: int
    roles: tuple[str, ...]
    at: At = "own"
    channels: tuple[str, ...] = ("app",)
    digest: bool = True


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours (Beijing) in which nobody is chased; a rung that falls into them waits for their end."""

    since: str = "21:30"
    until: str = "06:30"


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``roles`` have to act at the unit that owes. ``urgent`` kinds know no quiet hours. ``together``: each thing is
    about one of many people; whoever owes several gets one message, and lists say how many. ``second_person``: not owed
    by whoever brought it up."""

    id: str
    zh: str
    en: str
    action_zh: str
    action_en: str
    roles: tuple[str, ...]
    ladder: tuple[Rung, ...]
    basis: str
    reliability: Reliability
    source: str = ""
    calendar: Calendar = "every_day"
    urgent: bool = False
    together: bool = False
    second_person: bool = False
    quiet: Quiet = Quiet()

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def action(self, language: str) -> str:
        return self.action_zh if language.startswith("zh") else self.action_en


@cache
def catalog() -> dict[str, Kind]:
    """Kind by its id. Raises `CatalogError`."""
    return {kind.id: kind for kind in map(_read, sorted(_FOLDER.glob("*.yaml")))}


def kind(name: str) -> Kind:
    """Raises `LookupError` for a kind no file describes: a mistake of the program."""
    return catalog()[name]


def _read(path: Path) -> Kind:
    try:
        found = msgspec.yaml.decode(path.read_bytes(), type=Kind)
    except msgspec.DecodeError as error:
        raise CatalogError(f"{path.name}: {error}") from error
    minutes = [rung.minutes for rung in found.ladder]
    if found.id != path.stem:
        raise CatalogError(f"{path.name}: its id is {found.id!r}")
    if minutes != sorted(set(minutes)):
        raise CatalogError(f"{path.name}: the rungs are not in order of time")
    return found
