"""Emergency plans: which there are, when each step is due, what comes next.

A step's clock runs from the beginning or from the moment another step was done; until that is noted it waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lianfang.cases.rules.emergencies import Reliability, catalog

_FOLDER = Path(__file__).parents[1] / "catalog"
Duty = Literal["doctor", "office", "leading"]
State = Literal["done", "not_needed", "open", "late", "waits"]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``minutes`` after the beginning, or after the step ``after``. ``duty`` answers for it, ``who`` acts.
    ``outside``: somebody outside the school is spoken to, which a drill only plays."""

    id: str
    zh: str
    en: str
    who_zh: str
    who_en: str
    duty: Duty
    minutes: int
    source: str
    reliability: Reliability
    after: str = ""
    outside: bool = False

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def who(self, language: str) -> str:
        return self.who_zh if language.startswith("zh") else self.who_en


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``kinds``: the emergencies it is offered for first (`rules.emergencies`)."""

    id: str
    edition: str
    zh: str
    en: str
    kinds: tuple[str, ...]
    steps: tuple[Step, ...]

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def step(self, name: str) -> Step | None:
        return next((one for one in self.steps if one.id == name), None)


class Drills(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many drills a school year asks for."""

    a_year: int
    source: str
    reliability: Reliability


@cache
def plans() -> dict[str, Plan]:
    """By their id. Raises `ValueError` where a file contradicts itself."""
    return {plan.id: plan for plan in map(_read, sorted((_FOLDER / "plans").glob("*.yaml")))}


@cache
def drills() -> Drills:
    return msgspec.yaml.decode((_FOLDER / "drills.yaml").read_bytes(), type=Drills)


def _read(path: Path) -> Plan:
    try:
        plan = msgspec.yaml.decode(path.read_bytes(), type=Plan)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if plan.id != path.stem:
        raise ValueError(f"{path.name}: its id is {plan.id!r}")
    if set(plan.kinds) - catalog().kinds.keys():
        raise ValueError(f"{path.name}: a kind of emergency that is not described")
    before: set[str] = set()
    for step in plan.steps:
        if step.id in before or step.minutes < 0 or (step.after and step.after not in before):
            raise ValueError(f"{path.name}: step {step.id!r} stands twice, or its clock starts at no step before it")
        before.add(step.id)
    return plan


def kept(text: object) -> Plan:
    """The plan as a run keeps it."""
    return msgspec.convert(text, Plan)


@dataclass(frozen=True)
class Noted:
    outcome: Literal["done", "not_needed"]
    at: datetime


@dataclass(frozen=True)
class Stand:
    """How one step stands. ``due_at`` None: it waits for another step. A step that was done after its time stays
    ``late``, whatever it is now."""

    number: int
    step: Step
    due_at: datetime | None
    noted: Noted | None
    late: bool

    @property
    def state(self) -> State:
        if self.noted is not None:
            return self.noted.outcome
        if self.due_at is None:
            return "waits"
        return "late" if self.late else "open"


def standing(plan: Plan, started_at: datetime, noted: Mapping[str, Noted], now: datetime) -> list[Stand]:
    """Every step in order. ``noted``: by the id of the step. ``now`` is the end once a run is over."""
    found = []
    for number, step in enumerate(plan.steps, 1):
        mine = noted.get(step.id)
        due = _due(step, started_at, noted)
        late = due is not None and (mine.at if mine else now) > due and not (mine and mine.outcome == "not_needed")
        found.append(Stand(number, step, due, mine, late))
    return found


def _due(step: Step, started_at: datetime, noted: Mapping[str, Noted]) -> datetime | None:
    if not step.after:
        return started_at + timedelta(minutes=step.minutes)
    before = noted.get(step.after)
    return before.at + timedelta(minutes=step.minutes) if before else None


def next_step(stands: Iterable[Stand]) -> Stand | None:
    """The open one that is due first; of equal ones the first of the plan."""
    waiting = [one for one in stands if one.noted is None and one.due_at is not None]
    return min(waiting, key=lambda one: (one.due_at, one.number), default=None)


def flaw(run: tuple[datetime, datetime | None], outcome: str, at: datetime, result: str, now: datetime) -> str:
    """Why a step cannot be noted so; blank if it can. ``run``: when it began and ended."""
    started_at, ended_at = run
    if ended_at is not None:
        return "cases.plan_over"
    if at > now:
        return "cases.plan_step_ahead"
    if at < started_at.replace(second=0, microsecond=0):  # typed to the minute
        return "cases.plan_step_before"
    return "cases.plan_reason_missing" if outcome == "not_needed" and not result else ""


def school_year(on: date) -> tuple[date, date]:
    """First and last day of the school year of a day (1 September to 31 August)."""
    first = on.year if on.month >= 9 else on.year - 1
    return date(first, 9, 1), date(first + 1, 8, 31)


def suited(kind: str) -> Sequence[Plan]:
    """All plans, those for this kind of emergency first."""
    return sorted(plans().values(), key=lambda plan: kind not in plan.kinds)
