"""Keys are exchanged while others write, by several runs at once, and by one that was killed."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection, transaction

from lianfang.core import crypto, keyring
from lianfang.core.tests.test_keys import started
from lianfang.core.tests.test_rotation import Person, enrol, file, keys, made_with

__all__ = ["file"]  # a fixture of every test here
pytestmark = pytest.mark.django_db


class Writer:
    """Changes, reads and adds people all the time, and remembers what each must be in the end."""

    def __init__(self, people: list[Any], number: int) -> None:
        self.people, self.number = people, number
        self.wanted: dict[Any, str] = {}
        self.wrong: list[str] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._guarded)
        self.thread.start()

    def _guarded(self) -> None:
        try:
            self._write()
        except Exception as trouble:
            self.wrong.append(repr(trouble))
        finally:
            connection.close()

    def _write(self) -> None:
        turn = 0
        while not self.stop.is_set():
            turn += 1
            value = f"+86137{self.number}{turn:07d}"
            row = Person.objects.get(pk=self.people[turn % len(self.people)].pk)
            row.phone = value
            row.save()
            self.wanted[row.pk] = value
            other = Person.objects.get(pk=self.people[(turn * 7) % len(self.people)].pk)
            other.save()  # writes back what it read, as a form does
            if turn % 5 == 0:
                added = Person.objects.create(name="新生", phone=f"+86136{self.number}{turn:07d}")
                self.wanted[added.pk] = f"+86136{self.number}{turn:07d}"
            held = Person.objects.get(pk=row.pk).phone
            if held is None or held.open() != value or not self._found(value):
                self.wrong.append(f"{row.pk} is not {value}")

    def _found(self, value: str) -> bool:
        return bool(Person.objects.filter(phone_index__in=crypto.sought("phone", value)).exists())

    def end(self) -> None:
        self.stop.set()
        self.thread.join()


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What went wrong in any of them."""
    wrong: list[str] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as trouble:
            wrong.append(repr(trouble))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_keys_are_exchanged_by_two_runs_at_once_while_others_write() -> None:
    keys("prepare")
    enrol(1500)
    everyone = list(Person.objects.order_by("name"))
    wanted = {row.pk: row.phone.open() for row in everyone}
    writers = [Writer(everyone[number::2], number) for number in range(2)]
    for suite in ("sm", "intl"):
        keys("new", "--suite", suite)
        assert at_once(lambda: keys("rotate"), lambda: keys("rotate")) == []
        older = keyring.ring().active - 1
        for _attempt in range(20):
            try:
                keys("retire", str(older))
                break
            except CommandError:  # a writer was in the middle of a row
                keys("rotate")
    for writer in writers:
        writer.end()
        assert writer.wrong == []
        assert len(writer.wanted) > 10
        wanted |= writer.wanted
    assert list(keyring.ring().keys) == [3]
    assert set(made_with()) == {3}
    assert {row.pk: row.phone.open() for row in Person.objects.all()} == wanted
    for pk, value in list(wanted.items())[::50]:
        assert Person.objects.filter(phone_index__in=crypto.sought("phone", value), pk=pk).exists()
    keys("check")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_is_taken_up_by_the_next() -> None:
    keys("prepare")
    enrol(1200)
    keys("new")
    with transaction.atomic():
        last = Person.objects.select_for_update().order_by("-pk").first()  # somebody edits the last row: it cannot end
        running = started("-u", "manage.py", "keys", "rotate")
        assert running.stdout
        assert "people_person" in running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
        running.communicate()
    middle = made_with()
    assert middle[1] > 0
    assert middle[2] > 0
    assert last is not None
    keys("rotate")
    assert set(made_with()) == {2}
    keys("check")


@pytest.mark.django_db(transaction=True)
def test_the_key_file_is_changed_only_by_whoever_has_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two operators at two consoles: a key that one adds must not be lost in the file the other writes."""
    keys("prepare")
    free: list[bool] = []

    def others_turn() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('lianfang keys'))")
            free.append(cursor.fetchone()[0])
        connection.close()

    def watched(ring: keyring.Ring, write: Any = keyring.write) -> None:
        other = threading.Thread(target=others_turn)
        other.start()
        other.join()
        write(ring)

    monkeypatch.setattr(keyring, "write", watched)
    keys("new")
    keys("retire", "1")
    assert free == [False, False]
    assert set(keyring.ring().keys) == {2}
