"""Where the day happens: a program of its own with its own database, or a server that runs already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from tools import processes
from tools.day.stage import Clock
from tools.say import say
from tools.setup import ROOT, VENV, collect_static, runtime_home
from tools.supervisor import Instance

DATABASE = "lianfang"


@dataclass
class World:
    """``instance`` is None for a server that is not ours: nothing of it can be killed, its clock is its own."""

    address: str
    database_url: str
    clock: Clock
    folder: Path
    manage: Callable[..., str]
    instance: Instance | None = None


@contextmanager
def own(on: date, schools: int, home: Path | None = None, *, extra: tuple[str, ...] = ()) -> Iterator[World]:
    """A fresh database every time, durable as a real one; the files of the server are kept for the next day."""
    home = home or runtime_home() / "day"
    clock = Clock(home / "clock.json", on)
    home.mkdir(parents=True, exist_ok=True)
    clock.set(7, 30)
    env = {
        "LIANFANG_DEMO": "1", "LIANFANG_CLOCK_FILE": str(clock.file), "LIANFANG_KEY_FILE": str(home / "keys.json"),
    }  # fmt: skip
    instance = Instance(home, port=0, env=env, database_url="", database=DATABASE)
    try:
        say("正在准备：数据库、演示数据……", "Preparing: database, demo data …")
        collect_static(home)
        instance.start_database()
        forget(instance)
        instance.migrate()
        number = ["--schools", str(schools)] if schools else []
        instance.manage("load_demo", *number, "--days", "1", *extra)
        instance.start_program()
        instance.wait_ready(120)
        yield World(instance.address, instance.database_url, clock, home, instance.manage, instance)
    finally:
        instance.stop()


@contextmanager
def existing(url: str, on: date) -> Iterator[World]:
    """A server that runs already, with the demo loaded; its database is the one of DATABASE_URL."""
    environment = dict(os.environ)
    given = os.environ.get("LIANFANG_CLOCK_FILE")
    manage = partial(_manage, environment)
    clock = Clock(Path(given) if given else None, on)
    yield World(url.rstrip("/"), os.environ["DATABASE_URL"], clock, runtime_home() / "day", manage)


def forget(instance: Instance) -> None:
    """Drop what an earlier day left, so that each begins with nothing filed."""
    if instance.cluster is None:
        raise ValueError("only the embedded server may be emptied")
    with psycopg.connect(instance.cluster.ensure_database(f"{DATABASE}_idle"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
    instance.cluster.ensure_database(DATABASE)


def _manage(environment: dict[str, str], *arguments: str) -> str:
    return processes.output_of([VENV / "bin/python", "manage.py", *arguments], environment, ROOT)
