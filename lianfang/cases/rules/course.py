"""What is known of a case, out of everything that was said about it, in its order.

A step is never changed: a correction takes the place of the step it corrects, and the course is made anew. Days are
those of the school's clock. What was never said stays None, which is not "no".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lianfang.cases.rules import returning

# Kinds of steps. `FACTS` say what is known, `ENDS` how it ended; the others move it.
OPENED, REOPENED, NOTE, CERTIFICATE, AGREED = "opened", "reopened", "note", "certificate", "agreed"
FACTS = (
    "onset", "diagnosis", "rash", "treatment", "place", "sample", "result", "free", "ill_again", "sign", "fact",
    "discharged", "course_over", "recovered",
)  # fmt: skip
ENDS = {"returned": "returned", "excluded": "excluded", "died": "died", "left": "left", "merged": "merged"}
KINDS = (OPENED, *FACTS, CERTIFICATE, AGREED, NOTE, *ENDS, REOPENED)
CERTAINTIES = ("suspected", "clinical", "confirmed")
RESULTS = ("negative", "positive", "unclear")
# Of each pair the one that was said last is true.
OPPOSITES = {
    "treated": "untreated", "untreated": "treated", "pneumonia": "no_pneumonia", "no_pneumonia": "pneumonia",
    "positive": "negative", "negative": "positive",
}  # fmt: skip
LONGEST_AGO = timedelta(days=2 * 366)  # an onset before that was mistyped (tuberculosis may be found after a year)
# What cannot have been before somebody fell ill. A sample of a contact may be taken earlier.
_AFTER_ONSET = ("diagnosis", "rash", "treatment", "free", "discharged", "course_over", "recovered", "died", "returned")


class Said(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one step says. ``word``: the certainty, place, sign, fact, result or kind of sample; ``of``: the sample a
    result is of, or another case; ``text``: words for people. Sealed where it is kept."""

    on: date | None = None
    at: datetime | None = None
    word: str = ""
    of: str = ""
    text: str = ""

    @property
    def day(self) -> date | None:
        return self.on or (self.at.date() if self.at else None)


class Step(NamedTuple):
    """A row as the fold reads it."""

    id: UUID
    kind: str
    said: Said
    at: datetime
    corrects: UUID | None = None


@dataclass(frozen=True)
class Sample:
    id: str
    what: str
    taken_at: datetime
    result: str = ""
    told_on: date | None = None


@dataclass(frozen=True)
class Course:
    """``diagnosed_on`` is the day of the newest diagnosis beyond a suspicion. ``place_since``: the first day at one of
    these places. ``free_since``: the last symptom was gone and none has come back. ``certificates``: the day of issue
    of each level. ``ended`` is a word of `ENDS` or empty."""

    certainty: str = "suspected"
    onset_on: date | None = None
    diagnosed_on: date | None = None
    diagnosed_at: datetime | None = None
    rash_on: date | None = None
    treated_on: date | None = None
    treatment: str = ""
    place: str = ""
    place_since: date | None = None
    place_words: str = ""
    samples: tuple[Sample, ...] = ()
    free_since: datetime | None = None
    signs: Mapping[str, date] = field(default_factory=dict)
    certificates: Mapping[str, date] = field(default_factory=dict)
    agreed_on: date | None = None
    facts: frozenset[str] = frozenset()
    discharged_on: date | None = None
    course_over_on: date | None = None
    recovered_on: date | None = None
    died_on: date | None = None
    ended: str = ""
    ended_on: date | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return not self.ended

    def for_return(self) -> returning.Facts:
        """What the conditions of return ask for."""
        told = [(one.taken_at, one.result) for one in self.samples]
        return returning.Facts(
            onset_on=self.onset_on, rash_on=self.rash_on, treated_on=self.treated_on,
            diagnosed_on=self.diagnosed_on, discharged_on=self.discharged_on, free_since=self.free_since,
            negatives=tuple(at for at, result in told if result == "negative"),
            positives=tuple(at for at, result in told if result == "positive"),
            signs=self.signs, certificates=self.certificates, doctor_agreed_on=self.agreed_on,
            course_over_on=self.course_over_on, whens=self.facts,
        )  # fmt: skip


def in_force(steps: Iterable[Step]) -> list[Step]:
    """Corrections in the places, and under the ids, of what they correct."""
    root: dict[UUID, UUID] = {}
    newest: dict[UUID, Step] = {}
    for step in steps:
        first = root.get(step.corrects, step.id) if step.corrects else step.id
        root[step.id] = first
        newest[first] = step._replace(id=first)
    return list(newest.values())


def course(steps: Iterable[Step]) -> Course:
    """In the order in which they were said."""
    found = Course()
    for step in in_force(steps):
        found = replace(found, **_changes(found, step))
    return found


