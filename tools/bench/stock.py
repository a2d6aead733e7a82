"""10,000 schools to measure on: loaded once into a template database, copied for every run."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from tools.bench.wire import Wire
from tools.children import program, web_command
from tools.day.stage import Clock
from tools.ports import free_port
from tools.say import say
from tools.setup import ROOT, collect_static, fingerprint
from tools.supervisor import Instance

DATABASE, IDLE = "bench", "bench_idle"
KEYS = "keys.json"  # of the database to measure on, beside it


@dataclass
class Stock:
    """The running program, and the two reference programs beside it."""

    instance: Instance
    clock: Clock
    ours: Wire
    bare: Wire
    insert: Wire


@contextmanager
def opened(home: Path, schools: int, on: date) -> Iterator[Stock]:
    """Everything runs; nothing is filed yet for the day."""
    home.mkdir(parents=True, exist_ok=True)
    collect_static(home)
    clock = Clock(home / "clock.json", on)
    clock.set(9, 0)
    ports = {"bare": free_port(), "reference": free_port()}
    instance = Instance(
        home,
        port=0,
        env={
            "LIANFANG_DEMO": "1",
            "LIANFANG_SECOND_FACTOR": "0",  # sessions are laid into the database; signing in is measured elsewhere
            "LIANFANG_CLOCK_FILE": str(clock.file),
            "LIANFANG_KEY_FILE": str(home / KEYS),
        },
        database=IDLE,
        database_url="",
        commands=lambda bind, port: {**program(bind, port), **_references(bind, ports)},
    )
    try:
        instance.start_database()
        _copy(instance, schools)
        instance.start_program()
        instance.wait_ready(120)
        bare, insert = (_answering(Wire(f"http://127.0.0.1:{ports[name]}")) for name in ("bare", "reference"))
        yield Stock(instance, clock, Wire(instance.address), bare, insert)
    finally:
        instance.stop()


def _references(bind: str, ports: dict[str, int]) -> dict[str, list[str]]:
    """With as many workers and threads as ours."""
    return {name: wsgi_command(bind, port, f"tools.bench.{name}:application") for name, port in ports.items()}


def wsgi_command(bind: str, port: int, application: str) -> list[str]:
    """As many workers as ours, one thread each. granian without a limit on its threads would open 512."""
    command = web_command(bind, port)[:-1]
    command[command.index("asgi")] = "wsgi"
    return [*command, "--blocking-threads", "1", application]


def _answering(wire: Wire) -> Wire:
    """Once it answers."""
    give_up = time.monotonic() + 60
    while True:
        try:
            wire.get("/")
            return wire
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def _copy(instance: Instance, schools: int) -> None:
    """The template is made anew when migrations, the demo or the number of schools changed."""
    cluster = instance.cluster
    if cluster is None:
        raise ValueError("measurements need the embedded server")
    files = [*(ROOT / "lianfang").glob("*/migrations/*.py"), *(ROOT / "lianfang/web/demo").rglob("*.*")]
    template = f"bench_template_{schools}"
    instance.manage("keys", "prepare")
    # the key it was loaded with: without it the template is worth nothing; later keys do not matter
    first = json.loads((instance.home / KEYS).read_text())["keys"][0]["secret"]
    keys = hashlib.sha256(first.encode()).hexdigest()
    stamp = f"{schools} schools {fingerprint([file for file in files if file.suffix != '.pyc'])} {keys}"
    with psycopg.connect(cluster.ensure_database(IDLE), autocommit=True) as connection:
        _drop(connection, DATABASE)
        if _stamp(connection, template) != stamp:
            _drop(connection, template)
            _load(instance, template, schools)
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(stamp))
            )
        names = (sql.Identifier(DATABASE), sql.Identifier(template))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    instance.database_url = cluster.ensure_database(DATABASE)


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _stamp(connection: psycopg.Connection, template: str) -> str:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (template,)
    ).fetchone()
    return str(row[0]) if row else ""


def _load(instance: Instance, template: str, schools: int) -> None:
    say(f"正在载入 {schools} 所学校（只此一次）……", f"Loading {schools} schools (once) …")
    if instance.cluster is None:
        raise ValueError("measurements need the embedded server")
    instance.database_url = instance.cluster.ensure_database(template)
    instance.manage("migrate", "--noinput", "--verbosity=0")
    instance.manage("keys", "prepare")
    instance.manage("load_demo", "--schools", str(schools), "--days", "0")
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
