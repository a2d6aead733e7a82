"""Where somebody was in the days a survey asks about, whom they met, how they are (假期行踪摸排)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lianfang.health.rules.sent import Flaw

MOST = 30  # stays, journeys or meetings one answer may name
Means = Literal["plane", "train", "coach", "ship", "car", "other"]
Contact = Literal["risk_area", "case", "suspected"]
Health = Literal["well", "confirmed", "suspected", "observed"]


@dataclass(frozen=True)
class Stay:
    """``area``: code of a division, as in all of these (`rules.divisions`). Without ``to_on`` still there."""

    area: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True)
class Journey:
    """``number`` of the flight or train, the plate of a car. ``through``: areas where one changed or stopped."""

    means: Means
    number: str
    from_area: str
    to_area: str
    on: date
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """Contact with somebody from an area of risk, with a case or a suspected one, the last time. ``area`` is where that
    person came from, or "" where nobody knows."""

    kind: Contact
    area: str
    on: date


@dataclass(frozen=True)
class Whereabouts:
    """``stayed_here``: never left the area of the school. ``living_area``: where the person is now. ``back_on``: since
    when back in the area of the school; None: never left, or not back. ``health``: what the person was or is."""

    answered_on: date
    stayed_here: bool
    living_area: str
    stays: tuple[Stay, ...] = ()
    journeys: tuple[Journey, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    health: Health = "well"
    back_on: date | None = None

    @property
    def plain(self) -> bool:
        """Nothing that anybody would have to look after."""
        return self.stayed_here and not self.meetings and self.health == "well"


def flaws(facts: Whereabouts, known: Collection[str]) -> list[Flaw]:
    """What is wrong by itself, as codes of `health.problems` at fields ("stays.0.to_on"). ``known``: the codes of all
    areas there are."""
    found = [*_of_stays(facts), *_of_ways(facts), *_of_meetings(facts)]
    if facts.back_on is not None and facts.back_on > facts.answered_on:
        found.append(Flaw("health.survey_ahead", "back_on"))
    found += [Flaw("health.survey_area_unknown", field) for field, area in _areas(facts) if area not in known]
    if facts.stayed_here and (facts.stays or facts.journeys or facts.back_on):
        found.append(Flaw("health.survey_stayed_and_left", "stayed_here"))
    if not facts.stayed_here and not facts.stays:
        found.append(Flaw("health.survey_left_without_stay", "stays"))
    for name in ("stays", "journeys", "meetings"):
        if len(getattr(facts, name)) > MOST:
            found.append(Flaw("health.survey_too_many", name))
    return found


def overlaps(facts: Whereabouts) -> list[tuple[Stay, Stay]]:
    """Stays of which one began before the other was over. One may go and return on the same day, and people remember
    dates badly: it is said, and kept."""
    rows = sorted(facts.stays, key=lambda stay: stay.from_on)
    return [
        (first, later)
        for at, first in enumerate(rows)
        for later in rows[at + 1 :]
        if first.to_on is None or later.from_on < first.to_on
    ]


def _of_stays(facts: Whereabouts) -> Iterator[Flaw]:
    for at, stay in enumerate(facts.stays):
        if stay.to_on is not None and stay.to_on < stay.from_on:
            yield Flaw("health.survey_ends_before", f"stays.{at}.to_on")
        for name in ("from_on", "to_on"):
            on = getattr(stay, name)
            if on is not None and on > facts.answered_on:
                yield Flaw("health.survey_ahead", f"stays.{at}.{name}")


def _of_ways(facts: Whereabouts) -> Iterator[Flaw]:
    for at, way in enumerate(facts.journeys):
        if way.on > facts.answered_on:
            yield Flaw("health.survey_ahead", f"journeys.{at}.on")
        if len(way.through) > MOST:
            yield Flaw("health.survey_too_many", f"journeys.{at}.through")


def _of_meetings(facts: Whereabouts) -> Iterator[Flaw]:
    for at, met in enumerate(facts.meetings):
        if met.on > facts.answered_on:
            yield Flaw("health.survey_ahead", f"meetings.{at}.on")


def _areas(facts: Whereabouts) -> Iterator[tuple[str, str]]:
    yield "living_area", facts.living_area
    for at, stay in enumerate(facts.stays):
        yield f"stays.{at}.area", stay.area
    for at, way in enumerate(facts.journeys):
        yield f"journeys.{at}.from_area", way.from_area
        yield f"journeys.{at}.to_area", way.to_area
        for area in way.through:
            yield f"journeys.{at}.through", area
    for at, met in enumerate(facts.meetings):
        if met.area:
            yield f"meetings.{at}.area", met.area
