"""What a person's day was, derived from everything that was said about it. *No report is not zero.*

An illness counts for the whole day once it was found: who goes home with fever at nine is ill that day, whatever the
noon roll says. What was only not known (absent without a cause) or not of illness (leave) gives way to whatever is said
later: the child came after all, or the mother called.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Absence(IntEnum):
    """Why somebody is not there, as a roll or card says it."""

    NONE = 0
    ILL = 1
    LEAVE = 2
    UNKNOWN = 3


class Status(IntEnum):
    """Numbers are stored: never reused."""

    NO_REPORT = 0
    WELL = 1
    SYMPTOMATIC = 2
    ILL = 3
    LEAVE = 4
    UNKNOWN = 5
    ISOLATED = 6
    AWAY = 7


# What is looked at and counted; everybody else was there and well, or nobody said anything.
FINDINGS = frozenset({Status.SYMPTOMATIC, Status.ILL, Status.LEAVE, Status.UNKNOWN, Status.ISOLATED})
# Whose absence is traced.
MISSED = frozenset({Status.ILL, Status.UNKNOWN})


@dataclass(frozen=True)
class Statement:
    """One thing said about one person: by a roll (naming them, or by naming others only), a card, a device.

    ``absence`` None: nothing was said about presence. ``symptoms`` None: not asked. ``fever``: measured, after the
    second measurement where one was made.
    """

    at: datetime
    absence: Absence | None = None
    symptoms: int | None = None
    fever: bool = False

    @property
    def is_ill(self) -> bool:
        return bool(self.symptoms) or self.fever or self.absence is Absence.ILL


@dataclass(frozen=True)
class Day:
    """``since`` is when the finding was first said."""

    status: Status
    symptoms: int = 0
    fever: bool = False
    since: datetime | None = None


def derive(said: Iterable[Statement], *, isolated: bool = False, away: bool = False) -> Day:
    """``isolated`` and ``away`` (leave of absence, 休学) are facts of other records and hold for the whole day. Only
    statements in force are given: the newest version of each roll, the newest card."""
    in_order = sorted(said, key=lambda one: one.at)
    ill = [one for one in in_order if one.is_ill]
    symptoms = 0
    for one in ill:
        symptoms |= one.symptoms or 0
    fever = any(one.fever for one in ill)
    first = ill[0].at if ill else None
    if isolated:
        return Day(Status.ISOLATED, symptoms, fever, first)
    if any(one.absence is Absence.ILL for one in ill):
        return Day(Status.ILL, symptoms, fever, first)
    presence = [one for one in in_order if one.absence is not None]
    last = presence[-1] if presence else None
    if ill:
        return Day(Status.SYMPTOMATIC, symptoms, fever, first)
    if last is not None and last.absence is Absence.LEAVE:
        return Day(Status.LEAVE, since=last.at)
    if last is not None and last.absence is Absence.UNKNOWN:
        return Day(Status.UNKNOWN, since=last.at)
    if away and last is None:
        return Day(Status.AWAY)
    return Day(Status.WELL) if in_order else Day(Status.NO_REPORT)


def has_fever(first: int | None, again: int | None, limit: int) -> bool:
    """Tenths of a degree. A second measurement, made after some minutes of rest, replaces the first one."""
    counted = again if again is not None else first
    return counted is not None and counted >= limit
