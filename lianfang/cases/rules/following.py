"""Contacts of a case: from which days they are looked for, how they stand, until when they are followed.

What is known of a contact is said in notes that are never changed; how it stands is made from all of them (`stands`).
Days are those of the school's clock. How far to look back, whom and how long to follow is the disease's rule
(`policies.diseases`, ``contacts``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from lianfang.policies.diseases.spec import Link, Reliability

OBLIGATION = "contact_follow"
FOUND, ADDED, MOVED, NOTED, RELEASED = "found", "added", "moved", "noted", "released"
LOST, AGAIN, FELL_ILL, REMOVED = "lost", "again", "fell_ill", "removed"
KINDS = (FOUND, ADDED, MOVED, NOTED, RELEASED, LOST, AGAIN, FELL_ILL, REMOVED)
# State that a note leads to; the others leave it.
_LEADS = {FOUND: "followed", ADDED: "followed", RELEASED: "released", LOST: "lost", AGAIN: "followed",
          FELL_ILL: "case", REMOVED: "removed"}  # fmt: skip
# What can be said of a contact that stands so.
ALLOWED: Mapping[str, frozenset[str]] = {
    "followed": frozenset({FOUND, ADDED, MOVED, NOTED, RELEASED, LOST, FELL_ILL, REMOVED}),
    "lost": frozenset({FOUND, ADDED, MOVED, NOTED, RELEASED, AGAIN, FELL_ILL, REMOVED}),
    "released": frozenset({FOUND, ADDED, FELL_ILL}),
    "case": frozenset({FELL_ILL}),
    "removed": frozenset({ADDED}),
}
LEVELS = ("close", "general")
Level = Literal["close", "general"]


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link between two people, and which level of contact it is taken for until somebody judges otherwise."""

    id: Link
    level: Level
    zh: str
    en: str

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Tracing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    due: str
    ways: tuple[Way, ...]
    source: str
    reliability: Reliability

    def way(self, name: str) -> Way | None:
        return next((one for one in self.ways if one.id == name), None)


