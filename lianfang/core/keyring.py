"""The key file: numbered keys, one of them active, outside repository and database.

New values are sealed with the active key; every value says the number of its key, so old ones stay readable until
`manage.py keys rotate` has sealed them anew. Running processes notice a changed file and read it again.
"""

import base64
import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.functional import cached_property

from lianfang.core import once
from lianfang.core.ciphers import SUITES, Suite

SECRET_BYTES = 32
HIGHEST = 0xFFFF  # every value carries the number of its key in two bytes


class KeysMissing(Exception):
    """The key file, or one key in it, cannot be had. The words tell the operator what to do."""


@dataclass(frozen=True)
class Key:
    """``secret`` is never printed: a key stands in tracebacks and debuggers."""

    number: int
    suite: str
    secret: bytes = field(repr=False)
    made_at: str

    def __post_init__(self) -> None:
        if not (1 <= self.number <= HIGHEST and self.suite in SUITES and len(self.secret) == SECRET_BYTES):
            raise ValueError(f"key {self.number} is none")

    @cached_property
    def cipher(self) -> Suite:
        return SUITES[self.suite](self.secret)


@dataclass(frozen=True)
class Ring:
    """Raises `ValueError` when the active key is not among the keys."""

    active: int
    keys: Mapping[int, Key]

    def __post_init__(self) -> None:
        if self.active not in self.keys:
            raise ValueError(f"there is no key {self.active}")

    def key(self, number: int) -> Key:
        try:
            return self.keys[number]
        except KeyError:
            raise KeysMissing(
                f"密钥文件 {file()} 中没有第 {number} 号密钥，用它加密的数据无法读取。请从备份恢复完整的密钥文件。\n"
                f"The key file {file()} has no key number {number}; what was sealed with it cannot be read. "
                f"Restore the complete key file from its backup."
            ) from None

    def added(self, suite: str, made_at: str) -> "Ring":
        """With one more key, which is the active one."""
        key = _new(max(self.keys) + 1, suite, made_at)
        return Ring(key.number, {**self.keys, key.number: key})

    def without(self, number: int) -> "Ring":
        return Ring(self.active, {other: key for other, key in self.keys.items() if other != number})


_lock = threading.Lock()
_kept: tuple[tuple[str, int, int], Ring] | None = None


def file() -> Path:
    return Path(settings.KEY_FILE)


def ring() -> Ring:
    """The keys. Raises `KeysMissing` when there is no file or it cannot be read. Asked for every value, so it costs one
    look at the file's date."""
    global _kept
    place = os.fspath(settings.KEY_FILE)
    try:
        stat = os.stat(place)
        stamp = (place, stat.st_mtime_ns, stat.st_ino)
        kept = _kept
        if kept is None or kept[0] != stamp:
            with _lock:
                kept = _kept = (stamp, read(file()))
    except FileNotFoundError:
        raise KeysMissing(
            f"找不到密钥文件 {place}。没有它，已加密的个人信息无法读取。请从备份恢复，或用 LIANFANG_KEY_FILE 指明其位置"
            f"（全新安装：manage.py keys prepare）。\n"
            f"The key file {place} is not there. Without it the sealed personal data cannot be read. Restore it from "
            f"its backup, or say where it is with LIANFANG_KEY_FILE (a new installation: manage.py keys prepare)."
        ) from None
    except OSError as error:
        raise KeysMissing(
            f"无法读取密钥文件 {place}：{error.strerror}。请检查文件权限。\n"
            f"The key file {place} cannot be read: {error.strerror}. Check the permissions of the file."
        ) from error
    return kept[1]


def active() -> Key:
    found = ring()
    return found.key(found.active)


def make(suite: str, made_at: str) -> Path:
    """A new key file with one key. Never writes over one that is there (`FileExistsError`)."""
    once.place(file(), _written(Ring(1, {1: _new(1, suite, made_at)})))
    return file()


def write(changed: Ring) -> None:
    """Put a changed ring in place of the old one, in one step: no reader sees half a file."""
    once.replace(file().resolve(), _written(changed))


def read(place: Path) -> Ring:
    """The keys of a key file. Raises `OSError`, and `KeysMissing` for what is no key file."""
    try:
        told = json.loads(place.read_bytes())
        keys = [
            Key(int(key["number"]), key["suite"], base64.b64decode(key["secret"], validate=True), str(key["made_at"]))
            for key in told["keys"]
        ]
        found = Ring(int(told["active"]), {key.number: key for key in keys})
        if len(found.keys) != len(keys):
            raise ValueError("two keys with one number")
    except (ValueError, KeyError, TypeError):
        raise KeysMissing(
            f"密钥文件 {place} 已损坏，无法读取。请从备份恢复。\n"
            f"The key file {place} is damaged and cannot be read. Restore it from its backup."
        ) from None  # the cause would show the text of the file
    return found


def _new(number: int, suite: str, made_at: str) -> Key:
    return Key(number, suite, secrets.token_bytes(SECRET_BYTES), made_at)


def _written(changed: Ring) -> str:
    keys = [
        {
            "number": key.number,
            "suite": key.suite,
            "secret": base64.b64encode(key.secret).decode(),
            "made_at": key.made_at,
        }
        for key in changed.keys.values()
    ]
    return json.dumps({"active": changed.active, "keys": keys}, indent=1) + "\n"
