"""How long somebody is kept apart by the rules, and what decides whether it may end. Day 0 is the day it counts from;
the last day is day ``days``."""

from dataclasses import dataclass
from datetime import date, timedelta

from lianfang.policies.diseases.spec import Edition

_MOST_DAYS = 400  # what no rule of the folder reaches; a year mistyped


@dataclass(frozen=True)
class Legal:
    """What the rules say. ``days`` None: until the conditions of return are met. ``place`` is where they want it, ""
    where they do not say."""

    days: int | None
    source: str
    sure: bool
    place: str = ""


def legal(edition: Edition, why: str, level: int) -> Legal | None:
    """``level``: of the response that runs at the school (`policies`), 0 in peacetime. None: the rules are silent."""
    if why == "arrival":
        stage = next((one for one in edition.stages if one.level == level and one.arrivals_days), None)
        return Legal(stage.arrivals_days, stage.source, stage.is_sure) if stage else None
    rule = next((one for one in edition.isolation if one.of == why), None)
    return Legal(rule.days, rule.source, rule.is_sure, rule.place) if rule else None


def last_day(counts_from: date, days: int | None) -> date | None:
    return None if days is None else counts_from + timedelta(days=days)


def is_over(until: date | None, on: date) -> bool:
    """Whether the last day has passed; that somebody is released is still somebody's word."""
    return until is not None and on > until


def counts_flaw(counts_from: date, on: date) -> str:
    """What is wrong with the day it counts from: a code of `cases.problems`, or nothing."""
    if counts_from > on:
        return "cases.day_ahead"
    return "cases.counts_long_ago" if (on - counts_from).days > _MOST_DAYS else ""


def until_flaw(until: date, on: date) -> str:
    """What is wrong with another last day that somebody decides."""
    if until < on:
        return "cases.until_past"
    return "cases.until_far" if (until - on).days > _MOST_DAYS else ""


def rooms(first: str, last: str) -> list[str] | None:
    """The rooms from "301" to "312", width kept; ``last`` blank is ``first`` alone, which may be any word. None where
    they are no range of at most a hundred."""
    if not last or first == last:
        return [first] if first else None
    if not (first.isascii() and last.isascii() and first.isdecimal() and last.isdecimal()):
        return None
    if not 0 <= int(last) - int(first) < 100:
        return None
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
