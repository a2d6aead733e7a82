"""Into which class somebody falls by what they told of their whereabouts. The first rule of an edition that fits
decides; one with ``days`` fits until so many days after what it counts from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lianfang.health.rules.key_editions import Edition, Rule
from lianfang.health.rules.whereabouts import Whereabouts


@dataclass(frozen=True)
class Reason:
    """Why: the rule, the prefix of the area ("" where there is none), the day it counts from."""

    when: str
    area: str
    on: date


@dataclass(frozen=True)
class Verdict:
    """``when`` is the rule that decided, "" for the class of everybody else. ``until``: the last day of being followed,
    None where only somebody's word ends it."""

    kind: str
    category: str
    when: str = ""
    since: date | None = None
    until: date | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def counts_from(self) -> date:
        """`since` of a class that is followed. Raises `ValueError` for everybody else."""
        if self.since is None:
            raise ValueError(self.category)
        return self.since


def classify(facts: Whereabouts, edition: Edition, on: date) -> Verdict:
    """The one class of somebody on that day."""
    for rule in edition.rules:
        reason = _FITS[rule.when](facts, edition, rule, on) if rule.when in _FITS else None
        if reason is not None and ((until := rule.until(reason.on)) is None or on <= until):
            return _verdict(edition, rule, reason)
    return Verdict(edition.general.kind, edition.general.code)


def by_hand(edition: Edition, category: str, since: date) -> Verdict:
    """Of somebody who is listed by hand, with the days of the first rule that leads to the class."""
    verdict = _verdict(edition, edition.asking(category, "listed"), Reason("listed", "", since))
    return replace(verdict, when="listed")


def _verdict(edition: Edition, rule: Rule, reason: Reason) -> Verdict:
    category = edition.category(rule.category)
    kind = category.kind if category else ""
    return Verdict(kind, rule.category, rule.when, reason.on, rule.until(reason.on), (reason,))


def _own_state(facts: Whereabouts, edition: Edition, rule: Rule, on: date) -> Reason | None:
    return Reason("own_state", "", facts.answered_on) if facts.health in rule.health else None


def _still_there(facts: Whereabouts, edition: Edition, rule: Rule, on: date) -> Reason | None:
    """Somewhere in an area, as the person says or as the last thing that is known of them. Who never left a school that
    lies in the area is at home there (`_residence`)."""
    last = _movements(facts, edition, on)[-1:]
    if last and last[0].into:
        return Reason("still_there", last[0].area, last[0].on)
    area = edition.area(facts.living_area)
    return Reason("still_there", area.prefix, facts.answered_on) if area and not facts.stayed_here else None


def _left(facts: Whereabouts, edition: Edition, rule: Rule, on: date) -> Reason | None:
    moved = [one for one in _movements(facts, edition, on) if not one.into]
    if rule.passing:
        moved += list(_passed(facts, edition, on))
    last = max(moved, key=lambda one: one.on, default=None)
    return Reason("left", last.area, last.on) if last else None


def _contact(facts: Whereabouts, edition: Edition, rule: Rule, on: date) -> Reason | None:
    """Somebody from an area counts if the area does, or if nobody says which."""
    met = []
    for one in facts.meetings:
        area = edition.area(one.area) if one.area else None
        counts = one.kind != "risk_area" or area is not None or not one.area
        if one.kind in rule.meetings and counts and (rule.after or one.on) <= one.on <= on:
            met.append(Reason("contact", area.prefix if area else "", one.on))
    return max(met, key=lambda one: one.on, default=None)


def _residence(facts: Whereabouts, edition: Edition, rule: Rule, on: date) -> Reason | None:
    area = edition.area(facts.living_area)
    return Reason("residence", area.prefix, area.from_on) if area and facts.stayed_here else None


_FITS = {
    "own_state": _own_state,
    "still_there": _still_there,
    "left": _left,
    "contact": _contact,
    "residence": _residence,
}


@dataclass(frozen=True)
class _Movement:
    on: date
    into: bool
    area: str  # prefix


def _movements(facts: Whereabouts, edition: Edition, on: date) -> list[_Movement]:
    """Into an area and out of it, up to that day, oldest first; of the same day what leads out comes last. What was
    over before the area counts is left out."""
    found = [*_of_stays(facts, edition), *_of_journeys(facts, edition)]
    in_order = sorted((one for one in found if one.on <= on), key=lambda one: (one.on, not one.into))
    if in_order and in_order[-1].into and (left := _left_since(facts, edition, in_order[-1].on)) is not None:
        in_order.append(_Movement(min(left, on), False, in_order[-1].area))
    return in_order


def _of_stays(facts: Whereabouts, edition: Edition) -> Iterator[_Movement]:
    for stay in facts.stays:
        area = edition.area(stay.area)
        if area is None or (stay.to_on is not None and stay.to_on < area.from_on):
            continue
        yield _Movement(stay.from_on, True, area.prefix)
        if stay.to_on is not None and stay.to_on <= facts.answered_on:
            yield _Movement(stay.to_on, False, area.prefix)


def _of_journeys(facts: Whereabouts, edition: Edition) -> Iterator[_Movement]:
    for trip in facts.journeys:
        out, into = edition.area(trip.from_area), edition.area(trip.to_area)
        if into is not None and trip.on >= into.from_on:
            yield _Movement(trip.on, True, into.prefix)
        elif out is not None and trip.on >= out.from_on:
            yield _Movement(trip.on, False, out.prefix)


def _left_since(facts: Whereabouts, edition: Edition, on: date) -> date | None:
    """Since when somebody who went into an area is out of it again, by what else they say: a stay elsewhere, being
    back, being somewhere else now. Where no day is told, the latest it can have been. None: nothing says so."""
    if any(stay.to_on is None and edition.area(stay.area) for stay in facts.stays):
        return None
    days = [stay.from_on for stay in facts.stays if edition.area(stay.area) is None and stay.from_on > on]
    days += [facts.back_on] if facts.back_on and facts.back_on > on else []
    if edition.area(facts.living_area) is None:
        days.append(facts.answered_on)
    return min(days, default=None)


def _passed(facts: Whereabouts, edition: Edition, on: date) -> Iterator[_Movement]:
    for trip in facts.journeys:
        for code in trip.through:
            area = edition.area(code)
            if area is not None and area.from_on <= trip.on <= on:
                yield _Movement(trip.on, False, area.prefix)
