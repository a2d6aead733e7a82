"""Pure decisions about the roster: who may belong where, which dates can be, who may see why, what leaves the house.

Kinds are the values of `people.models.roster` and `orgs.models.Kind`, as plain words.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_SCHOOLS = frozenset({"school", "training", "campus"})
_LEARNING = _SCHOOLS | {"department", "class"}
_WORKING = _SCHOOLS | {"department", "office", "class"}

# As what → kinds of unit where somebody can belong. Pupils without a class stand at their department or school.
BELONGS_AT: Mapping[str, frozenset[str]] = {
    "student": _LEARNING,
    "teacher": _WORKING,
    "staff": _WORKING,
    "canteen": _SCHOOLS | {"office"},
    "dormitory": _SCHOOLS | {"office"},
    "shop": _SCHOOLS | {"office"},
    "service": _SCHOOLS | {"office"},
    "resident": _SCHOOLS,
}

# Why somebody opens a value that is masked: told to the audit and to the guardian who asks.
REASONS = ("contact", "illness", "verify", "authority", "other")
# A reason that says nothing of its own needs words.
NEEDS_WORDS = frozenset({"authority", "other"})

# Columns a list can be taken out with → whether it shows a sealed value in full. Identity numbers are no column: what
# needs them asks for them one by one.
COLUMNS: Mapping[str, bool] = {
    "name": False, "sex": False, "number": False, "unit": False, "as_a": False, "state": False, "lodging": False,
    "marks": False, "born_on": False, "from_on": False, "phone_masked": False, "guardian_masked": False,
    "phone": True, "guardian": True,
}  # fmt: skip
USUAL_COLUMNS = ("name", "sex", "number", "unit")
# More people than a class has, or anything sealed in clear, needs a second person (control B04).
FREELY = 50
# And so does the fourth class within a day: a school taken out class by class is a school.
FREELY_A_DAY = 200
SHORTEST_PURPOSE = 4


@dataclass(frozen=True)
class Span:
    """A stretch of days, both ends included; ``to_on`` None is open."""

    from_on: date
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def may_belong(as_a: str, unit_kind: str) -> bool:
    return unit_kind in BELONGS_AT[as_a]


def needs_agreement(people: int, columns: Collection[str], taken: int = 0) -> bool:
    """``taken``: how many the same person took out within a day without asking."""
    return people > FREELY or people + taken > FREELY_A_DAY or any(COLUMNS[column] for column in columns)


def last_day_before(from_on: date, begun_on: date) -> date | None:
    """The last day of a row when the next one begins ``from_on``; None: it would have no day of its own, so the row
    itself is put right instead. ValueError when the next one begins before it."""
    if from_on < begun_on:
        raise ValueError("the next row begins before this one")
    return None if from_on == begun_on else from_on - timedelta(days=1)


def is_away(away_from: date | None, away_to: date | None, day: date) -> bool:
    """On leave of absence on that day (休学)."""
    return away_from is not None and Span(away_from, away_to).holds(day)


def looks_like_number(typed: str) -> bool:
    """Typed to find one person by telephone or document, not by name: five digits at least, and no Chinese."""
    return may_hold_number(typed) and typed.isascii()


def may_hold_number(typed: str) -> bool:
    return sum(sign.isdigit() for sign in typed) >= 5
