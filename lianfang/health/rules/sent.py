"""What senders send: strict structs for cards and rolls, and what can be wrong with them by themselves.

Unknown fields, wrong types and impossible dates are refused while reading (`msgspec.ValidationError`); what is well
formed but breaks a rule has problems, by code of `health.problems`, and is kept for somebody to mend.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Annotated
from uuid import UUID

import msgspec

from lianfang.health.rules import card, symptoms
from lianfang.health.rules.status import Absence

OLDEST = timedelta(days=7)  # an outbox may have waited that long
# What was held back can be mended for longer: as long as its month is surely there (`core.actions.archiving.YOUNGEST`).
OLDEST_MENDED = timedelta(days=60)
AHEAD = timedelta(minutes=10)  # a sender's clock may go so much too fast
COLDEST, HOTTEST = 340, 430  # tenths of a degree a living person can have; 369 is 36.9 typed without its point
MOST_NAMED = 400  # people in one roll


class Source(IntEnum):
    """Where a statement comes from. Numbers are stored."""

    CARD = 1
    ROLL = 2
    GATE = 3
    DEVICE = 4
    TRACING = 5
    OBSERVATION = 6


class Round(IntEnum):
    """Numbers are stored; 0 is no round (a card, a device)."""

    NONE = 0
    MORNING = 1
    NOON = 2
    EVENING = 3


ROUNDS = {"morning": Round.MORNING, "noon": Round.NOON, "evening": Round.EVENING}
ABSENCES = {"ill": Absence.ILL, "leave": Absence.LEAVE, "unknown": Absence.UNKNOWN}
Degrees = Annotated[float, msgspec.Meta(ge=0, le=10_000)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]  # of a unit or group
_NO_NUL = r"\A[^\0]*\Z"  # PostgreSQL knows no text with it
Words = Annotated[str, msgspec.Meta(max_length=500, pattern=_NO_NUL)]
Short = Annotated[str, msgspec.Meta(max_length=120, pattern=_NO_NUL)]
Code = Annotated[str, msgspec.Meta(max_length=40, pattern=_NO_NUL)]
Symptoms = Annotated[list[Code], msgspec.Meta(max_length=60)]
Answers = Annotated[dict[Code, Words | bool | int], msgspec.Meta(max_length=60)]
_DEGREES = re.compile(r"\d{1,4}(\.\d{1,2})?")
MOST_SENT = 1000  # people a roll can name at all; from `MOST_NAMED` on it is kept and shown to somebody


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person's state, as the person, a guardian or a device says it. ``id`` is the sender's own: the same id again
    is the same card. ``symptoms`` [] is "none"; left out, "not asked". Degrees are Celsius. ``after`` is the id of a
    card of the same person and day that this one corrects."""

    id: UUID
    person: UUID
    on: date | None = None
    at: datetime | None = None
    after: UUID | None = None
    symptoms: Symptoms | None = None
    temperature: Degrees | None = None
    temperature_again: Degrees | None = None
    seen_by_doctor: bool | None = None
    onset_on: date | None = None
    answers: Answers | None = None
    note: Words = ""

    def __post_init__(self) -> None:
        _possible(self)


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody a roll names; everybody it does not name is there and well."""

    person: UUID
    absent: Code | None = None
    symptoms: Symptoms = []
    temperature: Degrees | None = None
    temperature_again: Degrees | None = None
    seen_by_doctor: bool | None = None
    onset_on: date | None = None
    note: Words = ""


class Roll(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round of a class or group. ``exceptions`` [] is the zero report. ``after`` is the id of the version it
    corrects. ``expected`` is how many names the sender had before it. ``seconds``: how long it took."""

    id: UUID
    unit: Number
    group: Number = 0
    round: Code
    on: date | None = None
    at: datetime | None = None
    after: UUID | None = None
    expected: Annotated[int, msgspec.Meta(ge=0, le=5000)] | None = None
    exceptions: Annotated[list[Named], msgspec.Meta(max_length=MOST_SENT)] = []
    seconds: Annotated[int, msgspec.Meta(ge=0, le=30_000)] | None = None
    reason: Short = ""

    def __post_init__(self) -> None:
        _possible(self)


