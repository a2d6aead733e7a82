"""What is disinfected after a case, how and until when (`catalog/cleaning.yaml`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

OBLIGATION = "cleaning"  # `obligations/catalog`


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of place. ``strength`` in mg of active agent a litre, ``minutes`` how long it stays on."""

    id: str
    zh: str
    en: str
    hours: int
    how_zh: str
    how_en: str
    agent_zh: str
    agent_en: str
    strength: int
    minutes: int
    how: str
    spreads: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def told(self, language: str) -> str:
        return self.how_zh if language.startswith("zh") else self.how_en

    def agent(self, language: str) -> str:
        return self.agent_zh if language.startswith("zh") else self.agent_en

    def due_at(self, now: datetime) -> datetime:
        return now + timedelta(hours=self.hours)


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    reliability: str
    places: tuple[Kind, ...]


@cache
def catalog() -> Catalog:
    path = Path(__file__).parent.parent / "catalog" / "cleaning.yaml"
    return msgspec.yaml.decode(path.read_bytes(), type=Catalog)


def kind(name: str) -> Kind:
    """Raises `LookupError` for a kind the file does not have."""
    for one in catalog().places:
        if one.id == name:
            return one
    raise LookupError(name)


def wanted(name: str, spreads: Iterable[str]) -> bool:
    """Whether a place of that kind is disinfected after a disease that spreads so."""
    return bool(set(kind(name).spreads) & set(spreads))


def owed(task: UUID) -> str:
    """The occasion that an obligation is known by."""
    return f"{OBLIGATION} {task}"


def done_flaw(began_at: datetime | None, done_at: datetime, opened_at: datetime, now: datetime) -> tuple[str, str]:
    """What is wrong with when it was done: (code of `cases.problems`, field), or blanks."""
    if done_at > now:
        return "cases.day_ahead", "done_at"
    if began_at is not None and began_at > done_at:
        return "cases.cleaning_order", "began_at"
    if done_at < (opened_at - timedelta(days=1)):
        return "cases.cleaning_long_before", "done_at"
    return "", ""
