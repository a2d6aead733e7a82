"""Run a command with `DATABASE_URL` set to a throw-away database server.

    .venv/bin/python -m tools.with_postgres -- .venv/bin/python -m pytest

A `DATABASE_URL` that is already set is used as it is. The server and its files are removed afterwards, also
when interrupted; what a killed run left behind is removed by the next one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

if __package__ in (None, ""):  # run as a file
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.postgres import Cluster
from tools.postgres_places import PostgresError

PREFIX = "lianfang-test-"


def _shelf() -> Path:
    """As root the server's account must be able to enter, so a private TMPDIR is of no use then."""
    return Path("/tmp") if os.geteuid() == 0 else Path(tempfile.gettempdir())  # noqa: S108


def _sweep(shelf: Path) -> None:
    """A folder whose lock nobody holds belongs to a run that was killed."""
    for folder in shelf.glob(PREFIX + "*"):
        try:
            with (folder / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


@contextmanager
def locked_folder() -> Iterator[Path]:
    """A temporary folder the server's account can enter, removed at the end or by the next run."""
    shelf = _shelf()
    _sweep(shelf)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=shelf))
    folder.chmod(0o711)
    with (folder / "lock.new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "lock.new").rename(folder / "lock")  # a sweeper never sees it unlocked
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away(*, tcp: bool = False) -> Iterator[Cluster]:
    """A running cluster in a temporary folder, without durability."""
    with locked_folder() as folder, Cluster(folder, test=True, tcp=tcp) as cluster:
        yield cluster


def _run(command: Sequence[str], cluster: Cluster) -> int:
    """Ctrl-C reaches the command by itself, and it decides what to do; other signals are handed on. Keys made for a
    throw-away database go with it."""
    keys = {"LIANFANG_KEY_FILE": str(cluster.home / "keys.json")}
    child = subprocess.Popen(command, env={**keys, **os.environ, "DATABASE_URL": cluster.ensure_database()})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, frame: child.send_signal(got))
    code = child.wait()
    return 128 - code if code < 0 else code


def main(arguments: Sequence[str]) -> int:
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    if not command:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    try:
        with throw_away() as cluster:
            return _run(command, cluster)
    except PostgresError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
