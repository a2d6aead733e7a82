"""What one disease or syndrome demands: the frozen structs that its file in this folder is read into.

Every rule says where it comes from (a key of ``sources.yaml``), how far that can be relied on (the marks of the
domain's rule book), for whom it holds and since when. Days are calendar days; the day of onset is day 0. Temperatures
are tenths of a degree Celsius.
"""

from datetime import date
from typing import Literal

import msgspec

Reliability = Literal["official", "copy", "unverified", "computed"]
# The groups that are counted for themselves (WS/T 772-2020: dormitory, class, campus; the 2006 rule: the school too).
Group = Literal["class", "dormitory", "campus", "school"]
# Whoever can have met a case.
Link = Literal["household", "class", "dormitory", "seat", "journey", "gate", "table", "other"]
Place = Literal["home", "isolation_room", "hospital", "central"]
NATION = "000000"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every rule carries. An empty ``jurisdiction`` and missing days are those of the edition around it; a rule
    that begins later or ends earlier than its edition says so itself. ``zh`` and ``en`` say what a number cannot."""

    source: str
    reliability: Reliability
    jurisdiction: str = ""
    since: date | None = None
    until: date | None = None
    zh: str = ""
    en: str = ""

    @property
    def is_sure(self) -> bool:
        """False: shown as 待核实, never as "the rule"."""
        return self.reliability != "unverified"

    def note(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Law(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``category``: A, B or C of the Act; "other" for what its article 3 adds (sudden disease of unknown cause); "none"
    for what schools watch and nobody has to notify. ``as_a``: measures of class A are allowed."""

    category: Literal["A", "B", "C", "other", "none"]
    as_a: bool = False
    notified_as: str = ""  # the name on the list of the Act, where it is another one
    notified_as_en: str = ""


class Clock(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Within how many minutes what is to be said. 0: at once."""

    of: Literal["suspected", "confirmed", "cluster", "emergency"]
    minutes: int


class Suspicion(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whoever has all of ``all`` and ``least`` of ``any`` is to be looked at. Codes of `health` symptoms. A fever means
    at least ``temperature`` where one was taken. ``lasting``: for how many days each of these has been said, at
    least."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    least: int = 1
    temperature: int | None = None
    exposed: bool = False  # only after contact or a stay in a risk area
    lasting: int = 0


class Span(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days from infection to onset."""

    least: int
    most: int
    usual: int | None = None


class Infectious(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days before and after onset; ``after`` None: until the conditions of return are met."""

    before: int
    after: int | None = None


class Isolation(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where somebody stays until told otherwise. ``days``: the legal end, counted from the first day; None where the
    conditions of return are the end."""

    of: Literal["suspected", "case", "contact"]
    place: Place
    days: int | None = None


class Contacts(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``back``: days before onset from which contacts are looked for; ``days``: how long each is followed after the
    last contact; ``temperatures``: how often a day theirs is taken; ``away``: they stay away from school meanwhile."""

    back: int
    days: int
    links: tuple[Link, ...]
    temperatures: int = 2
    away: bool = False


class Condition(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that has to be so before somebody comes back. ``n``: days, hours or tests; ``apart``: hours between two
    tests. A certificate's ``level`` is the least one of the hospital, ``designated`` for TB. ``instead``: each of these
    does in its place; whichever comes first."""

    type: Literal[
        "days_since_onset",
        "days_since_rash",
        "days_since_treatment",
        "days_since_diagnosis",
        "days_since_discharge",
        "hours_free",
        "sign",
        "negative",
        "certificate",
        "school_doctor",
        "course_complete",
    ]
    n: int = 0
    apart: int = 0
    sign: str = ""
    level: Literal["", "doctor", "level2", "designated"] = ""
    instead: "tuple[Condition, ...]" = ()


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of ``conditions`` together lead back, for whom ``when`` is true (a fact of the case); "" is everybody."""

    conditions: tuple[Condition, ...]
    when: Literal["", "treated", "untreated", "pneumonia", "no_pneumonia", "positive", "negative"] = ""


class Threshold(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``cases`` distinct persons with onset within ``days`` calendar days in one of ``groups``. ``tier`` 1: cluster, to
    the county's disease control; 2: information about a public-health emergency. ``of`` says who counts. ``term``:
    since the first day of the school term; ``days`` stand for it where no term is entered."""

    id: str
    groups: tuple[Group, ...]
    days: int
    cases: int
    tier: Literal[1, 2]
    minutes: int
    of: Literal["case", "symptomatic", "hospitalised", "death"] = "case"
    term: bool = False


class Suspension(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be recommended to whoever decides (county government and above, Art. 63), never decided here.
    ``percent`` instead of ``cases``: of a class."""

    group: Group
    days: int
    close_days: int
    cases: int = 0
    percent: int = 0


class Stage(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a response level (1 the gravest of four, 0 peacetime) switches on: rounds of checks a day, the card's
    edition, days of isolation for whoever comes from elsewhere."""

    level: Literal[0, 1, 2, 3, 4]
    rounds: tuple[Literal["morning", "noon", "evening"], ...]
    card: str = ""
    arrivals_days: int = 0


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rules of a disease as they stood from one day to another. A case keeps the edition it was judged by."""

    id: str
    zh: str
    en: str
    source: str
    since: date
    law: Law
    suspicion: tuple[Suspicion, ...]
    clocks: tuple[Clock, ...]
    returning: tuple[Way, ...]
    thresholds: tuple[Threshold, ...]
    until: date | None = None
    jurisdiction: str = NATION
    incubation: Span | None = None
    infectious: Infectious | None = None
    isolation: tuple[Isolation, ...] = ()
    contacts: Contacts | None = None
    suspension: tuple[Suspension, ...] = ()
    stages: tuple[Stage, ...] = ()

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


class Disease(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``kind`` "syndrome": judged by symptoms alone, no diagnosis. ``short`` is what a line list says."""

    id: str
    zh: str
    en: str
    kind: Literal["disease", "syndrome"]
    editions: tuple[Edition, ...]
    icd10: str = ""
    short_zh: str = ""
    spreads: tuple[Literal["droplet", "airborne", "contact", "faecal_oral", "vector", "animal"], ...] = ()

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text that rules come from. ``issued`` as exactly as it is known: a year, a month or a day."""

    id: str
    zh: str
    en: str
    issuer: str
    issued: str
    number: str = ""
