"""The landing under load while its processes are killed: every answered record is there exactly once, and counts fit."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from lianfang.health.rules.sent import key
from tests.machines import lend_static
from tools.bench import city
from tools.children import program
from tools.supervisor import Instance

PEOPLE, SENDERS, EACH = 990, 4, 10  # one school of 22 classes; connections; cards in a request


@pytest.fixture
def running(place: Path, migrated: Callable[[Path], None]) -> Iterator[Instance]:
    """With a database as durable as it will be in earnest: what a test server gives up is what is looked at here."""
    home = place / "home"
    lend_static(home)
    migrated(home)
    instance = Instance(
        home, port=0, database_url="", commands=lambda bind, port: {"web": program(bind, port)["web"]},
        env={"LIANFANG_KEY_FILE": str(place / "keys.json")},
    )  # fmt: skip
    with instance:
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            city.build(connection, city.city(PEOPLE))
        instance.wait_ready()
        yield instance


class Gate(threading.Thread):
    """Sends cards until it is told to stop. A request that was not answered is sent again, with the same ids, until it
    is: as a device does."""

    def __init__(self, instance: Instance, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.instance, self.number, self.stop = instance, number, stop
        self.answered: list[str] = []
        self.again = self.failed = 0

    def run(self) -> None:
        turn = 0
        while not self.stop.is_set():
            people = [(turn * EACH + at) * SENDERS + self.number for at in range(EACH)]
            turn += 1
            cards = [self.card(number % PEOPLE) for number in people]
            while not self.sent(cards):
                self.failed += 1
                time.sleep(0.05)
            self.answered += [str(card["id"]) for card in cards]

    def card(self, number: int) -> dict[str, object]:
        found = ["cough"] if number % 10 == 0 else []
        return {"id": str(uuid4()), "person": str(city.person(number)), "on": today().isoformat(), "symptoms": found}

    def sent(self, cards: list[dict[str, object]]) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.instance.port, timeout=10)
        try:
            head = {"Authorization": f"Bearer {city.token('gateway', 0)}", "Content-Type": "application/json"}
            line.request("POST", "/land/cards", json.dumps(cards), head)
            answer = line.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            line.close()
        if answer.status != 200:
            return False
        self.again += told["again"]
        return bool(told["taken"] + told["again"] == len(cards))


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.mark.slow
def test_whatever_was_answered_is_there_once_after_everything_was_killed(running: Instance) -> None:
    stop = threading.Event()
    gates = [Gate(running, number, stop) for number in range(SENDERS)]
    for gate in gates:
        gate.start()
    for name in ("web", "postgres", "web"):
        time.sleep(1.0)
        running.kill(name)
        running.wait_ready()
    time.sleep(1.0)
    stop.set()
    for gate in gates:
        gate.join(30)
    answered = [one for gate in gates for one in gate.answered]
    assert sum(gate.failed for gate in gates) > 0
    assert len(answered) > 500
    assert_all_there(running, answered)
    said = running.manage("health", "recount", "--on", today().isoformat())
    assert "0 differences put right" in said


def assert_all_there(running: Instance, answered: list[str]) -> None:
    with psycopg.connect(running.database_url) as connection:
        stored = [row[0] for row in connection.execute("SELECT key FROM health_check WHERE source = 4").fetchall()]
    assert len(stored) == len(set(stored))
    assert {key(UUID(one)) for one in answered} == set(stored)
