"""The files of a running instance: its lock, its status, its logs."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools.say import words

LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3


class AlreadyRunningError(RuntimeError):
    """Another process runs the program from this home folder; `address` is where, if it is known."""

    def __init__(self, home: Path, status: Mapping[str, Any]) -> None:
        self.address = str(status.get("address") or "")
        pid = status.get("supervisor") or "?"
        super().__init__(
            words(
                f"程序已在运行（进程 {pid}）：{self.address or home}",
                f"The program runs already (process {pid}): {self.address or home}",
            )
        )


class InstanceFiles:
    """`home/run/lock` is held for as long as the process lives; the kernel lets go of it when it dies."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.run = home / "run"
        self.logs = home / "log"
        self._lock: int | None = None

    def lock(self) -> None:
        """Raises AlreadyRunningError."""
        self.run.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyRunningError(self.home, read_status(self.home)) from None
        self._lock = handle
        self._status.unlink(missing_ok=True)

    def unlock(self) -> None:
        if self._lock is not None:
            self._status.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    @property
    def _status(self) -> Path:
        return self.run / "status.json"

    def write_status(self, status: Mapping[str, Any]) -> None:
        """Whole or not at all; for our eyes only, because the database's address holds its password."""
        half = self.run / "status.json.new"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(status, file, indent=1)
        half.replace(self._status)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def rotate_logs(self) -> None:
        """Copies and empties: the children keep the file open and go on appending to it."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size <= LOG_BYTES:
                continue
            for number in range(LOGS_KEPT - 1, 0, -1):
                older = log.with_name(f"{log.name}.{number}")
                if older.exists():
                    older.replace(log.with_name(f"{log.name}.{number + 1}"))
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)

    def tails(self, names: Iterable[str], lines: int = 12) -> str:
        parts = []
        for name in names:
            if self.log(name).is_file():
                end = self.log(name).read_text(errors="replace").splitlines()[-lines:]
                parts.append("\n".join([f"--- {name}.log", *end]))
        return "\n".join(parts)


def read_status(home: Path) -> dict[str, Any]:
    """What the instance of `home` last said about itself; empty when there is none."""
    try:
        status: dict[str, Any] = json.loads((home / "run" / "status.json").read_text())
    except (OSError, ValueError):
        return {}
    return status