def _possible(sent: Card | Roll) -> None:
    """A moment that calendars cannot turn into China's, and a version that follows itself and so would never count."""
    if sent.at is not None and not 2000 <= sent.at.year < 2200:
        raise ValueError("`at` lies outside of 2000 to 2199")
    if sent.after == sent.id:
        raise ValueError("`after` names the record itself")


@dataclass(frozen=True)
class Flaw:
    """``field`` is a path inside the record ("exceptions.2.temperature")."""

    code: str
    field: str


def key(sent: UUID) -> int:
    """The stored form of a sender's id: eight bytes of its digest, signed. Two ids of one person and day meet by chance
    once in 10^19."""
    return int.from_bytes(hashlib.blake2b(sent.bytes, digest_size=8).digest(), "big", signed=True)


def tenths(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 10)


def degrees(typed: str) -> int | None:
    """Tenths of a temperature as people type it: 36.9, ３６．９, 36,9, 36.9℃. None: no number."""
    plain = unicodedata.normalize("NFKC", typed).strip().replace(",", ".").replace("。", ".")
    plain = re.sub(r"\s*(°C|℃|度|C)$", "", plain)
    return round(float(plain) * 10) if _DEGREES.fullmatch(plain) else None


def day_of(sent: Card | Roll, now: datetime) -> date:
    """The day it is about: the one it names, else the one its sender's clock showed, else today."""
    return sent.on or (sent.at.astimezone(now.tzinfo).date() if sent.at and sent.at.tzinfo else now.date())


def flaws(sent: Card | Roll, now: datetime, oldest: timedelta = OLDEST) -> list[Flaw]:
    """What is wrong with the record whoever sent it."""
    found = [*_of_time(sent, now, oldest)]
    if isinstance(sent, Card):
        answered = [Flaw(code, f"answers.{item}") for code, item in card.problems(sent.answers or {})]
        return [*found, *_of_findings(sent, "", now), *answered]
    if sent.round not in ROUNDS:
        found.append(Flaw("health.round_unknown", "round"))
    if len(sent.exceptions) > MOST_NAMED:
        found.append(Flaw("health.too_many_named", "exceptions"))
    named: set[UUID] = set()
    for number, one in enumerate(sent.exceptions):
        place = f"exceptions.{number}."
        if one.person in named:
            found.append(Flaw("health.named_twice", place + "person"))
        named.add(one.person)
        if one.absent is not None and one.absent not in ABSENCES:
            found.append(Flaw("health.absence_unknown", place + "absent"))
        found += _of_findings(one, place, now)
    return found


def _of_time(sent: Card | Roll, now: datetime, oldest: timedelta) -> Iterator[Flaw]:
    day = day_of(sent, now)
    if day > now.date():
        yield Flaw("health.day_ahead", "on")
    elif day < (now - oldest).date():
        yield Flaw("health.day_long_ago", "on")
    if sent.at is not None and (sent.at.tzinfo is None or sent.at > now + AHEAD):
        yield Flaw("health.clock_ahead" if sent.at.tzinfo else "health.clock_without_zone", "at")


def _of_findings(sent: Card | Named, place: str, now: datetime) -> Iterator[Flaw]:
    for number, code in enumerate(sent.symptoms or ()):
        if not symptoms.known(code):
            yield Flaw("health.symptom_unknown", f"{place}symptoms.{number}")
    for name in ("temperature", "temperature_again"):
        measured = tenths(getattr(sent, name))
        if measured is not None and not COLDEST <= measured <= HOTTEST:
            yield Flaw("health.temperature_impossible", place + name)
    if sent.onset_on and sent.onset_on > now.date():
        yield Flaw("health.onset_ahead", place + "onset_on")
