"""What a check of one value says: nothing, warnings, or errors that keep it out. Words: `people.roster_problems`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """``params`` fill the words of the code and never hold the value itself: findings are stored and logged."""

    code: str
    severity: Severity = "error"
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def error(code: str, /, **params: str | int) -> Finding:
    return Finding(code, "error", params)


def warning(code: str, /, **params: str | int) -> Finding:
    return Finding(code, "warning", params)
