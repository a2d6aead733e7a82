"""Which diseases a person's day makes think of, by the suspicion rules of the files.

A rule only suggests: half a school has a cough in winter. Somebody decides with one tap; by itself a case is opened for
those only who are known to have been exposed (`actions.considering`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lianfang.policies.diseases.spec import Disease, Edition, Suspicion

# Said again within so many days, a symptom has lasted: a weekend lies between. As `surveillance` counts illnesses.
_STILL = timedelta(days=3)


@dataclass(frozen=True)
class Seen:
    """Codes of symptoms; ``tenths`` of a degree, the highest that counts. ``exposed``: ids of the diseases that the
    person may have met, by contact or a stay in a risk area. ``lasted``: days since each symptom was first said."""

    symptoms: frozenset[str]
    tenths: int | None = None
    exposed: frozenset[str] = frozenset()
    lasted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Thought:
    """``because``: the symptoms by which the rule fits."""

    disease: Disease
    edition: Edition
    rule: Suspicion
    because: tuple[str, ...]


def fits(rule: Suspicion, seen: Seen, disease: str) -> bool:
    if rule.exposed and disease not in seen.exposed:
        return False
    here = _counting(rule, seen)
    return here.issuperset(rule.all) and (not rule.any or len(here.intersection(rule.any)) >= rule.least)


def _counting(rule: Suspicion, seen: Seen) -> frozenset[str]:
    """A fever that was measured below the rule's degree is none for the rule, nor what has not lasted long enough."""
    low = rule.temperature is not None and seen.tenths is not None and seen.tenths < rule.temperature
    here = seen.symptoms - {"fever"} if low else seen.symptoms
    return frozenset(one for one in here if seen.lasted.get(one, 0) >= rule.lasting) if rule.lasting else here


def lasted(on: date, told: Mapping[date, frozenset[str]], ill: Iterable[date]) -> dict[str, int]:
    """For how many days each symptom of the day ``on`` has been there. ``told``: what was said on which day; on days of
    ``ill`` the person was away ill, whatever was said. A gap longer than a weekend ends it."""
    days, found = set(ill), {}
    for code in told.get(on, frozenset()):
        first = last = on
        for day in sorted((one for one in {*told, *days} if one < on), reverse=True):
            said = code in told.get(day, frozenset())
            if last - day > _STILL:
                break
            if said or day in days:
                last = day
            if said:
                first = day
        found[code] = (on - first).days
    return found


def thoughts(rulebook: Iterable[tuple[Disease, Edition | None]], seen: Seen) -> list[Thought]:
    """Each disease once, by the rule of it that explains most; the one that asks for most first, then the one whose
    signs fewer diseases share: a rash says more than a fever. Syndromes are for groups."""
    found, book = [], list(rulebook)
    shared = _shared(book)
    for disease, edition in book:
        if edition is None or disease.kind == "syndrome":
            continue
        good = [one for one in edition.suspicion if fits(one, seen, disease.id) and (one.all or one.any)]
        if good:
            best = max(good, key=lambda one: (_asks(one), _explains(one, seen, shared)))
            because = [code for code in (*best.all, *best.any) if code in seen.symptoms]
            found.append(Thought(disease, edition, best, tuple(dict.fromkeys(because))))
    return sorted(found, key=lambda one: (-_asks(one.rule), -_explains(one.rule, seen, shared), one.disease.id))


def _shared(book: Iterable[tuple[Disease, Edition | None]]) -> Counter[str]:
    """How many diseases name each symptom."""
    return Counter(
        code
        for _, edition in book
        if edition
        for code in {code for rule in edition.suspicion for code in (*rule.all, *rule.any)}
    )


def _asks(rule: Suspicion) -> int:
    """How much has to come together before the rule fits; a known exposure counts as a sign, and so does time."""
    return len(rule.all) + (rule.least if rule.any else 0) + rule.exposed + bool(rule.lasting)


def _explains(rule: Suspicion, seen: Seen, shared: Mapping[str, int]) -> float:
    return sum(1 / shared[code] for code in seen.symptoms.intersection((*rule.all, *rule.any)))
