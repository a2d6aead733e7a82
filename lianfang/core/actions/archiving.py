"""Old months of growth tables: detached, written as compressed files with a digest, and dropped only when asked to."""

import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from lianfang.core.actions import months
from lianfang.core.actions.months import YOUNGEST, partition

_WAIT = "5s"  # for those who read the table this very moment


class TooYoungError(ValueError):
    """Reports of that month may still come."""


@dataclass(frozen=True)
class Archived:
    """What stands beside the file as its ``.json``. ``sha256`` is of the compressed file. Sealed values stay sealed: to
    read them the keys of their time are needed."""

    table: str
    month: str
    columns: list[str]
    rows: int
    sha256: str
    file: str
    at: str


def archive(before: date, folder: Path, *, drop: bool, now: datetime) -> Iterator[Archived]:
    """Every month of every growth table that lies before this day. A month that was detached and not yet written is
    taken up again. Raises `TooYoungError`, and `OSError` when a file cannot be written; what was not written and read
    back is never dropped."""
    if before > now.date() - YOUNGEST:
        raise TooYoungError(before)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for model in months.growth_tables():
        table = model._meta.db_table
        for month in (month for month in months.months_of(table) if month < before.replace(day=1)):
            _detach(table, month)
        for month in detached(table):
            if month >= before.replace(day=1):
                continue
            done = _written(table, month, folder) or _write(table, month, folder, now)
            _check(done, folder)
            if drop:
                _drop(done)
            yield done


def detached(table: str) -> list[date]:
    """Months that stand by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND relname ~ %s"
            " AND relnamespace = current_schema()::regnamespace ORDER BY relname",
            [rf"^{table}_\d{{4}}_\d\d$"],
        )
        names = [str(row[0]) for row in cursor.fetchall()]
    return [months.month_of(table, name) for name in names]


def standing() -> list[date]:
    """Months of which any growth table has been taken out and stands beside it still."""
    return sorted({month for model in months.growth_tables() for month in detached(model._meta.db_table)})


@transaction.atomic
def _detach(table: str, month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_WAIT)))
        names = {"whole": sql.Identifier(table), "own": sql.Identifier(partition(table, month))}
        cursor.execute(sql.SQL("ALTER TABLE {whole} DETACH PARTITION {own}").format(**names))


def _write(table: str, month: date, folder: Path, now: datetime) -> Archived:
    """Written under another name first: a file that has its name is whole."""
    own = partition(table, month)
    path, draft = folder / f"{own}.csv.gz", folder / f".{own}.part"
    with connection.cursor() as cursor, draft.open("wb") as raw:
        draft.chmod(0o600)
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            columns = _copy(cursor, own, packed)
        raw.flush()
        os.fsync(raw.fileno())
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(own)))
        rows = int(cursor.fetchone()[0])
    draft.replace(path)
    done = Archived(table, f"{month:%Y-%m}", columns, rows, _digest(path), path.name, now.isoformat())
    path.with_suffix(".json").write_text(json.dumps(asdict(done), indent=1))
    return done


def _copy(cursor: object, own: str, packed: gzip.GzipFile) -> list[str]:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT csv, HEADER)").format(sql.Identifier(own))
    head = b""
    with cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        for part in copy:
            head = head or bytes(part)
            packed.write(part)
    return next(csv.reader(io.StringIO(head.decode())))


def _written(table: str, month: date, folder: Path) -> Archived | None:
    beside = folder / f"{partition(table, month)}.csv.json"
    return Archived(**json.loads(beside.read_text())) if beside.exists() else None


def _check(done: Archived, folder: Path) -> None:
    """Raises `OSError` for a file that is not what was written, or has not every row."""
    path = folder / done.file
    if _digest(path) != done.sha256:
        raise OSError(f"{path.name} is not what was written")
    with gzip.open(path, "rt", newline="") as file:
        found = sum(1 for _ in csv.reader(file)) - 1
    if found != done.rows:
        raise OSError(f"{path.name} has {found} rows of {done.rows}")


@transaction.atomic
def _drop(done: Archived) -> None:
    """Only when it still has as many rows as the file."""
    own = sql.Identifier(partition(done.table, date.fromisoformat(f"{done.month}-01")))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(own))
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(own))
        if int(cursor.fetchone()[0]) != done.rows:
            raise OSError(f"{done.file} no longer has every row of its month")
        cursor.execute(sql.SQL("DROP TABLE {}").format(own))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