def _changes(was: Course, step: Step) -> dict[str, Any]:
    said, day = step.said, step.said.day
    match step.kind:
        case "opened":
            return {"onset_on": day} | ({"certainty": said.word} if said.word else {})
        case "diagnosis":
            beyond = said.word != "suspected"
            return {"certainty": said.word, "diagnosed_on": day if beyond else None,
                    "diagnosed_at": (said.at or step.at) if beyond else None}  # fmt: skip
        case "treatment":
            return {"treated_on": was.treated_on or day, "treatment": said.text or was.treatment,
                    "facts": _with(was.facts, "treated")}  # fmt: skip
        case "place":
            return {"place": said.word, "place_words": said.text, "place_since": was.place_since or day}
        case "sample" if said.at:
            return {"samples": (*was.samples, Sample(str(step.id), said.word, said.at))}
        case "result":
            return {"samples": tuple(_told(one, said) for one in was.samples)}
        case "free":
            return {"free_since": said.at, "signs": {**was.signs, "symptoms_gone": day}}
        case "ill_again":  # who agreed saw a person without symptoms
            return {"free_since": None, "signs": {}, "agreed_on": None, "recovered_on": None}
        case "sign":
            return {"signs": {**was.signs, said.word: day}}
        case "fact":
            return {"facts": _with(was.facts, said.word)}
        case "onset" | "rash" | "discharged" | "course_over" | "recovered" | "agreed":
            return {f"{step.kind}_on": day}
        case "certificate":
            return {"certificates": {**was.certificates, said.word: day}}
        case "reopened":
            return {"ended": "", "ended_on": None, "closed_at": None, "agreed_on": None,
                    "certainty": "suspected" if was.certainty == "excluded" else was.certainty}  # fmt: skip
        case kind if kind in ENDS:
            return _end(kind, day, step.at)
    return {}


def _end(kind: str, day: date | None, at: datetime) -> dict[str, Any]:
    changes = {"ended": ENDS[kind], "ended_on": day, "closed_at": at}
    if kind == "excluded":
        changes["certainty"] = "excluded"
    if kind == "died":
        changes["died_on"] = day
    return changes


def _with(facts: frozenset[str], word: str) -> frozenset[str]:
    return (facts - {OPPOSITES.get(word, "")}) | {word}


def _told(sample: Sample, said: Said) -> Sample:
    return replace(sample, result=said.word, told_on=said.on) if sample.id == said.of else sample


class Flaw(NamedTuple):
    """Why something cannot be said: a code of the room's problems, and the field."""

    code: str
    cell: str


def flaw(was: Course, kind: str, said: Said, opened_on: date, now: datetime) -> Flaw | None:
    """What is wrong with saying this of a case that stands so; None: nothing."""
    if kind == REOPENED:
        return Flaw("cases.open_already", "") if was.is_open else None
    if not was.is_open and kind != NOTE:
        return Flaw("cases.closed", "")
    return _of_days(was, kind, said, opened_on, now) or _of_samples(was, kind, said)


def _of_days(was: Course, kind: str, said: Said, opened_on: date, now: datetime) -> Flaw | None:
    day, cell = said.day, "at" if said.at else "on"
    if day is None:
        return None
    if day > now.date() or (said.at and said.at > now):
        return Flaw("cases.day_ahead", cell)
    if kind in (OPENED, "onset"):
        return _of_onset(was, day, opened_on)
    if kind in _AFTER_ONSET and was.onset_on and day < was.onset_on:
        return Flaw("cases.before_onset", cell)
    if kind == "returned" and was.recovered_on and day < was.recovered_on:
        return Flaw("cases.before_recovery", cell)
    return None


def _of_onset(was: Course, day: date, opened_on: date) -> Flaw | None:
    if day > opened_on:
        return Flaw("cases.onset_after_report", "on")
    if opened_on - day > LONGEST_AGO:
        return Flaw("cases.onset_long_ago", "on")
    known = (was.diagnosed_on, was.rash_on, was.treated_on, was.recovered_on, was.discharged_on,
             was.free_since and was.free_since.date())  # fmt: skip
    if any(other and other < day for other in known):
        return Flaw("cases.onset_after_others", "on")
    return None


def _of_samples(was: Course, kind: str, said: Said) -> Flaw | None:
    if kind != "result":
        return None
    sample = next((one for one in was.samples if one.id == said.of), None)
    if sample is None:
        return Flaw("cases.sample_unknown", "of")
    if said.on and said.on < sample.taken_at.date():
        return Flaw("cases.result_before_sample", "on")
    return None


def corrected(steps: Sequence[Step], step: Step, opened_on: date, now: datetime) -> Flaw | None:
    """Whether the steps still make sense with this correction in its place: each is held against those before it."""
    found = Course()
    for one in in_force([*steps, step]):
        if one.kind != REOPENED and (wrong := flaw(replace(found, ended=""), one.kind, one.said, opened_on, now)):
            return wrong
        found = replace(found, **_changes(found, one))
    return None
