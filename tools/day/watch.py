"""How long a signature takes to reach the province's total: somebody keeps reloading the province's table.

The schools of one city sign one after the other (cities side by side), so the city's number of reported schools
says exactly which signatures a page shows.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field

from tools.day.browser import BrokenError, Browser
from tools.day.page import number

PAUSE = 0.02  # seconds between two looks
_UNIT = re.compile(r"/(\d+)/table/$")


@dataclass
class Look:
    """One page: when it was asked for, when it came, and how many schools of each city it shows as reported."""

    asked: float
    came: float
    reported: dict[int, int]


@dataclass
class Watch:
    """Looks from another thread until it is stopped."""

    browser: Browser
    path: str
    looks: list[Look] = field(default_factory=list)
    broken: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self.browser.sign_in()
        self._thread = threading.Thread(target=self._keep_looking, name="watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _keep_looking(self) -> None:
        try:
            while not self._stop.is_set():
                self._look()
                time.sleep(PAUSE)
            self._look()  # once more, so that the last signature is seen
        except BrokenError as problem:
            self.broken = str(problem)

    def _look(self) -> None:
        answer = self.browser.get("table, reloaded", self.path)
        reported = {}
        for row in answer.page.rows():
            unit = _UNIT.search(row.link)
            if unit and row.cells:
                reported[int(unit.group(1))] = number(row.cells[0])
        self.looks.append(Look(answer.sent_at, answer.came_at, reported))


def lags(looks: list[Look], signed: dict[int, list[float]]) -> tuple[list[float], list[str]]:
    """Seconds from each signature's acknowledgement to the first page that shows it, and pages that came too late.

    ``signed``: city → moments of acknowledgement in order. A page asked for after an acknowledgement must show it.
    """
    found: list[float] = []
    stale: list[str] = []
    for city, moments in signed.items():
        for place, moment in enumerate(moments, 1):
            showing = next((look for look in looks if look.reported.get(city, 0) >= place), None)
            if showing is None:
                stale.append(f"signature {place} of city {city} never reached the province's table")
                continue
            found.append(max(0.0, showing.came - moment))
            if any(moment < look.asked < showing.asked for look in looks):
                stale.append(f"signature {place} of city {city} was missing on a page asked for afterwards")
    return found, stale
