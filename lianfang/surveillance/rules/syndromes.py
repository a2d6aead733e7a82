"""Which symptoms and diseases are one syndrome: ``catalog/syndromes.yaml``."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_FILE = Path(__file__).parents[1] / "catalog" / "syndromes.yaml"


class Syndrome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    zh: str
    en: str
    symptoms: tuple[str, ...]
    diseases: tuple[str, ...]
    source: str
    reliability: Literal["official", "copy", "unverified", "computed"]

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@cache
def catalog() -> dict[str, Syndrome]:
    """By id. Raises `ValueError` where a symptom or disease stands in two of them."""
    found = msgspec.yaml.decode(_FILE.read_bytes(), type=tuple[Syndrome, ...])
    for names in ([name for one in found for name in one.symptoms], [name for one in found for name in one.diseases]):
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{_FILE.name}: in two syndromes: {', '.join(sorted(twice))}")
    return {one.id: one for one in found}


def of_symptom(code: str) -> str:
    return next((one.id for one in catalog().values() if code in one.symptoms), code)


def of_disease(name: str) -> str:
    return next((one.id for one in catalog().values() if name in one.diseases), name)