@cache
def catalog() -> Tracing:
    """Raises `ValueError` where the file contradicts itself."""
    path = Path(__file__).parents[1] / "catalog" / "tracing.yaml"
    try:
        found = msgspec.yaml.decode(path.read_bytes(), type=Tracing)
        time.fromisoformat(found.due)
    except (msgspec.DecodeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if len({one.id for one in found.ways}) != len(found.ways):
        raise ValueError(f"{path.name}: a way stands twice")
    return found


def level_of(links: Iterable[str]) -> Level:
    """That of the nearest of the links."""
    levels = {way.level for link in links if (way := catalog().way(link))}
    return "close" if "close" in levels else "general"


def in_order(links: Collection[str]) -> tuple[str, ...]:
    """The nearest first."""
    return tuple(str(way.id) for way in catalog().ways if way.id in links)


# ── where to look ─────────────────────────────────────────────────────────────────────────────────────────────────────


def last_day(
    onset: date, *, today: date, missed: Collection[date] = (), away_since: date | None = None,
    ended: date | None = None,
) -> date:  # fmt: skip
    """The last day on which others can have met the person at school: today, unless an end is known before it. Whoever
    is missed on the day of onset or later was there the day before for the last time; the day on which somebody is
    brought to a hospital or an isolation room still counts."""
    ends = [today]
    if away_since is not None:
        ends.append(away_since)
    if ended is not None:
        ends.append(ended)
    gone = [day for day in missed if day >= onset]
    if gone:
        ends.append(min(gone) - timedelta(days=1))
    return min(ends)


def window(onset: date, back: int, last: date) -> tuple[date, ...]:
    """Days from ``back`` before onset to the last one, both included. Empty where the end lies before."""
    first = onset - timedelta(days=back)
    return tuple(first + timedelta(days=at) for at in range((last - first).days + 1))


@dataclass(frozen=True)
class Meeting:
    """One person by one link on one day."""

    person: UUID
    link: str
    on: date


@dataclass(frozen=True)
class Exposure:
    """Everything found of one person: days by link."""

    person: UUID
    days: Mapping[str, frozenset[date]]

    @property
    def last_on(self) -> date:
        return max(max(days) for days in self.days.values())

    @property
    def links(self) -> tuple[str, ...]:
        return in_order(self.days.keys())

    @property
    def level(self) -> Level:
        return level_of(self.days)

    def count(self, link: str) -> int:
        return len(self.days.get(link, ()))


# Who is not in class cannot be met there; a room is slept in by whoever stays away from class.
_AT_SCHOOL = frozenset({"class", "seat", "table", "gate"})


def exposures(
    meetings: Iterable[Meeting], *, of: UUID, links: Collection[str], missed: Collection[tuple[UUID, date]]
) -> list[Exposure]:
    """Whom the case ``of`` can have met, the nearest and longest first. ``missed``: who was not at school on which day,
    the case among them. Nobody is their own contact."""
    found: dict[UUID, dict[str, set[date]]] = {}
    for one in meetings:
        if one.person == of or one.link not in links:
            continue
        if one.link in _AT_SCHOOL and ((one.person, one.on) in missed or (of, one.on) in missed):
            continue
        found.setdefault(one.person, {}).setdefault(one.link, set()).add(one.on)
    made = [Exposure(person, {link: frozenset(days) for link, days in by.items()}) for person, by in found.items()]
    order = {str(way.id): place for place, way in enumerate(catalog().ways)}
    return sorted(made, key=lambda one: (order[one.links[0]], -max(map(len, one.days.values())), str(one.person)))


# ── how a contact stands ──────────────────────────────────────────────────────────────────────────────────────────────


class Said(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one note says. ``days``: how many by each link. ``symptoms`` are codes, [] "none"; None: not asked.
    ``temperature`` in tenths. ``reached`` False: nobody could be asked. Sealed where it is kept."""

    days: dict[str, int] = {}
    last_on: date | None = None
    level: Literal["", "close", "general"] = ""
    symptoms: list[str] | None = None
    temperature: int | None = None
    reached: bool = True
    text: str = ""

    @property
    def is_ill(self) -> bool:
        return bool(self.symptoms)


class Note(NamedTuple):
    kind: str
    said: Said
    at: datetime


@dataclass(frozen=True)
class Standing:
    """``until`` None: the rules name no number of days; followed until the doctor releases."""

    state: str = "followed"
    days: Mapping[str, int] = field(default_factory=dict)
    last_on: date | None = None
    level: Level = "general"
    until: date | None = None
    ended_at: datetime | None = None
    noted_on: date | None = None
    ill_on: date | None = None

    @property
    def links(self) -> tuple[str, ...]:
        return in_order(self.days.keys())

    def is_over(self, on: date) -> bool:
        """Whether the days are over by then and the contact can be released."""
        return self.state in ("followed", "lost") and self.until is not None and on > self.until


def stands(notes: Sequence[Note], days: int | None) -> Standing:
    """In the order in which they were said. ``days``: how long the disease's rule follows after the last contact."""
    found = Standing()
    for note in notes:
        found = replace(found, **_changes(found, note))
    until = found.last_on + timedelta(days=days) if found.last_on and days is not None else None
    return replace(found, until=until)


def _changes(was: Standing, note: Note) -> dict[str, Any]:
    said, changes = note.said, dict[str, Any]()
    if note.kind in _LEADS:
        state = _LEADS[note.kind]
        changes |= {"state": state, "ended_at": None if state == "followed" else note.at}
    if note.kind in (FOUND, ADDED):
        both = {link: max(was.days.get(link, 0), said.days.get(link, 0)) for link in {**was.days, **said.days}}
        last = max(day for day in (was.last_on, said.last_on) if day) if was.last_on or said.last_on else None
        changes |= {"days": both, "last_on": last, "level": said.level or was.level}
        if was.last_on and was.level == "close":  # nobody gets further away by another link
            changes["level"] = "close"
    elif note.kind == MOVED:
        changes |= {"last_on": said.last_on or was.last_on, "level": said.level or was.level}
    elif note.kind == NOTED:
        day = note.at.date()
        changes["noted_on"] = day
        if said.reached and was.state == "lost":
            changes |= {"state": "followed", "ended_at": None}
        if said.is_ill:
            changes["ill_on"] = was.ill_on or day
    return changes


class Flaw(NamedTuple):
    """Why something cannot be said: a code of the room's problems, and the field."""

    code: str
    cell: str


def flaw(was: Standing | None, kind: str, said: Said, *, first: date | None, today: date) -> Flaw | None:
    """What is wrong with saying this of a contact that stands so (None: there is none yet). ``first``: the first day
    that counts by the rules."""
    if was is not None and kind not in ALLOWED[was.state]:
        return Flaw("cases.contact_over", "")
    if said.last_on is not None and said.last_on > today:
        return Flaw("cases.day_ahead", "last_on")
    if said.last_on is not None and first is not None and said.last_on < first:
        return Flaw("cases.contact_too_early", "last_on")
    if kind == RELEASED and was is not None and not was.is_over(today) and not said.text:
        return Flaw("cases.release_too_early", "text")
    if kind in (REMOVED, LOST) and not said.text:
        return Flaw("cases.basis_missing", "text")
    return None


def owed(unit: int, on: date) -> str:
    """The key of what a class owes for its contacts on a day: one, however many they are."""
    return f"contacts {unit} {on}"


def due_at(on: date, zone: tzinfo) -> datetime:
    return datetime.combine(on, time.fromisoformat(catalog().due), zone)
