"""Whether the key file is the one of this database, what was made with which key, and whether everything opens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from lianfang.core import crypto, keyring
from lianfang.core.ciphers import Damaged
from lianfang.core.keyring import KeysMissing, Ring
from lianfang.core.models import KeyMark, Seal
from lianfang.core.queries import sealed
from lianfang.core.queries.sealed import Column, Row, Table, Values

MARK = "联防 lianfang"
MARK_PLACE = f"{KeyMark._meta.db_table}.mark"


@dataclass(frozen=True)
class Fault:
    """A value that cannot be read or found: ``what`` is "damaged", "key" (its key is gone), "index" (it is not found
    under its index), "twice" (another row has the same value, which must be unique)."""

    table: str
    row: tuple[Any, ...]
    column: str
    what: str


def marks() -> dict[int, bytes] | None:
    """The marks by key number; None when this database has no table of them yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [KeyMark._meta.db_table])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT number, mark FROM core_keymark ORDER BY number")
        return {number: bytes(mark) for number, mark in cursor.fetchall()}


def anything_sealed() -> bool:
    """Whether this database needs a key file that exists already."""
    return bool(marks()) or any(True for _ in sealed.samples())


def refuse_misfit() -> None:
    """Raises `KeysMissing`, in words for the operator, when the key file is not the one of this database: it is not
    there, lacks a key, or has other keys."""
    there, known = keyring.ring(), marks() or {}
    for number in known:
        there.key(number)
    if not opens(there, known):
        raise KeysMissing(_another_file())
    for place, sample in sealed.samples() if not known else ():
        try:
            crypto.unseal(sample, place)
        except Damaged:
            raise KeysMissing(_another_file()) from None


def opens(keys: Ring, known: Mapping[int, bytes]) -> bool:
    """Whether these keys made the marks."""
    try:
        for number, mark in known.items():
            keys.key(number).cipher.open(mark[crypto.KEY_BYTES :], MARK_PLACE.encode())
    except (Damaged, KeysMissing):
        return False
    return True


def _another_file() -> str:
    fitting = "".join(f"\n→ LIANFANG_KEY_FILE={file}" for file in fitting_files())
    return (
        f"密钥文件 {keyring.file()} 不是这个数据库的：它打不开库中的数据。请从备份恢复本系统的密钥文件，"
        f"或用 LIANFANG_KEY_FILE 指明其位置。\n"
        f"The key file {keyring.file()} does not belong to this database: it does not open what is sealed there. "
        f"Restore the key file of this installation from its backup, or say where it is with "
        f"LIANFANG_KEY_FILE.{fitting}"
    )


def fitting_files() -> list[Path]:
    """Key files beside ours that open the marks of this database: ours may have lost its name."""
    known, found = marks(), []
    for file in sorted(keyring.file().parent.glob("*.json")) if known else ():
        try:
            if file != keyring.file() and opens(keyring.read(file), known or {}):
                found.append(file)
        except (OSError, KeysMissing):
            continue
    return found


def usage() -> Iterator[tuple[str, str, dict[int, int]]]:
    """(place, kind of column, key number → how many values), for every sealed column."""
    for table in sealed.tables():
        for column in table.columns:
            yield table.place(column), column.kind, sealed.counted(table, column)


def of_the_chain() -> dict[int, int]:
    """Key number → links of the audit chain that need it to be checked."""
    if marks() is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT get_byte(digest, 0) * 256 + get_byte(digest, 1), count(*) FROM {Seal._meta.db_table} GROUP BY 1"  # noqa: S608
        )
        return dict(cursor.fetchall())


def faults() -> Iterator[Fault | Table]:
    """Opens every value there is. Yields a table when it begins, then what is wrong in it."""
    for table in sealed.tables():
        yield table
        for row in sealed.rows(table):
            yield from faults_of(table, row)


def faults_of(table: Table, row: Row) -> Iterator[Fault]:
    """What does not open, or is not found under its index."""
    key, values = sealed.parted(table, row)
    plain: dict[str, bytes] = {}
    for column in table.columns:
        try:
            if column.kind == "index":
                continue
            for value in opened(table, column, values[column.name]):
                plain[column.name] = value
        except Damaged:
            yield Fault(table.name, key, column.name, "damaged")
        except KeysMissing:
            yield Fault(table.name, key, column.name, "key")
    for column in table.columns:
        if column.kind == "index" and not _found_by(column, values, plain):
            yield Fault(table.name, key, column.name, "index")


def opened(table: Table, column: Column, value: bytes | str | None) -> Iterator[bytes]:
    """The plain values in a column of a row: none or one, or several in a text. Raises `Damaged`, `KeysMissing`."""
    if isinstance(value, bytes):
        yield crypto.unseal(value, table.place(column))
    elif isinstance(value, str):
        for found in crypto.IN_TEXT.finditer(value):
            yield crypto.open_text(found[0], table.place(column)).encode()


def _found_by(index: Column, values: Values, plain: Mapping[str, bytes]) -> bool:
    """What cannot be read is not said twice."""
    if values[index.of] is None or values[index.name] is None:
        return values[index.of] is None and values[index.name] is None
    return index.of not in plain or values[index.name] in crypto.sought(index.use, plain[index.of].decode())
