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
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import cached_property

from lianfang.core.ciphers import SUITES, Suite

SECRET_BYTES = 32


class KeysMissing(Exception):
    """The key file, or one key in it, is not there. The words tell the operator what to do."""


@dataclass(frozen=True)
class Key:
    number: int
    suite: str
    secret: bytes
    made_at: str

    @cached_property
    def cipher(self) -> Suite:
        return SUITES[self.suite](self.secret)


@dataclass(frozen=True)
class Ring:
    active: int
    keys: Mapping[int, Key]

    def key(self, number: int) -> Key:
        try:
            return self.keys[number]
        except KeyError:
            raise KeysMissing(
                f"密钥文件 {file()} 中没有第 {number} 号密钥，用它加密的数据无法读取。请从备份恢复完整的密钥文件。\n"
                f"The key file {file()} has no key number {number}; what was sealed with it cannot be read. "
                f"Restore the complete key file from its backup."
            ) from None


_lock = threading.Lock()
_kept: tuple[tuple[str, int, int], Ring] | None = None


def file() -> Path:
    return Path(settings.KEY_FILE)


def ring() -> Ring:
    """The keys. Raises `KeysMissing` when there is no file."""
    global _kept
    place = file()
    try:
        stat = place.stat()
    except FileNotFoundError:
        raise KeysMissing(
            f"找不到密钥文件 {place}。没有它，已加密的个人信息无法读取。请从备份恢复，"
            f"或用 LIANFANG_KEY_FILE 指明其位置。\n"
            f"The key file {place} is not there. Without it the sealed personal data cannot be read. "
            f"Restore it from its backup, or say where it is with LIANFANG_KEY_FILE."
        ) from None
    stamp = (str(place), stat.st_mtime_ns, stat.st_ino)
    kept = _kept
    if kept is None or kept[0] != stamp:
        with _lock:
            kept = _kept = (stamp, _read(place))
    return kept[1]


def active() -> Key:
    found = ring()
    return found.key(found.active)


def make(suite: str, made_at: str) -> Path:
    """A new key file with one key. Never writes over one that is there (`FileExistsError`)."""
    key = Key(1, suite, secrets.token_bytes(SECRET_BYTES), made_at)
    place = file()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(_written(Ring(1, {1: key})))
    return place


def write(changed: Ring) -> None:
    """Put a changed ring in place of the old one, in one step: no reader sees half a file."""
    place = file()
    fresh = place.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(_written(changed))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(place)


def _read(place: Path) -> Ring:
    try:
        told = json.loads(place.read_text())
        keys = {
            int(key["number"]): Key(
                int(key["number"]), key["suite"], base64.b64decode(key["secret"], validate=True), key["made_at"]
            )
            for key in told["keys"]
        }
        found = Ring(int(told["active"]), keys)
        if found.active not in keys or any(key.suite not in SUITES for key in keys.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise KeysMissing(
            f"密钥文件 {place} 已损坏，无法读取。请从备份恢复。\n"
            f"The key file {place} is damaged and cannot be read. Restore it from its backup."
        ) from error
    return found


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
