"""Keys are made, added, put in use and taken away. What these do is for the operator at the console; `by` is nobody."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import sql

from lianfang.core import crypto, events, keyring
from lianfang.core.bulk import SEALING
from lianfang.core.ciphers import SUITES, Damaged
from lianfang.core.keyring import Key, KeysMissing
from lianfang.core.problems import refuse
from lianfang.core.queries import keys as queries
from lianfang.core.queries import sealed
from lianfang.core.queries.keys import Fault
from lianfang.core.queries.sealed import Column, Row, Table, Values

PAUSE = 0.2  # seconds until rows that others hold are tried again
PATIENCE = "5s"  # how long the last look at a key may make writers wait

Told = Callable[[Table, int], None]


@transaction.atomic
def prepare(*, now: datetime) -> bool:
    """Make the key file of a new installation; of one that has data, see that it is the right one. True if it was
    made. Run before and after migrations: the first run needs keys, marks need their table. Raises `KeysMissing`."""
    _one_at_a_time()
    _refuse_unknown(settings.KEY_SUITE)
    made = False
    try:
        if not queries.anything_sealed():
            keyring.make(settings.KEY_SUITE, now.isoformat())
            made = True
    except FileExistsError:
        pass  # the ordinary start
    queries.refuse_misfit()
    _mark(now)
    return made


@transaction.atomic
def add(*, suite: str, now: datetime) -> Key:
    """A new key, active from now on. The file comes first: a mark without its key would stop the next start, a key
    without its mark gets it there. Raises `KeysMissing`, `Refused`."""
    _one_at_a_time()
    _refuse_unknown(suite)
    queries.refuse_misfit()
    keyring.write(keyring.ring().added(suite, now.isoformat()))
    _mark(now)
    return keyring.active()


def retire(*, number: int, now: datetime) -> None:
    """Take a key away that nothing needs any longer. Raises `Refused`.

    Nobody writes while the last look is taken: whoever still wrote with this key has finished before, and whoever
    writes afterwards uses the active one (`Sealed.token`).
    """
    try:
        with transaction.atomic():
            _one_at_a_time()
            if number not in keyring.ring().keys:
                raise refuse("core.key_unknown", number=number)
            if number == keyring.ring().active:
                raise refuse("core.key_active", number=number)
            _nobody_writes()
            used = sum(counts.get(number, 0) for _place, _kind, counts in queries.usage())
            links = queries.of_the_chain().get(number, 0)
            if used or links:
                raise refuse("core.key_used", number=number, values=used, links=links)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM core_keymark WHERE number = %s", [number])
            events.record("key.retired", by=None, unit=None, detail={"number": number}, now=now)
    except OperationalError as error:
        raise refuse("core.key_busy") from error
    with transaction.atomic():  # the mark is gone for certain; a key that is added in this moment must stay in the file
        _one_at_a_time()
        keyring.write(keyring.ring().without(number))


def rotate(*, told: Told, now: datetime) -> list[Fault]:
    """Seal everything anew that was not sealed with the active key. Returns what could not be: all else is done.

    Each batch is a transaction of its own on rows it has locked, so a run can be killed and begun again, several can
    run at once, and nobody waits for more than a batch. Rows that others hold are passed over and come in the next
    turn; it ends only when none is left. ``told`` hears of every batch: table, rows done.
    """
    total = 0
    while True:
        found, done = [], 0
        for table in sealed.tables():
            for number, faults in _turn(table):
                found += faults
                done += number
                told(table, number)
        total += done
        left = sum(sealed.waiting(table, keyring.ring().active) for table in sealed.tables())
        if left <= len({(fault.table, fault.row) for fault in found}):
            break
        if not done:
            time.sleep(PAUSE)
    if total:
        detail = {"number": keyring.ring().active, "rows": total, "faults": len(found)}
        events.record("key.rotated", by=None, unit=None, detail=detail, now=now)
    return found


def _turn(table: Table) -> Iterator[tuple[int, list[Fault]]]:
    """Once through the table, batch by batch: rows done, and what could not be."""
    query = sealed.selected(table, sealed.stale(table), "FOR NO KEY UPDATE SKIP LOCKED")
    last: Row | None = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, sealed.after(table, last) | sealed.stale_for(keyring.ring().active))
            rows: list[Row] = cursor.fetchall()
            if not rows:
                return
            last, faults, anew = rows[-1], [], []
            for row in rows:
                key, values = sealed.parted(table, row)
                wrong = _seal_anew(table, key, values)
                faults += wrong
                anew.append((*key, *(values[column.name] for column in table.columns)))
            faults += _write(table, anew)
        yield len(rows) - len({fault.row for fault in faults}), faults


def _seal_anew(table: Table, key: Row, values: Values) -> list[Fault]:
    """Changes ``values``; leaves what cannot be read as it is."""
    faults = []
    read = dict(values)
    for column in table.columns:
        try:
            values[column.name] = _made_anew(table, column, read)
        except Damaged:
            faults.append(Fault(table.name, key, column.name, "damaged"))
        except KeysMissing:
            faults.append(Fault(table.name, key, column.name, "key"))
    return faults


def _made_anew(table: Table, column: Column, read: Values) -> bytes | str | None:
    value, place = read[column.name], table.place(column)
    if isinstance(value, str):
        return crypto.IN_TEXT.sub(lambda found: crypto.seal_text(crypto.open_text(found[0], place), place), value)
    if value is None or crypto.key_number(value) == keyring.ring().active:
        return value
    if column.kind == "sealed":
        return crypto.seal(crypto.unseal(value, place), place)
    of = next(other for other in table.columns if other.name == column.of)
    for plain in queries.opened(table, of, read[of.name]):
        return crypto.blind(column.use, plain.decode())
    raise Damaged  # an index of nothing


def _write(table: Table, rows: list[Row]) -> list[Fault]:
    """All at once; where two rows turn out to hold what may be held once, one by one."""
    try:
        with transaction.atomic():
            _update(table, rows)
            return []
    except IntegrityError:
        return [fault for row in rows for fault in _write_one(table, row)]


def _write_one(table: Table, row: Row) -> list[Fault]:
    try:
        with transaction.atomic():
            _update(table, [row])
            return []
    except IntegrityError:
        column = next((column.name for column in table.columns if column.kind == "index"), "")
        return [Fault(table.name, row[: len(table.key)], column, "twice")]


def _update(table: Table, rows: list[Row]) -> None:
    names = [*table.key, *(column.name for column in table.columns)]
    stored = [*table.key_stored, *("text" if column.kind == "text" else "bytea" for column in table.columns)]
    query = sql.SQL("UPDATE {table} old SET {sets} FROM unnest({arrays}) AS new ({names}) WHERE {same}").format(
        table=sql.Identifier(table.name),
        sets=sql.SQL(", ").join(
            sql.SQL("{0} = new.{0}::{1}").format(sql.Identifier(column.name), sql.Identifier(column.stored))
            for column in table.columns
        ),
        arrays=sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.Identifier(kind)) for kind in stored),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        same=sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(name)) for name in table.key),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [list(values) for values in zip(*rows, strict=True)])


def _mark(now: datetime) -> None:
    """Every key of the file has its mark, once there is a table for them."""
    known = queries.marks()
    if known is None:
        return
    for key in keyring.ring().keys.values():
        if key.number in known:
            continue
        mark = crypto.seal_with(key, queries.MARK.encode(), queries.MARK_PLACE)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_keymark VALUES (%s, %s, %s)", [key.number, mark, now])
        detail = {"number": key.number, "suite": key.suite}
        events.record("key.made", by=None, unit=None, detail=detail, now=now)


def _refuse_unknown(suite: str) -> None:
    if suite not in SUITES:
        raise refuse("core.suite_unknown", suite=suite, known=", ".join(SUITES))


def _one_at_a_time() -> None:
    """Two processes at their first start, two operators at two consoles: one after the other, until it is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lianfang keys'))")


def _nobody_writes() -> None:
    names = [*(table.name for table in sealed.tables()), "core_seal"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [SEALING])
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.SQL(", ").join(map(sql.Identifier, names))))
