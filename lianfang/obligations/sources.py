"""How a room above says who owes what recurs: the shape of a *source*, and where they are kept.

``config/wiring.py`` names the source of each recurring kind, as it names the handlers of events: `obligations` knows
none of the rooms that it looks after. A source only reads; it asks the same tables its own board asks, so that a list
of the missing and a chase cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from django.utils.module_loading import import_string

from lianfang.orgs.models import Unit
from lianfang.people.models import User


@dataclass(frozen=True)
class Slot:
    """One deadline of a kind's day: ``code`` is "morning", "situation_2020", … ``opens_at``: when it can first be done.
    ``due_at`` is that of the unit asked for; units below may have their own (`Silent.due_at`)."""

    code: str
    label: str
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Owed:
    """One thing a person owes today: a row of 今日待办. ``done_at``: when it was done. ``kind`` is blank for what no
    file of the catalogue describes, ``unit`` None for what is owed to no one unit. ``slot``: which deadline of the
    kind's day."""

    kind: str
    title: str
    action: str
    url: str
    unit: Unit | None
    due_at: datetime | None
    done_at: datetime | None = None
    state: str = ""
    note: str = ""
    on: date | None = None
    slot: str = ""


class Silent(NamedTuple):
    """A unit that has not done it yet. ``school_id``: the unit itself where it belongs to no school. ``named``: (role,
    user) where a role of the ladder is no posting but these people: whoever is on duty, who leads them. ``things``: how
    many it owes at this deadline: its class and the groups beside it."""

    unit_id: int
    school_id: int
    due_at: datetime
    named: tuple[tuple[str, int], ...] = ()
    things: int = 1


@dataclass(slots=True)
class Standing:
    """How the units below one child stand: owing in all, done, and late (not done and past their own deadline).
    ``since``: the earliest deadline that somebody below it let pass. ``let_off``: units beside those owing, of which
    a superior asks nothing."""

    owing: int = 0
    done: int = 0
    late: int = 0
    since: datetime | None = None
    let_off: int = 0

    @property
    def missing(self) -> int:
        return self.owing - self.done


class Source(Protocol):
    """``verb``: who may look at how the units stand. ``asks``: who may ask those that are silent. ``at``: the kinds of
    unit that owe, ``functions`` those of functional units among them. ``open_days``: for how many days after its own
    it can still be done, and asked for."""

    @property
    def verb(self) -> str: ...
    @property
    def asks(self) -> str: ...
    @property
    def at(self) -> tuple[str, ...]: ...
    @property
    def functions(self) -> tuple[str, ...]: ...
    @property
    def open_days(self) -> int: ...

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        """The deadlines of the day at the unit or anywhere below it; none on a day without any."""

    def mine(self, user: User, now: datetime) -> list[Owed]:
        """What the person owes today by their own duties (and those they stand in for), done or not."""

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        """Child of the unit → how it stands. A school that reports to the unit by its sponsoring line stands for
        itself; so does every unit that owes, where the unit is a school or inside one."""

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        """Units below one of the paths that owe it, have not done it, and whose deadline is not after ``due_by``.
        One statement, whatever the size of the province."""


_sources: dict[str, str] = {}


def wire(table: Mapping[str, str]) -> None:
    """Take over the wiring table (source → dotted name of its object). A misspelt name stops the start."""
    for dotted in table.values():
        import_string(dotted)
    _sources.clear()
    _sources.update(table)


def source(name: str) -> Source:
    """Raises `LookupError` for a source nobody wired: a mistake of the program."""
    found: Source = import_string(_sources[name])
    return found
