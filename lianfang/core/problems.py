"""The catalogue of problems a user can do something about: code → what happened and what to do, in their language.

Rules and actions name a problem by its code; only here and in each room's ``problems.py`` stand the words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

_texts: dict[str, str | Promise] = {}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``cell`` names the field it stands at ("" = the whole), ``params`` fill its text."""

    code: str
    cell: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return text(self.code, **self.params)


class Refused(Exception):
    """An action did nothing, for reasons the user is told. Raised inside the transaction, which rolls back."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(", ".join(problem.code for problem in problems))


def refuse(code: str, cell: str = "", /, **params: Any) -> Refused:
    """One-problem shorthand: ``raise refuse("returns.closed", day=…)``."""
    if code not in _texts:
        raise LookupError(f"no text for problem {code}")
    return Refused(Problem(code, cell, params))


def register(texts: Mapping[str, str | Promise]) -> None:
    """Add a room's problems (called at start-up by the room's app)."""
    _texts.update(texts)


def text(code: str, /, **params: Any) -> str:
    """The words for a problem in the active language."""
    return str(_texts[code]) % params


def texts(found: Iterable[Problem]) -> list[str]:
    return [problem.text for problem in found]
