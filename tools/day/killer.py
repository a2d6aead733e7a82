"""kill -9 at moments drawn beforehand, counted in requests, so that small and large days both meet them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence

from tools.supervisor import Instance

EACH = 2  # how often each process dies


class Killer:
    """Hand `count` to the site; the killing is done by a thread of its own while the clients go on."""

    def __init__(self, instance: Instance, names: Sequence[str], requests: int, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 (moments, no secret)
        self._instance = instance
        self._plan = sorted((int(requests * dice.uniform(0.04, 0.7)), name) for name in names for _ in range(EACH))
        self._requests = 0
        self._wake = threading.Condition()
        self._done = False
        self.killed: list[tuple[str, int, float]] = []  # name, at which request, seconds until everything ran again
        self._thread = threading.Thread(target=self._run, name="killer", daemon=True)
        self._thread.start()

    def count(self) -> None:
        with self._wake:
            self._requests += 1
            self._wake.notify()

    def finish(self) -> list[str]:
        """Ends the killing; returns the planned kills for which there was no time."""
        with self._wake:
            self._done = True
            self._wake.notify()
        self._thread.join()
        return [name for _, name in self._plan[len(self.killed) :]]

    def _run(self) -> None:
        for moment, name in self._plan:
            with self._wake:
                self._wake.wait_for(lambda moment=moment: self._done or self._requests >= moment)  # type: ignore[misc]
                if self._done:
                    return
                at = self._requests
            began = time.monotonic()
            self._instance.kill(name)
            self._instance.wait_ready(120)
            self.killed.append((name, at, time.monotonic() - began))
