"""Who is ill when in the demo's classes: a small influenza in two of them, here and there a cold elsewhere."""

import random
from dataclasses import dataclass

# Class by the end of its code → on which day each of its sick fell ill, counted back from today.
WAVES = {"-D1-01": (9, 8, 7, 7, 6, 6, 5, 4, 3, 2, 2, 1, 1, 0), "-D1-02": (6, 5, 4, 3, 3, 2, 1, 0)}
FORTNIGHT = 14
_FLU = (("fever", "cough"), ("fever", "headache", "fatigue"), ("fever", "sore_throat", "cough"))
_OTHER = (("abdominal_pain", "diarrhoea"), ("cough", "sore_throat"), ("headache",), ("vomiting",))


@dataclass(frozen=True)
class Illness:
    """``place`` is where the pupil stands in the class, from 0. ``began``: how many days ago; ``days``: how long it
    lasts. ``absent`` is what the roll says (None: there, with symptoms)."""

    place: int
    began: int
    days: int
    absent: str | None
    symptoms: tuple[str, ...] = ()
    temperature: float | None = None

    def lasts(self, back: int) -> bool:
        """On the day so many days ago?"""
        return self.began >= back > self.began - self.days


def of_class(code: str, size: int) -> list[Illness]:
    dice = random.Random(f"2020 illness {code}")  # noqa: S311  (invents figures, guards nothing)
    places = dice.sample(range(size), min(size, 20))
    began = next((days for end, days in WAVES.items() if code.endswith(end)), ())
    found = [_flu(dice, places.pop(), day) for day in began]
    if dice.random() < 0.35:
        found.append(_other(dice, places.pop()))
    if dice.random() < 0.25:
        found.append(Illness(places.pop(), dice.randrange(FORTNIGHT), 1, dice.choice(("leave", "leave", "unknown"))))
    return found


def _flu(dice: random.Random, place: int, began: int) -> Illness:
    absent = "ill" if began or dice.random() < 0.5 else None
    return Illness(place, began, dice.randint(2, 4), absent, dice.choice(_FLU), dice.randint(379, 392) / 10)


def _other(dice: random.Random, place: int) -> Illness:
    absent = "ill" if dice.random() < 0.6 else None
    return Illness(place, dice.randrange(FORTNIGHT), dice.randint(1, 2), absent, dice.choice(_OTHER))
