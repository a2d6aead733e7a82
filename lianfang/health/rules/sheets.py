"""What a teacher's page sends, and what it says in numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from lianfang.health.rules.sent import AHEAD, MOST_NAMED, Named, Roll, key, tenths
from lianfang.health.rules.status import has_fever

# How the people of a roll fall apart, in the order they are told; whoever is in none of them is there and well.
PARTS = ("ill", "leave", "unknown", "symptoms", "noted")
_LONGEST = 30_000  # seconds


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A roll as the page sends it; class, round and day stand in its address. ``after`` is the id of a version that
    this telephone sent itself, ``follows`` the key (`code`) of one that the page was shown. ``by``: the account it was
    filled in with; what waited on a shared telephone is never sent in somebody else's name."""

    id: UUID
    by: int | None = None
    after: UUID | None = None
    follows: str = ""
    at: datetime | None = None
    seconds: int | None = None
    reason: Annotated[str, msgspec.Meta(max_length=120)] = ""
    exceptions: Annotated[list[Named], msgspec.Meta(max_length=MOST_NAMED)] = []

    def roll(self, unit: int, group: int, round_code: str, on: date, now: datetime) -> Roll:
        """As the landing takes it. A telephone whose clock is wrong still reports: only its time is left out."""
        believed = self.at is not None and self.at.tzinfo is not None and self.at <= now + AHEAD
        seconds = None if self.seconds is None else min(max(self.seconds, 0), _LONGEST)
        return Roll(
            id=self.id, unit=unit, group=group, round=round_code, on=on, at=self.at if believed else None,
            after=self.after, exceptions=self.exceptions, seconds=seconds, reason=self.reason,
        )  # fmt: skip

    @property
    def corrects(self) -> int | None:
        """The key of the version this one comes after. Raises `ValueError` for what is no code."""
        if self.follows:
            return number(self.follows)
        return None if self.after is None else key(self.after)


@dataclass(frozen=True)
class Counts:
    """Heads of a group in one round."""

    expected: int
    parts: Counter[str]

    @property
    def well(self) -> int:
        return max(self.expected - self.parts.total(), 0)


def part(one: Named, fever: int) -> str:
    """Which of `PARTS` somebody falls into; ``fever`` in tenths of a degree."""
    if one.absent is not None:
        return one.absent
    hot = has_fever(tenths(one.temperature), tenths(one.temperature_again), fever)
    return "symptoms" if one.symptoms or hot else "noted"


def counts(expected: int, named: Iterable[Named], fever: int) -> Counts:
    return Counts(expected, Counter(part(one, fever) for one in named))


def says_something(one: Named) -> bool:
    """Whether a person has to be named at all: who is there, well and without a remark is not."""
    return one != Named(person=one.person)


def code(stored: int) -> str:
    """A key as it stands on pages and in forms: sixteen hexadecimal digits."""
    return f"{stored & (2**64 - 1):016X}"


def number(written: str) -> int:
    """The key of a code. Raises `ValueError`."""
    if len(written) != 16:
        raise ValueError(written)
    found = int(written, 16)
    return found - 2**64 if found >= 2**63 else found


def reference(stored: int) -> str:
    """What is read out on the telephone: eight digits in two groups."""
    written = code(stored)
    return f"{written[:4]} {written[4:8]}"
