"""`make run`: how long until pages answer, the first time and every time after."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tools.bench.figures import Figure
from tools.day.measures import percentile
from tools.ports import free_port
from tools.setup import ROOT

LIMIT = 10.0
TIMES = 3
PATIENCE = 900.0


def measure(home: Path, *, first: bool) -> list[Figure]:
    """The second start with the demo in it, the middle one of several. ``first``: also a fresh clone, packages from
    the index included."""
    run = home / "run"
    shutil.rmtree(run, ignore_errors=True)
    loading = _start(ROOT, run)
    again = [_start(ROOT, run) for _ in range(TIMES)]
    middle = percentile(again, 0.5)
    said = ", ".join(f"{seconds:.1f}" for seconds in again)
    figures = [
        Figure("make run again until pages answer", f"{middle:.1f} s ({said})", f"< {LIMIT:.0f} s", middle < LIMIT),
        Figure("make run with an empty data folder (packages there)", f"{loading:.1f} s"),
    ]
    shutil.rmtree(run, ignore_errors=True)
    if first:
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
            figures.append(Figure("make run in a fresh clone", f"{_start(clone, clone / 'var'):.0f} s"))
    return figures


def _start(checkout: Path, home: Path) -> float:
    """Seconds until the health page and the home page answer; then it is stopped as Ctrl-C would."""
    port = free_port()
    keys = str(home / "keys.json")
    environment = {
        **os.environ, "LIANFANG_HOME": str(home), "LIANFANG_PORT": str(port), "LIANFANG_KEY_FILE": keys,
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            for path, wanted in (("/healthz", 200), ("/account/sign-in/", 200)):
                while _status(port, path) != wanted:
                    if running.poll() is not None or time.monotonic() - began > PATIENCE:
                        output.seek(0)
                        raise RuntimeError(output.read().decode(errors="replace")[-2000:])
                    time.sleep(0.02)
            return time.monotonic() - began
        finally:
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(running.pid, signal.SIGINT)
            running.wait()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
