"""The key file: whole or not there, read again when it changes, and never shown."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from lianfang.core import crypto, keyring, once
from lianfang.core.keyring import Key, KeysMissing, Ring

MADE_AT = "2020-01-20T00:00:00+08:00"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.KEY_FILE = tmp_path / "folder" / "keys.json"
    yield settings.KEY_FILE
    keyring._kept = None


def test_only_its_owner_may_read_it(place: Path) -> None:
    keyring.make("intl", MADE_AT)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert [file.name for file in place.parent.iterdir()] == ["keys.json"]
    keyring.write(keyring.ring().added("sm", MADE_AT))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [file.name for file in place.parent.iterdir()] == ["keys.json"]


def test_it_is_never_written_over(place: Path) -> None:
    keyring.make("intl", MADE_AT)
    before = place.read_bytes()
    with pytest.raises(FileExistsError):
        keyring.make("intl", MADE_AT)
    assert place.read_bytes() == before


def test_a_changed_file_is_read_again() -> None:
    keyring.make("intl", MADE_AT)
    first = keyring.active()
    keyring.write(keyring.ring().added("sm", MADE_AT))
    second = keyring.active()
    assert (first.number, second.number, second.suite) == (1, 2, "sm")
    assert keyring.ring().keys[1] == first
    assert list(keyring.ring().without(1).keys) == [2]


def test_secrets_are_not_printed() -> None:
    keyring.make("intl", MADE_AT)
    key = keyring.active()
    shown = f"{key} {key!r} {keyring.ring()!r}"
    assert "secret" not in shown
    assert repr(key.secret) not in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"active": 1, "keys": []}',
        '{"active": 2, "keys": [{"number": 1, "suite": "intl", "secret": "%s", "made_at": ""}]}' % ("A" * 43 + "="),
        '{"active": 1, "keys": [{"number": 1, "suite": "des", "secret": "%s", "made_at": ""}]}' % ("A" * 43 + "="),
        '{"active": 1, "keys": [{"number": 1, "suite": "intl", "secret": "AAAA", "made_at": ""}]}',
        '{"active": 1, "keys": [{"number": 1, "suite": "intl", "secret": "?", "made_at": ""}]}',
        '{"active": 0, "keys": [{"number": 0, "suite": "intl", "secret": "%s", "made_at": ""}]}' % ("A" * 43 + "="),
    ],
)
def test_a_damaged_file_is_refused_in_both_languages(place: Path, text: str) -> None:
    place.parent.mkdir()
    place.write_text(text)
    with pytest.raises(KeysMissing, match=r"已损坏[\s\S]*is damaged") as refused:
        keyring.ring()
    assert str(place) in str(refused.value)


def test_two_keys_with_one_number_are_refused(place: Path) -> None:
    keyring.make("intl", MADE_AT)
    told = json.loads(place.read_text())
    told["keys"] *= 2
    place.write_text(json.dumps(told))
    with pytest.raises(KeysMissing, match="is damaged"):
        keyring.ring()


def test_a_missing_file_says_where_it_should_be(place: Path) -> None:
    with pytest.raises(KeysMissing, match=r"找不到密钥文件[\s\S]*is not there") as refused:
        crypto.seal(b"x", "t.c")
    assert str(place) in str(refused.value)


def test_what_cannot_be_read_is_said_with_the_reason(place: Path) -> None:
    place.mkdir(parents=True)  # a folder in its place: no rights of the reader help
    with pytest.raises(KeysMissing, match="Is a directory"):
        keyring.ring()


def test_a_missing_key_says_its_number() -> None:
    keyring.make("intl", MADE_AT)
    with pytest.raises(KeysMissing, match=r"第 7 号[\s\S]*key number 7"):
        keyring.ring().key(7)
    with pytest.raises(ValueError, match="there is no key 7"):
        Ring(7, keyring.ring().keys)
    with pytest.raises(ValueError):
        Key(70_000, "intl", bytes(32), "")


MAKER = """
import sys, time
from pathlib import Path
from lianfang.core import once
time.sleep(max(0, float(sys.argv[2]) - time.time()))
print(once.kept(Path(sys.argv[1]), lambda: sys.argv[3] * 100_000)[::10_000])
"""


def test_of_many_processes_that_start_together_all_read_the_same_whole_text(tmp_path: Path) -> None:
    for turn in range(3):
        file, start = tmp_path / f"made{turn}", str(time.time() + 0.7)
        running = [
            subprocess.Popen([sys.executable, "-c", MAKER, str(file), start, sign], stdout=subprocess.PIPE, text=True)
            for sign in "abcdef"
        ]
        read = {process.communicate()[0].strip() for process in running}
        assert len(read) == 1
        assert read.pop() in {sign * 10 for sign in "abcdef"}
    assert len(list(tmp_path.iterdir())) == 3


def test_readers_never_see_a_half_written_file(place: Path) -> None:
    """Readers that look all the time while the file is exchanged again and again."""
    keyring.make("intl", MADE_AT)

    done = threading.Event()

    def look(_: int) -> int:
        most = 0
        while not done.is_set():
            most = len(keyring.read(place).keys)
        return most

    with ThreadPoolExecutor(3) as pool:
        seen = pool.map(look, range(3))
        for _turn in range(60):
            keyring.write(keyring.ring().added("intl", MADE_AT))
        done.set()
        assert max(seen) > 1


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert once.kept(tmp_path / "made", lambda: "one") == "one"
    assert once.kept(tmp_path / "made", lambda: "two") == "one"
    with pytest.raises(FileExistsError):
        once.place(tmp_path / "made", "three")
    assert [file.name for file in tmp_path.iterdir()] == ["made"]
