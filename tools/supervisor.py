"""Keep the program running: database, web server and worker, as children of one process.

    with Instance(home, port=0, env={"LIANFANG_CLOCK_FILE": "…"}) as instance:
        instance.wait_ready()
        ... instance.address ...
        instance.kill("web")

`make run` is one instance with the checkout's own home; the demo day and the measurements start others.
What runs where is in `home/run/status.json`.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from tools import processes
from tools.children import BACK_OFF, Child, Commands, program
from tools.database import mark_migrated, refuse_unusable, up_to_date
from tools.instance_files import AlreadyRunningError, InstanceFiles
from tools.ports import choose_port
from tools.postgres import OWNER, Cluster
from tools.postgres_places import PostgresError
from tools.say import words
from tools.setup import ROOT, VENV, collect_static

__all__ = ["AlreadyRunningError", "Instance", "KeysError", "NotReadyError"]

# In the environment of every child: how the next run finds what is left of this one.
MARK = "LIANFANG_INSTANCE"
STEP = 0.2  # seconds between two looks at the children
ROTATE_EVERY = 5.0
HEALTH = "/healthz"
Answer = TypeVar("Answer")


class NotReadyError(RuntimeError):
    """The pages did not answer in time; the text ends with the last lines of the logs."""


class KeysError(RuntimeError):
    """The keys of the personal data are not there, or not those of this database. What to do has been printed."""


class Instance:
    """One running program with its own home folder, port and database.

    `port` 0 takes a free one; None takes `LIANFANG_PORT`, else the first free one from 8000. `database_url`
    None follows `DATABASE_URL`; an empty string always means the embedded server, in `home`. `env` is added
    to the children's environment. `commands` tells what to run, given address and port. `test` gives up
    durability of the embedded server for speed.

    All children are started by one thread, which lives until `stop`: on Linux they are told to end when it
    does, so they do not outlive this process however it ends.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        env: Mapping[str, str] | None = None,
        database: str = OWNER,
        database_url: str | None = None,
        commands: Commands = program,
        test: bool = False,
    ) -> None:
        self.home = Path(home).resolve()
        self.files = InstanceFiles(self.home)
        self.keys_said = ""
        self.extra = dict(env or {})
        self.bind = os.environ.get("LIANFANG_BIND") or "127.0.0.1"
        self.wanted_port = port
        self.port = 0
        self.database = database
        self.commands = commands
        self.database_url = os.environ.get("DATABASE_URL", "") if database_url is None else database_url
        self.test = test
        self.cluster: Cluster | None = None
        self.children: dict[str, Child] = {}
        self._database_failures = 0
        self._next_database_start = 0.0
        self._rotated = time.monotonic()
        self._orders: queue.Queue[Callable[[], None]] = queue.Queue()
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    # ── for those who use it ──────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Instance:
        try:
            collect_static(self.home)
            self.start_database()
            self.migrate()
            self.start_program()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.bind in ("0.0.0.0", "::") else self.bind  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start_database(self) -> str:
        """Take the lock, end what an earlier run left, start the embedded server if one is wanted.

        Returns the database URL. Raises AlreadyRunningError and PostgresError.
        """
        self.files.lock()
        left = processes.marked(MARK, str(self.home))
        processes.end(left, processes.POLITELY)
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()
        if not self.database_url:
            self.cluster = Cluster(self.home, test=self.test, log=self.files.log("postgres"))
            self.database_url = self._in_keeper(self._open_database)
        return self.database_url

    def migrate(self) -> bool:
        """True if there was something to do. Raises PostgresError for a server that cannot be used, KeysError."""
        if self.cluster is None:
            refuse_unusable(self.database_url)
        self.keys_said = self._prepare_keys()
        if up_to_date(self.database_url):
            return False
        self.manage("migrate", "--noinput", "--verbosity=0")
        self._prepare_keys()  # there is a table now in which they are marked
        mark_migrated(self.database_url)
        return True

    def _prepare_keys(self) -> str:
        """Where the key file lies; a warning when it was just made. Before migrations, which seal what stood clear."""
        try:
            return self.manage("keys", "prepare")
        except subprocess.CalledProcessError as problem:
            raise KeysError(words("没有启动：密钥不可用。", "Not started: the keys cannot be used.")) from problem

    def start_program(self) -> None:
        """Web server and worker. Raises ports.PortError when the port cannot be had."""
        self.port = choose_port(self.bind, self.wanted_port)
        for name, command in self.commands(self.bind, self.port).items():
            child = Child(name, command, self.environment(), self.files.log(name))
            self._in_keeper(partial(self._add, child))

    def environment(self) -> dict[str, str]:
        """What the children and the management commands of this instance see."""
        own = {
            "DATABASE_URL": self.database_url,
            "LIANFANG_HOME": str(self.home),
            "PYTHONUNBUFFERED": "1",
            MARK: str(self.home),
        }
        return {**os.environ, **self.extra, **own}

    def manage(self, *arguments: str) -> str:
        """Run a management command of this instance; returns what it printed. Raises CalledProcessError."""
        return processes.output_of([VENV / "bin/python", "manage.py", *arguments], self.environment(), ROOT)

    def wait_ready(self, seconds: float = 60.0) -> None:
        """Until every child runs and the health page answers 200. Raises NotReadyError."""
        if not processes.wait_until(self._is_ready, seconds, 0.05):
            said = words(f"{seconds:.0f} 秒内没有就绪。", f"Not ready within {seconds:.0f} seconds.")
            raise NotReadyError(f"{said}\n{self.files.tails(['web', 'worker', 'postgres'])}")

    def kill(self, name: str) -> int:
        """kill -9 of "web", "worker" or "postgres" with all its processes; it is started again by itself.

        Returns the process id that was killed, after it is gone.
        """
        others: list[int] = []
        if name == "postgres" and self.cluster is not None:
            process = self.cluster.process
            others = processes.working_in(self.cluster.data, "postgres")
        else:
            process = self.children[name].process
        if process is None:
            raise ValueError(f"{name} is not running")
        processes.kill_group(process.pid, others)
        processes.wait_until(lambda: process.poll() is not None, 10)
        return process.pid

    def stop(self) -> None:
        """Web first, so that nothing new comes in, then worker, then database. May be called twice."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
        self.files.unlock()

    def hurry(self) -> None:
        """Someone pressed Ctrl-C again: web and worker are not asked any longer. The database still is."""
        for child in self.children.values():
            if child.pid:
                processes.kill_group(child.pid)

    # ── the keeper's thread ───────────────────────────────────────────────────────────────────────

    def _in_keeper(self, work: Callable[[], Answer]) -> Answer:
        answer: Future[Answer] = Future()

        def order() -> None:
            try:
                answer.set_result(work())
            except BaseException as problem:
                answer.set_exception(problem)

        self._orders.put(order)
        return answer.result()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Empty):
                self._orders.get(timeout=STEP)()
                continue
            try:
                self._look_after_all()
            except Exception as problem:  # a full disk must not take the children along
                sys.stderr.write(f"{problem!r}\n")
        for child in self.children.values():
            child.stop()
        if self.cluster is not None:
            with contextlib.suppress(PostgresError):
                self.cluster.stop()

    def _look_after_all(self) -> None:
        self._look_after_database()
        started = [child.name for child in self.children.values() if child.look_after()]
        if started:
            self._write_status()
        if time.monotonic() - self._rotated > ROTATE_EVERY:
            self._rotated = time.monotonic()
            self.files.rotate_logs()

    def _add(self, child: Child) -> None:
        child.start()
        self.children[child.name] = child
        self._write_status()

    def _open_database(self) -> str:
        if self.cluster is None:
            return self.database_url
        self.cluster.start(self._stopping.is_set)
        url = self.cluster.ensure_database(self.database)
        self._write_status()
        return url

    def _look_after_database(self) -> None:
        """A server that died is started again; it recovers from its own log."""
        if self.cluster is None or self.cluster.process is None or self.cluster.pid is not None:
            return
        if time.monotonic() < self._next_database_start:
            return
        try:
            self.cluster.start(self._stopping.is_set)
            self._database_failures = 0
        except PostgresError as problem:
            self._database_failures += 1
            sys.stderr.write(f"{problem}\n")
        pause = BACK_OFF[min(self._database_failures, len(BACK_OFF) - 1)]
        self._next_database_start = time.monotonic() + pause
        self._write_status()

    def _write_status(self) -> None:
        pids = {name: child.pid for name, child in self.children.items()}
        if self.cluster is not None:
            pids["postgres"] = self.cluster.pid
        self.files.write_status(
            {
                "supervisor": os.getpid(),
                "address": self.address if self.port else "",
                "port": self.port,
                "database_url": self.database_url,
                "pids": pids,
                "restarts": {name: child.restarts for name, child in self.children.items()},
            }
        )

    def _is_ready(self) -> bool:
        if any(child.pid is None for child in self.children.values()):
            return False
        if self.cluster is not None and not self.cluster.is_ready():
            return False
        host = "127.0.0.1" if self.bind in ("0.0.0.0", "::") else self.bind  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", HEALTH)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
