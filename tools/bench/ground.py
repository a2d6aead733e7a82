"""A city in a database of its own, the program on it, and the reference programs beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from psycopg import sql

from tools.bench import city
from tools.bench.landing_load import Order, Told
from tools.bench.stock import KEYS, wsgi_command
from tools.children import program, web_command
from tools.ports import free_port
from tools.say import say
from tools.setup import ROOT, VENV, collect_static, fingerprint
from tools.supervisor import Instance

GROWTH = ("health_roll", "health_check", "health_daystatus", "health_tally", "health_held")


@dataclass
class Ground:
    """``sent`` counts what was sent of each kind, so that the next order goes on behind it."""

    instance: Instance
    people: int
    on: date
    ports: Mapping[str, int]
    sent: dict[str, int]

    def load(self, where: str, what: str, connections: int, **more: float) -> Told:
        """Run the load program against one of `ports`. ``more``: seconds, most, each_second of `Order`."""
        fresh = self.sent.get(what, 0) if where == "ours" else 0
        order = Order(self.ports[where], what, connections, self.people, self.on, start=fresh, **more)  # type: ignore[arg-type]
        done = subprocess.run(
            [VENV / "bin/python", "-m", "tools.bench.landing_load"], input=msgspec.json.encode(order), cwd=ROOT,
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        told = msgspec.json.decode(done.stdout, type=Told)
        if where == "ours":
            self.sent[what] = told.sent
        return told

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.instance.database_url, autocommit=True)


@contextmanager
def opened(home: Path, people: int, *, references: bool = True) -> Iterator[Ground]:
    """Nothing has been reported yet. The city is made once, and kept."""
    home.mkdir(parents=True, exist_ok=True)
    collect_static(home)
    ports = {"bare": free_port(), "insert": free_port()} if references else {}
    instance = Instance(
        home,
        port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database=f"city_{people}",
        database_url="",
        commands=lambda bind, port: {**program(bind, port), **_references(bind, ports)},
    )
    try:
        instance.start_database()
        _prepare(instance, people)
        instance.start_program()
        instance.wait_ready(120)
        yield Ground(instance, people, _today(), {"ours": instance.port, **ports}, {})
    finally:
        instance.stop()


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _references(bind: str, ports: Mapping[str, int]) -> dict[str, Sequence[str]]:
    """With as many workers and threads as ours."""
    made: dict[str, Sequence[str]] = {}
    if "bare" in ports:
        made["bare"] = [*web_command(bind, ports["bare"])[:-1], "tools.bench.bare_landing:application"]
    if "insert" in ports:
        made["insert"] = wsgi_command(bind, ports["insert"], "tools.bench.reference:application")
    return made


def _prepare(instance: Instance, people: int) -> None:
    files = [*(ROOT / "lianfang").glob("*/migrations/*.py"), Path(city.__file__)]
    instance.manage("keys", "prepare")
    stamp = f"{people} {fingerprint(files)}"
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        made = row is not None and row[0] == stamp
        if not made:
            say(f"正在生成 {people:,} 人的城市（只此一次）……", f"Making a city of {people:,} people (once) …")
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    if not made:
        instance.manage("migrate", "--noinput", "--verbosity=0")
        instance.manage("keys", "prepare")
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        if not made:
            city.build(connection, city.city(people))
            name = sql.Identifier(f"city_{people}")
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(stamp)))
        connection.execute(f"TRUNCATE {', '.join(GROWTH)}")
