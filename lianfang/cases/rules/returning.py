"""When somebody may come back: the earliest day by every condition of their disease, and what is still missing.

The day of onset is day 0 (domain rules 1.7 c): "14 days since onset" is the fourteenth day after it. The earliest day
is the latest of all conditions (1.7 a). A condition whose day nobody can know yet leaves the whole open, and says what
it waits for; nothing is guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from lianfang.policies.diseases.spec import Condition, Way

SCHOOL_BEGINS = time(8)  # hours without symptoms have to be over by then, or it is the next day
_LEVELS = ("doctor", "level2", "designated")  # each does for those before it
# Facts that exclude each other: which of them is true has to be known before anything can be said.
_EITHER = (("treated", "untreated"), ("pneumonia", "no_pneumonia"), ("positive", "negative"))

State = Literal["met", "due", "open"]


@dataclass(frozen=True)
class Facts:
    """What is known of a case. ``whens``: which of the words of `Way.when` are true. ``free_since``: the moment the
    last symptom was gone (aware), ``negatives`` and ``positives`` when samples were taken. ``signs``, ``certificates``:
    since which day there. None and absence: nobody has said so."""

    onset_on: date | None = None
    rash_on: date | None = None
    treated_on: date | None = None
    diagnosed_on: date | None = None
    discharged_on: date | None = None
    free_since: datetime | None = None
    negatives: tuple[datetime, ...] = ()
    positives: tuple[datetime, ...] = ()
    signs: Mapping[str, date] = field(default_factory=dict)
    certificates: Mapping[str, date] = field(default_factory=dict)
    doctor_agreed_on: date | None = None
    course_over_on: date | None = None
    whens: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One condition: "met" on a day that has come, "due" on a day ahead, "open" while its day cannot be known.
    ``have``: how many of ``n`` there are, of tests. Where other conditions do in its place, the earliest day of all of
    them is its own; ``by`` is the one that gave it, ``instead`` how each of the others stands."""

    condition: Condition
    state: State
    on: date | None = None
    have: int = 0
    instead: "tuple[Step, ...]" = ()
    by: Condition | None = None


@dataclass(frozen=True)
class Verdict:
    """``on``: the earliest day, None while a condition is open or ``asks`` names what has to be known first."""

    steps: tuple[Step, ...]
    on: date | None
    asks: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Condition, ...]:
        return tuple(step.condition for step in self.steps if step.state == "open")

    def may(self, today: date) -> bool:
        return self.on is not None and self.on <= today

    @property
    def not_before(self) -> date | None:
        """The latest of the days that are known: earlier it cannot be, whatever is still open."""
        return max((step.on for step in self.steps if step.on), default=None)


def verdict(ways: Iterable[Way], facts: Facts, today: date) -> Verdict:
    """By all ways that hold for this case together."""
    ways = tuple(ways)
    asks = tuple(_asked(ways, facts))
    conditions = [one for way in ways if not way.when or way.when in facts.whens for one in way.conditions]
    steps = tuple(_step(one, facts, today) for one in conditions)
    if asks or not steps or any(step.state == "open" for step in steps):
        return Verdict(steps, None, asks)
    return Verdict(steps, max(step.on for step in steps if step.on), ())


def _asked(ways: Sequence[Way], facts: Facts) -> Iterable[str]:
    """The pairs of which neither is said to be true, where a way turns on it."""
    named = {way.when for way in ways}
    for pair in _EITHER:
        if named & {*pair} and not facts.whens & {*pair}:
            yield pair[0]


def _step(condition: Condition, facts: Facts, today: date) -> Step:
    """With its alternatives: whichever has the earliest day holds; of equal ones the condition itself."""
    own = _alone(condition, facts, today)
    if not condition.instead:
        return own
    others = tuple(_alone(one, facts, today) for one in condition.instead)
    known = [one for one in (own, *others) if one.on is not None]
    if not known:
        return replace(own, instead=others)
    first = min(known, key=lambda one: one.on or date.max)
    return Step(condition, first.state, first.on, own.have, others, first.condition)


def _alone(condition: Condition, facts: Facts, today: date) -> Step:
    if condition.type == "negative":
        return _tests(condition, facts, today)
    on = _day(condition, facts)
    return Step(condition, "open") if on is None else _at(condition, on, today)


def _at(condition: Condition, on: date, today: date, have: int = 0) -> Step:
    return Step(condition, "met" if on <= today else "due", on, have)


def _day(condition: Condition, facts: Facts) -> date | None:
    since = {
        "days_since_onset": facts.onset_on,
        "days_since_rash": facts.rash_on,
        "days_since_treatment": facts.treated_on,
        "days_since_diagnosis": facts.diagnosed_on,
        "days_since_discharge": facts.discharged_on,
    }
    if condition.type in since:
        begun = since[condition.type]
        return begun and begun + timedelta(days=condition.n)
    match condition.type:
        case "hours_free":
            return facts.free_since and _morning_after(facts.free_since + timedelta(hours=condition.n))
        case "sign":
            return facts.signs.get(condition.sign)
        case "certificate":
            good = _LEVELS[_LEVELS.index(condition.level or "doctor") :]
            return min((day for level, day in facts.certificates.items() if level in good), default=None)
        case "school_doctor":
            return facts.doctor_agreed_on
        case "course_complete":
            return facts.course_over_on
    raise LookupError(condition.type)


def _morning_after(moment: datetime) -> date:
    """The first day on which it is over when school begins."""
    return moment.date() if moment.time() <= SCHOOL_BEGINS else moment.date() + timedelta(days=1)


def _tests(condition: Condition, facts: Facts, today: date) -> Step:
    """So many negative samples in a row, each at least ``apart`` hours after the one that counted before; a positive
    one begins the row anew."""
    last_positive = max(facts.positives, default=None)
    counted: list[datetime] = []
    for taken in sorted(facts.negatives):
        if last_positive is not None and taken <= last_positive:
            continue
        if not counted or taken - counted[-1] >= timedelta(hours=condition.apart):
            counted.append(taken)
    if len(counted) < condition.n:
        return Step(condition, "open", have=len(counted))
    return _at(condition, counted[condition.n - 1].date(), today, condition.n)
