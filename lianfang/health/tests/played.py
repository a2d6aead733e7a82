"""A year of a school of honest teachers, played with dice: what the detectors of `rules.hints` would look at, day by day.
Generous on purpose: classes differ in how ill they are and how closely they are watched, illness comes in waves, some
pupils are ill for a season, some teachers report with the bell and round what the thermometer shows."""

import random
from collections import Counter
from dataclasses import dataclass, field

from lianfang.health.rules import hints
from lianfang.health.rules.hints import Found, Kind, Repeated, Week

CLASSES, DAYS, SIZE = 60, 200, 45
_WEEKS = 60  # school days in `silent.days`
Said = tuple[int, str, int | None]  # until which day, what, temperature
Named = tuple[tuple[int, str, int | None], ...]  # of a day: who, what, temperature


@dataclass
class Class:
    dice: random.Random
    rate: float
    watched: float
    bell: float
    measures: bool
    ill: dict[int, Said] = field(default_factory=dict)
    found: list[set[int]] = field(default_factory=list)
    said: list[Named] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)
    cards: list[tuple[int, int]] = field(default_factory=list)


def year(seed: int) -> Counter[Kind]:
    """How many hints an honest school has in a year, by kind."""
    dice = random.Random(seed)
    classes = [_class(dice) for _ in range(CLASSES)]
    counted: Counter[Kind] = Counter()
    rests: dict[tuple[int, Kind], int] = {}
    for day in range(DAYS):
        wave = 3.0 if 60 <= day < 90 else 1.0
        for one in classes:
            _live(one, day, wave)
        for number, found in _looked_through(classes, day):
            if rests.get((number, found.kind), 0) <= day:
                rests[number, found.kind] = day + 20  # school days in `rest.days`
                counted[found.kind] += 1
    return counted


def _class(dice: random.Random) -> Class:
    one = Class(
        dice, dice.gammavariate(4, 0.001), dice.uniform(0.6, 1), dice.choice((20, 60, 300, 600)), dice.random() < 0.2
    )
    for _ in range(dice.choice((0, 0, 0, 0, 1, 3))):  # who coughs for weeks, or has broken a leg
        one.ill[dice.randrange(SIZE)] = (dice.randrange(15, 80), dice.choice(("cough", "ill")), None)
    return one


def _live(one: Class, day: int, wave: float) -> None:
    dice = one.dice
    one.ill = {who: said for who, said in one.ill.items() if said[0] > day}
    fell = [who for who in range(SIZE) if dice.random() < one.rate * wave]
    if dice.random() < 0.005:  # a wave in the class, or a household sent home for a fortnight
        fell += dice.sample(range(SIZE), dice.randrange(3, 9))
    fevers = missed = 0
    for who in fell:
        what = dice.choices(("ill", "cough", "fever", "leave"), (4, 2, 2, 2))[0]
        if who in one.ill or dice.random() > one.watched:
            continue
        told = what == "fever" and dice.random() < 0.7  # on the card, before the check
        overlooked = told and dice.random() < 0.15
        fevers, missed = fevers + told, missed + overlooked
        if not overlooked:
            one.ill[who] = (day + 1 + min(int(dice.expovariate(0.4)), 14), what, None)
    named = []
    for who, (_, what, _none) in sorted(one.ill.items()):
        named.append((who, what, round(dice.gauss(382, 4)) if what == "fever" else None))
    one.said.append(tuple(named))
    one.found.append({who for who, *_ in named})
    one.moments.append(round(28_800 + dice.gauss(0, one.bell)))
    one.cards.append((fevers, missed))


def _looked_through(classes: list[Class], day: int) -> list[tuple[int, Found]]:
    weeks = [Week(min(day + 1, _WEEKS), SIZE, len(set().union(*one.found[-_WEEKS:]))) for one in classes]
    found: list[tuple[int, Found | None]] = []
    for number, one in enumerate(classes):
        others = weeks[:number] + weeks[number + 1 :]
        found += [
            (number, hints.copied(repeated(one.said))),
            (number, hints.unseen({at - 9: pair for at, pair in enumerate(one.cards[-10:])})),
            (number, hints.clockwork({at - 14: moment for at, moment in enumerate(one.moments[-15:])})),
            (number, hints.temperatures(_measured(one, day))),
            (number, _typed(one)),
            (number, hints.silent(weeks[number], others) if not weeks[number].found else None),
        ]
    return [(number, one) for number, one in found if one is not None]


def repeated(said: list[Named]) -> Repeated:
    run = next((at for at, one in enumerate(reversed(said)) if one != said[-1]), len(said))
    warm = sum(tenths is not None for _, _, tenths in said[-1])
    coughs = sum(tenths is None and what == "cough" for _, what, tenths in said[-1])
    return Repeated(min(run, 25), warm, coughs, len(said[-1]) - warm - coughs) if said[-1] else Repeated(0, 0, 0, 0)


def _measured(one: Class, day: int) -> Counter[int]:
    """Twice a week everybody in some classes; a fifth of the readings is rounded to half a degree."""
    counts: Counter[int] = Counter()
    if one.measures and day % 5 in (0, 3):
        for _ in range(SIZE):
            tenths = round(one.dice.gauss(365, 2.5))
            counts[round(tenths / 5) * 5 if one.dice.random() < 0.2 else tenths] += 1
    return counts


def _typed(one: Class) -> Found | None:
    """A quick thumb: a second and a half for each named, and more for a temperature."""
    people = len(one.said[-1])
    warm = sum(tenths is not None for _, _, tenths in one.said[-1])
    seconds = 2 + round(people * one.dice.uniform(1.5, 6) + warm * one.dice.uniform(1.5, 4))
    return hints.haste(people=people, temperatures=warm, seconds=seconds)


def copier(seed: int, days: int, people: int = 3) -> int | None:
    """On which day it is found that somebody copies the list of the first day."""
    dice = random.Random(seed)
    first = tuple((who, "fever", round(dice.gauss(380, 4))) for who in range(people))
    said: list[Named] = []
    for day in range(days):
        said.append(first)
        if hints.copied(repeated(said)):
            return day + 1
    return None
