"""The rounds in which temperatures are taken (`catalog/observation.yaml`). Moments are on the clock of the school."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

OBLIGATION = "observation"  # `obligations/catalog`
BACK = timedelta(days=1)  # a paper list of yesterday may still be typed


class Round(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    opens: str
    due: str

    def opens_at(self, on: date, like: datetime) -> datetime:
        return datetime.combine(on, time.fromisoformat(self.opens), like.tzinfo)

    def due_at(self, on: date, like: datetime) -> datetime:
        return datetime.combine(on, time.fromisoformat(self.due), like.tzinfo)


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rounds: tuple[Round, ...]
    release_by: str
    source: str
    reliability: str


@cache
def catalog() -> Catalog:
    path = Path(__file__).parent.parent / "catalog" / "observation.yaml"
    return msgspec.yaml.decode(path.read_bytes(), type=Catalog)


@dataclass(frozen=True)
class Due:
    """One round of one day of somebody who is watched."""

    observation: UUID
    on: date
    round: str
    due_at: datetime

    @property
    def key(self) -> str:
        return owed(self.observation, self.on, self.round)


def owed(observation: UUID, on: date, name: str) -> str:
    """The occasion that an obligation is known by."""
    return f"{OBLIGATION} {observation} {on} {name}"


def dues(observation: UUID, began_at: datetime, until: date | None, on: date, now: datetime) -> list[Due]:
    """Rounds of the day that are open by now and were not over when it began."""
    if until is not None and on > until:
        return []
    return [
        Due(observation, on, one.id, one.due_at(on, now))
        for one in catalog().rounds
        if one.opens_at(on, now) <= now and began_at < one.due_at(on, now)
    ]


def release_by(until: date, like: datetime) -> datetime:
    """When somebody has to have decided whether it ends: on the day after the last one."""
    return datetime.combine(until + timedelta(days=1), time.fromisoformat(catalog().release_by), like.tzinfo)


def current(now: datetime) -> str:
    """The round that is measured at this moment: the last one that has opened."""
    opened = [one.id for one in catalog().rounds if one.opens_at(now.date(), now) <= now]
    return opened[-1] if opened else catalog().rounds[0].id


def flaw(on: date, name: str, began_on: date, now: datetime) -> str:
    """Why nothing can be noted for that round: a code of `cases.problems`, or nothing."""
    found = next((one for one in catalog().rounds if one.id == name), None)
    if found is None:
        return "cases.round_unknown"
    if on > now.date() or (on == now.date() and found.opens_at(on, now) > now):
        return "cases.round_ahead"
    if on < began_on:
        return "cases.before_observation"
    return "cases.round_long_ago" if on < now.date() - BACK else ""
