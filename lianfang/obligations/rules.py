"""When which step of a ladder is taken: plain times in, a decision out."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Protocol


class Step(Protocol):
    """As much of a rung as time needs."""

    @property
    def minutes(self) -> int: ...


def reached(ladder: Sequence[Step], due_at: datetime, now: datetime) -> int | None:
    """The number of the last step whose moment has come; None before the first.

    After a standstill of hours, or after quiet hours, only this one is taken: nobody is helped by three messages in a
    row about the same thing.
    """
    come = [number for number, step in enumerate(ladder) if due_at + timedelta(minutes=step.minutes) <= now]
    return come[-1] if come else None


def is_quiet(moment: time, since: str, until: str) -> bool:
    """Whether the minute lies in the quiet hours, which may go past midnight. ``until`` itself is loud again."""
    begins, ends = time.fromisoformat(since), time.fromisoformat(until)
    if begins <= ends:
        return begins <= moment < ends
    return moment >= begins or moment < ends


def earliest(ladder: Sequence[Step], now: datetime) -> datetime:
    """The latest deadline of which the first step has come: nothing due later can be chased yet."""
    return now - timedelta(minutes=ladder[0].minutes)


def code(number: int) -> str:
    """The step as it stands in the ledger; codes sort as their numbers do."""
    return f"r{number:02d}"
