"""What a day is for a school: one rule over the entries of the units above it and the day of the country.

Three questions, in this order. *Was the day itself decided?* A suspension, a make-up day or a holiday of the nearest
unit that has one; of several at one unit in that order, then the latest. What a school enters never lifts the
suspension of an area above it. *Is it outside the terms?* As the nearest unit says that has any. *Which days of the
week are taught?* Festivals and make-up workdays of the country hold everywhere; other days follow the nearest weekday
rule, else workdays are school days. So where nobody has entered a term, every workday is a school day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from lianfang.orgs.rules.nation import national

Calendar = Literal["every_day", "workdays", "school_days"]
EVERY: frozenset[str] = frozenset({"every_day", "workdays", "school_days"})
# After a term without a following one the holidays end of themselves, so that a term nobody entered does not silence a
# school for good. The longest usual ones, those of colleges in summer, are nine or ten weeks.
LONGEST_BREAK = timedelta(days=70)
AHEAD = 12  # days looked ahead for the next school day: the longest festival with its weekends has eleven


class Why(StrEnum):
    """What makes a day what it is."""

    WORKDAY = "workday"
    MADE_UP = "made_up"
    TAUGHT = "taught"
    WEEKEND = "weekend"
    NOT_TAUGHT = "not_taught"
    FESTIVAL = "festival"
    HOLIDAY = "holiday"
    BREAK = "break"
    SUSPENDED = "suspended"


# The kinds that speak of a day itself, from the one that goes first.
_DECIDING = ("suspension", "school_day", "holiday")
_MEANS = {
    "suspension": (False, Why.SUSPENDED),
    "school_day": (True, Why.MADE_UP),
    "holiday": (False, Why.HOLIDAY),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated entry as far as the rule sees it. ``to_on``: the last day it holds; None: until further notice."""

    kind: str
    from_on: date
    to_on: date | None
    weekdays: str = ""
    name: str = ""
    id: int = 0

    def covers(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True)
class Level:
    """The entries of one unit, the latest first."""

    entries: Sequence[Entry]
    is_school: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """``zh`` and ``en`` name the festival or what was entered; ``entry`` is its id. ``official``: the calendar of the
    country for that year is known."""

    taught: bool
    why: Why
    zh: str = ""
    en: str = ""
    entry: int = 0
    official: bool = True


def what(on: date, levels: Sequence[Level]) -> Day:
    """``levels``: the unit itself, then those above it."""
    of_nation = national(on)
    decided = _decided(on, levels)
    if decided is not None:
        taught, why = _MEANS[decided.kind]
        return Day(taught, why, decided.name, decided.name, decided.id, of_nation.official)
    ended = _out_of_term(on, levels)
    if ended is not None:
        return Day(False, Why.BREAK, entry=ended.id, official=of_nation.official)
    if of_nation.special:
        why = Why.MADE_UP if of_nation.works else Why.FESTIVAL
        return Day(of_nation.works, why, of_nation.zh, of_nation.en)
    rule = next((one for level in levels for one in level.entries if one.kind == "weekdays" and one.covers(on)), None)
    if rule is None:
        return Day(of_nation.works, Why.WORKDAY if of_nation.works else Why.WEEKEND, official=of_nation.official)
    taught = str(on.isoweekday()) in rule.weekdays
    return Day(taught, _by_rule(taught, of_nation.works), entry=rule.id, official=of_nation.official)


def _by_rule(taught: bool, works: bool) -> Why:
    if taught:
        return Why.WORKDAY if works else Why.TAUGHT
    return Why.NOT_TAUGHT if works else Why.WEEKEND


def _decided(on: date, levels: Sequence[Level]) -> Entry | None:
    by_level = [(level.is_school, _first(on, level.entries)) for level in levels]
    found = [(is_school, one) for is_school, one in by_level if one is not None]
    if not found:
        return None
    above = next((one for is_school, one in found if not is_school), None)
    return above if above is not None and above.kind == "suspension" else found[0][1]


def _first(on: date, entries: Iterable[Entry]) -> Entry | None:
    covering = [one for one in entries if one.kind in _DECIDING and one.covers(on)]
    return min(covering, key=lambda one: _DECIDING.index(one.kind), default=None)


def _out_of_term(on: date, levels: Sequence[Level]) -> Entry | None:
    """The term after which the day falls, as the nearest unit with terms says; None: it is not outside of any."""
    for level in levels:
        begun = [one for one in level.entries if one.kind == "term" and one.from_on <= on]
        if not begun:
            continue
        if any(one.covers(on) for one in begun):
            return None
        last = max(begun, key=lambda one: one.to_on or one.from_on)
        follows = any(one.kind == "term" and one.from_on > on for one in level.entries)
        over = on - (last.to_on or on) > LONGEST_BREAK
        return None if over and not follows else last
    return None


def running(on: date, taught: bool) -> frozenset[str]:
    """The calendars that have this day."""
    found = {"every_day"} | ({"workdays"} if national(on).works else set()) | ({"school_days"} if taught else set())
    return frozenset(found)


def next_open(on: date, taught: Mapping[date, bool]) -> date:
    """The day itself or the next one on which somebody is at school. ``taught``: the day and `AHEAD` days after it;
    where none of them is, as in the holidays, the next workday."""
    days = [on + timedelta(days=ahead) for ahead in range(AHEAD)]
    school = next((day for day in days if taught.get(day, False)), None)
    return school or next((day for day in days if national(day).works), on)


def overlapping(from_on: date, to_on: date, others: Iterable[Entry]) -> Entry | None:
    """The first of the terms that has a day in common with another one."""
    return next((one for one in others if one.from_on <= to_on and (one.to_on is None or one.to_on >= from_on)), None)
