"""What every request took, step by step, and the table of it."""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_DURATION = re.compile(r"app;dur=([\d.]+)")


@dataclass
class Step:
    """All requests of one kind. Times in milliseconds; ``interrupted`` ones met a killed process and were repeated."""

    requests: int = 0
    errors: int = 0
    interrupted: int = 0
    client: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)


class Measures:
    """Written by many threads."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.requests = 0
        self._lock = threading.Lock()

    def answered(self, step: str, client: float, header: str, *, error: bool) -> None:
        """``client`` in seconds; ``header`` is the answer's Server-Timing."""
        found = _DURATION.search(header)
        with self._lock:
            row = self.steps.setdefault(step, Step())
            row.requests += 1
            row.errors += error
            row.client.append(client * 1000)
            if found:
                row.server.append(float(found.group(1)))
            self.requests += 1

    def interrupted(self, step: str) -> None:
        with self._lock:
            self.steps.setdefault(step, Step()).interrupted += 1
            self.requests += 1

    @property
    def errors(self) -> int:
        return sum(step.errors for step in self.steps.values())

    def server_times(self, step: str) -> list[float]:
        return self.steps[step].server if step in self.steps else []


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was measured, no interpolation. 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(round(share * len(ordered), 6)) - 1)]


def spread(values: Sequence[float]) -> tuple[float, float]:
    """p50 and p95."""
    return percentile(values, 0.5), percentile(values, 0.95)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under each other in a terminal, the first left, the others right; Chinese letters are two wide."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    drawn = []
    for line in lines:
        first = line[0] + " " * (widths[0] - _width(line[0]))
        rest = [" " * (width - _width(cell)) + cell for cell, width in zip(line[1:], widths[1:], strict=True)]
        drawn.append("  ".join([first, *rest]).rstrip())
    drawn.insert(1, "─" * (sum(widths) + 2 * (len(widths) - 1)))
    return "\n".join(drawn)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
