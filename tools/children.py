"""One child of the supervisor: started, watched, started again with growing pauses, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools import processes
from tools.setup import ROOT, VENV

BACK_OFF = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next start, by failures in a row
GOOD_RUN = 60.0  # seconds after which a death counts as the first again
CONNECTIONS = 16_384  # open at a time at one web worker; the 512 of granian itself are a few hundred idle browsers
GRACE = ((signal.SIGTERM, 20.0),)  # then the whole group is killed

Commands = Callable[[str, int], Mapping[str, Sequence[str]]]


def program(bind: str, port: int) -> Mapping[str, Sequence[str]]:
    """In the order in which they are started, and stopped."""
    return {"web": web_command(bind, port), "worker": worker_command()}


def web_command(bind: str, port: int) -> list[str]:
    """Pages and landing on one address (docs/adr/0014). Each worker makes pages in one thread: on two cores a second
    one only takes turns with the first (docs/benchmarks.md). Without a kill timeout granian may never stop. It lets
    nobody in while so many connections are open: browsers keep theirs, and slow senders must not shut out the rest."""
    workers = os.environ.get("LIANFANG_WEB_WORKERS") or "2"
    server = [str(VENV / "bin/python"), "-m", "granian", "--interface", "asgi", "--no-ws"]
    server += ["--host", bind, "--port", str(port), "--workers", workers]
    server += ["--backlog", "4096", "--backpressure", str(CONNECTIONS), "--http1-header-read-timeout", "10000"]
    server += ["--workers-kill-timeout", "5", "--respawn-failed-workers"]
    return [*server, "lianfang.config.asgi:application"]


def worker_command() -> list[str]:
    """Jobs that succeeded are deleted: what happened is kept as events, not as jobs."""
    concurrency = os.environ.get("LIANFANG_JOBS") or "2"
    worker = [str(VENV / "bin/python"), "manage.py", "procrastinate", "worker", "--name", "lianfang"]
    worker += ["--concurrency", concurrency, "--shutdown-graceful-timeout", "10"]
    return [*worker, "--delete-jobs", "successful"]


class Child:
    """Only the supervisor's keeper thread starts and stops it; others read `pid` and `process`."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self._failures = 0
        self._started = 0.0
        self._next_start: float | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = processes.spawn(self.command, env=self.env, cwd=ROOT, output=output)
        self._started = time.monotonic()
        self._next_start = None

    def look_after(self) -> bool:
        """True if it was started again just now."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        if self._next_start is None:
            processes.end_group(self.process)
            self._note(f"ended with {self.process.returncode}")
            self._failures = 0 if now - self._started > GOOD_RUN else self._failures + 1
            self._next_start = now + BACK_OFF[min(self._failures, len(BACK_OFF)) - 1 if self._failures else 0]
        if now < self._next_start:
            return False
        self.start()
        self.restarts += 1
        return True

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, GRACE)

    def _note(self, what: str) -> None:
        with self.log.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} supervisor: {self.name} {what}\n")
