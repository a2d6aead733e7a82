"""The numbers of a disease's file that an authority may decide differently, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.policies.diseases import deciding
from lianfang.policies.diseases.spec import Edition
from lianfang.ui import return_words
from lianfang.web.rulebook.lines import PARTS, threshold
from lianfang.web.rulebook.wording import TIERS

_CONTACTS: dict[str, Promise] = {
    "contacts.back": _("Days before onset from which contacts are looked for"),
    "contacts.days": _("Days for which contacts are followed"),
}


@dataclass(frozen=True)
class Number:
    """``file``: what the file says; ``holds``: what holds for the unit; ``least`` to ``most`` may be decided."""

    key: str
    part: str
    what: str
    file: int
    holds: int
    least: int
    most: int

    @property
    def is_own(self) -> bool:
        return self.file != self.holds


def numbers(filed: Edition, held: Edition, language: str) -> list[Number]:
    """In the order of the page of the disease. ``filed``: as the file says it; ``held``: as it holds for the unit."""
    values, found = deciding.keys(held), []
    words = dict(_words(filed, language))
    for key, file in deciding.keys(filed).items():
        part = str(PARTS[key.partition(".")[0]])
        found.append(Number(key, part, words[key], file, values.get(key, file), *deciding.bounds(key, file)))
    return found


def _words(edition: Edition, language: str) -> Iterator[tuple[str, str]]:
    for row in edition.thresholds:
        yield f"thresholds.{row.id}.cases", f"{TIERS[row.tier]} · {threshold(row)}"
    for way in edition.returning:
        for condition in way.conditions:
            for one in (condition, *condition.instead):
                said = return_words.alone(one, language)
                yield deciding.condition_key(way, one), f"{return_words.WHENS[way.when]} · {said}"
    for key, what in _CONTACTS.items():
        yield key, str(what)
