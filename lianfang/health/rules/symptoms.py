"""Symptoms as one number: bit n is symptom n of ``catalog/symptoms.yaml``. None is "not asked", 0 is "asked, none"."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).parents[1] / "catalog" / "symptoms.yaml"
FEVER = 1


class Symptom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    bit: int
    zh: str
    en: str
    source: str

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@cache
def catalog() -> tuple[Symptom, ...]:
    """In their order. Raises `ValueError` for a code or bit that stands twice, and for one outside 0 … 30."""
    found = msgspec.yaml.decode(_FILE.read_bytes(), type=tuple[Symptom, ...])
    bits, codes = [one.bit for one in found], [one.code for one in found]
    if len({*bits}) < len(bits) or len({*codes}) < len(codes) or not all(0 <= bit <= 30 for bit in bits):
        raise ValueError(f"{_FILE.name}: a code or bit stands twice, or is out of range")
    if next(one.bit for one in found if one.code == "fever") != 0:
        raise ValueError(f"{_FILE.name}: fever is bit 0")
    return found


@cache
def _bits() -> dict[str, int]:
    return {one.code: 1 << one.bit for one in catalog()}


def known(code: str) -> bool:
    return code in _bits()


def packed(codes: Iterable[str]) -> int:
    """Raises `KeyError` for an unknown code."""
    return sum({_bits()[code] for code in codes})


def unpacked(number: int | None) -> Iterator[Symptom]:
    for one in catalog():
        if number and number & (1 << one.bit):
            yield one
