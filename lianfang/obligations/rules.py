"""When which step of a ladder is taken: plain times in, a decision out."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Protocol


class Step(Protocol):
    """As much of a rung as time needs."""

    @property
    def minutes(self) -> int: ...


def reached(
    ladder: Sequence[Step], due_at: datetime, now: datetime, since: datetime | None = None
) -> int | None:  # fmt: skip
    """The number of the last step whose moment has come (and, if so asked, lies not before ``since``); None before the
    first.

    After a standstill of hours, or after quiet hours, only this one is taken: nobody is helped by three messages in a
    row about the same thing.
    """
    moments = [due_at + timedelta(minutes=step.minutes) for step in ladder]
    come = [number for number, at in enumerate(moments) if at <= now and (since is None or at >= since)]
    return come[-1] if come else None


def reaches_over(midnight: datetime, since: str, until: str) -> datetime:
    """From which moment on the steps of the day before are still taken after midnight: those that come after it, and
    those that waited for the end of quiet hours which go past it. Nothing else of that day is made good."""
    begins, ends = time.fromisoformat(since), time.fromisoformat(until)
    if begins <= ends:
        return midnight
    return (midnight - timedelta(days=1)).replace(hour=begins.hour, minute=begins.minute)


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


def code_until(number: int, due_at: datetime) -> str:
    """The same of something owed once, whose deadline may move: each deadline has a ladder of its own."""
    return f"{code(number)} {due_at:%m%d%H%M}"


def by_hand(unit: int, now: datetime) -> str:
    """How the ledger names what a superior asks by hand: by whose unit, in which minute."""
    return f"{in_name_of(unit)}{now:%m%d%H%M}"


def in_name_of(unit: int) -> str:
    """How every `by_hand` of a unit begins."""
    return f"by {unit} "


def asked_by(step: str) -> int:
    """The unit that `by_hand` names."""
    return int(step.split()[1])
