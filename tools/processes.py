"""Children that do not outlive us: start under another account, find, and end them.

Everything that reads /proc answers "none found" on systems without it; PostgreSQL's own checks
and the lock file of the supervisor then stand alone.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

# Runs in a fresh interpreter instead of a preexec_fn: that may deadlock when the parent has threads.
# The account changes first, because the kernel forgets the death signal when credentials change. Shells give a program
# 256 or 1,024 open files; a web server has one for each connection.
_LAUNCH = """
import os, resource, sys
parent, death, uid, gid = map(int, sys.argv[1:5])
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (most if 0 < most < 65536 else 65536, most))
except (OSError, ValueError):
    pass
libc = None
if sys.platform == "linux" and death:
    import ctypes
    libc = ctypes.CDLL(None)
if uid >= 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
if libc is not None:
    libc.prctl(1, death)
    if os.getppid() != parent:
        sys.exit("the starting process is gone")
os.execvpe(sys.argv[5], sys.argv[5:], os.environ)
"""

_MAY = """
import os, sys
uid, gid = map(int, sys.argv[1:3])
os.setgroups([]); os.setgid(gid); os.setuid(uid)
sys.exit(0 if all(os.access(path, os.X_OK) for path in sys.argv[3:]) else 1)
"""


POLITELY = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


class Account(NamedTuple):
    name: str
    uid: int
    gid: int


def account_named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def may_enter(account: Account, paths: Sequence[Path]) -> bool:
    """Asked by trying it as that account: mode bits alone miss access lists and mount options."""
    command = [sys.executable, "-I", "-S", "-c", _MAY, str(account.uid), str(account.gid)]
    return subprocess.run([*command, *map(str, paths)], cwd="/", check=False).returncode == 0


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes] | int,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, so that Ctrl-C in the terminal reaches only us.

    On Linux it gets `death_signal` when the *thread* that called this ends: call it from one that lives
    as long as the child shall. Output and errors go to `output`; there is no input.
    """
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    launch = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _LAUNCH,
        *map(str, (os.getpid(), int(death_signal), uid, gid)),
    ]
    return subprocess.Popen(
        [*launch, *map(str, command)],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    """A zombie is not alive: it holds nothing any more and waits only for its parent."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def every_pid() -> Iterator[int]:
    proc = Path("/proc")
    if (proc / "self").exists():
        yield from (int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())


def ancestors() -> set[int]:
    """This process, its parent, and so on."""
    line, pid = set(), os.getpid()
    while pid > 0 and pid not in line:
        line.add(pid)
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
    return line


def working_in(folder: Path, program: str) -> list[int]:
    """Processes whose working directory is `folder` and whose executable is called `program`."""
    found = []
    for pid in every_pid():
        try:
            here = Path(f"/proc/{pid}/cwd").readlink()
            # "(deleted)" is appended by the kernel when the file was replaced by an upgrade meanwhile.
            name = Path(f"/proc/{pid}/exe").readlink().name.removesuffix(" (deleted)")
        except OSError:
            continue
        if name == program and here == folder and alive(pid):
            found.append(pid)
    return found


def marked(name: str, value: str) -> list[int]:
    """Processes started with the environment variable `name` set to `value`, not our own line of parents."""
    wanted = f"{name}={value}".encode()
    spared = ancestors()
    found = []
    for pid in every_pid():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment and pid not in spared and alive(pid):
            found.append(pid)
    return found


def wait_until(done: Callable[[], bool], seconds: float, step: float = 0.02) -> bool:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def send(pid: int, number: signal.Signals) -> None:
    """A process that is gone already is what the caller wanted."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def end(pids: Iterable[int], steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn and wait its seconds; true as soon as none is alive.

    For processes that are not our children; use `stop` for those, which also reaps them.
    """
    every = list(pids)

    def none_left() -> bool:
        return not any(alive(pid) for pid in every)

    for number, seconds in steps:
        for pid in every:
            if alive(pid):
                send(pid, number)
        if wait_until(none_left, seconds):
            return True
    return none_left()


def stop(child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Ask ever less politely; the last resort ends the whole group the child leads."""
    for number, seconds in steps:
        if child.poll() is not None:
            break
        send(child.pid, number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    end_group(child)


def kill_group(leader: int, others: Iterable[int] = ()) -> None:
    """kill -9 of a child with everything it started; of ours only, never of a process without a group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for pid in others:
        send(pid, signal.SIGKILL)


def output_of(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path) -> str:
    """Raises CalledProcessError with what was printed; its text names the command's last lines."""
    line = [str(part) for part in command]
    done = subprocess.run(
        line, env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        raise subprocess.CalledProcessError(done.returncode, line, done.stdout, done.stderr)
    return done.stdout


def end_group(child: subprocess.Popen[bytes]) -> None:
    """What a dead leader left behind still holds its port; nothing of the group may survive it."""
    kill_group(child.pid)
    child.wait()
