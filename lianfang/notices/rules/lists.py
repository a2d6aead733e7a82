"""A list of people as it is pasted or read from a file: what each line means, and whom it names."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST = 5000  # lines
_BLANKS = re.compile(r"\s+")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Matched(Generic[Key]):
    """``ids``: whom the lines name, each once. ``several``: lines that fit more than one; ``unknown``: lines that fit
    nobody. Both as they were typed."""

    ids: tuple[Key, ...]
    several: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def lines(text: str) -> list[str]:
    """What was typed, line by line, each once: the first column of what was pasted from a table, in half-width signs
    and without needless blanks. Signs nobody sees (NUL, marks of direction) are left out."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        plain = unicodedata.normalize("NFKC", line.strip().partition("\t")[0])
        seen = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cc", "Cf") or sign == " ")
        if tidy := _BLANKS.sub(" ", seen).strip():
            found.setdefault(tidy)
    return list(found)


def match(typed: Sequence[str], known: Iterable[tuple[str, Key]]) -> Matched[Key]:
    """``known``: what somebody may be called by, and who that is. The same person under two names is one."""
    by: dict[str, set[Key]] = defaultdict(set)
    for name, key in known:
        by[name].add(key)
    ids: dict[Key, None] = {}
    several: list[str] = []
    unknown: list[str] = []
    for line in typed:
        found = by.get(line, set())
        if len(found) == 1:
            ids.setdefault(next(iter(found)))
        else:
            (several if found else unknown).append(line)
    return Matched(tuple(ids), tuple(several), tuple(unknown))
