"""The words of rosters, read once from ``words.yaml`` beside this file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def _by_word(name: str) -> dict[str, Any]:
    """Word → value. Raises ValueError where two values claim a word."""
    found: dict[str, Any] = {}
    for value, words in _TOLD[name].items():
        for word in words:
            if found.setdefault(str(word), value) != value:
                raise ValueError(f"words.yaml: {name}: {word!r} means both {found[str(word)]} and {value}")
    return found


HEADINGS: Mapping[str, tuple[str, ...]] = {name: tuple(words) for name, words in _TOLD["headings"].items()}
FIELD_OF: Mapping[str, str] = _by_word("headings")
NOT_COLLECTED: frozenset[str] = frozenset(_TOLD["not_collected"])
SEXES: Mapping[str, int] = _by_word("sexes")
DOCUMENTS: Mapping[str, str] = _by_word("documents")
LODGINGS: Mapping[str, str] = _by_word("lodgings")
BELONGINGS: Mapping[str, str] = _by_word("belongings")
RELATIONS: Mapping[str, str] = _by_word("relations")
NATIONS: Mapping[str, str] = _by_word("nations")
STATES: Mapping[str, str] = _by_word("states")
