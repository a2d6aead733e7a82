"""The sealed columns of this database, found by asking the models: rotation and checks leave none out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

from lianfang.core import crypto
from lianfang.core.fields import SEALED, BlindIndex, EncryptedBytes
from lianfang.core.models import KeyMark

BATCH, ONE = 500, 1  # rows at a time; of tables that hold whole files

Row = tuple[Any, ...]
Values = dict[str, bytes | str | None]


@dataclass(frozen=True)
class Column:
    """``kind`` is "sealed", "index" (of the column ``of``, values alike by ``use``) or "text" (with sealed values in
    it); ``stored`` is its type in the database."""

    name: str
    kind: str
    stored: str
    of: str = ""
    use: str = ""


@dataclass(frozen=True)
class Table:
    """``key`` are the columns of the primary key, ``key_stored`` their types in the database."""

    name: str
    key: tuple[str, ...]
    key_stored: tuple[str, ...]
    columns: tuple[Column, ...]
    batch: int

    def place(self, column: Column) -> str:
        return f"{self.name}.{column.name}"


def tables() -> list[Table]:
    """Every table of every model that has sealed columns, as far as this database has them already (an upgrade asks
    before its migrations ran)."""
    there, texts = _stored(), crypto.text_columns()
    found = []
    for model in apps.get_models():
        meta = model._meta
        if model is KeyMark or meta.proxy or not meta.managed:
            continue
        columns = tuple(
            column
            for field in meta.local_concrete_fields
            if (column := _column(field, (meta.label, field.name) in texts, there)) is not None
        )
        if columns:
            files = any(isinstance(field, EncryptedBytes) for field in meta.local_concrete_fields)
            key = tuple(str(field.column) for field in meta.pk_fields)
            stored = tuple(there[meta.db_table, name] for name in key)
            found.append(Table(meta.db_table, key, stored, columns, ONE if files else BATCH))
    return found


def _column(field: Any, text: bool, there: Mapping[tuple[str, str], str]) -> Column | None:
    """None for what is not sealed, or is not yet: before an upgrade a column of that name may hold clear text."""
    meta = field.model._meta
    stored = there.get((meta.db_table, field.column), "")
    if isinstance(field, SEALED) and stored == "bytea":
        return Column(str(field.column), "sealed", stored)
    if isinstance(field, BlindIndex) and stored == "bytea":
        of: Any = meta.get_field(field.of)
        return Column(str(field.column), "index", stored, of.column, field.use)
    return Column(str(field.column), "text", stored) if text and stored else None


def _stored() -> dict[tuple[str, str], str]:
    """(table, column) → type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, udt_name FROM information_schema.columns"
            " WHERE table_schema = ANY (current_schemas(false))"
        )
        return {(table, column): stored for table, column, stored in cursor.fetchall()}


def stale(table: Table) -> sql.Composed:
    """The condition that something in this row was made with another key than that of `stale_for`."""
    conditions = {
        "text": "({0}::text ~ %(stale_text)s)",
        "sealed": "({0} IS NOT NULL AND substring({0} FROM 1 FOR 2) <> %(active)s)",
    }
    conditions["index"] = conditions["sealed"]
    return sql.SQL(" OR ").join(
        sql.SQL(conditions[column.kind]).format(sql.Identifier(column.name)) for column in table.columns
    )


def stale_for(active: int) -> dict[str, Any]:
    return {"active": active.to_bytes(crypto.KEY_BYTES), "stale_text": rf"sealed\.(?!{active}\.)[0-9]+\."}


def waiting(table: Table, active: int) -> int:
    """Rows that a rotation has still to seal anew."""
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table.name), stale(table))
    with connection.cursor() as cursor:
        cursor.execute(query, stale_for(active))
        return int(cursor.fetchone()[0])


def counted(table: Table, column: Column) -> dict[int, int]:
    """Key number → how many values of this column were made with it (0: too short to tell)."""
    queries = {
        "text": "SELECT found[1]::int, count(*) FROM {table}, regexp_matches({column}::text, %(any)s, 'g') found"
        " GROUP BY 1",
        "sealed": "SELECT CASE WHEN length({column}) < 2 THEN 0"
        " ELSE get_byte({column}, 0) * 256 + get_byte({column}, 1) END, count(*)"
        " FROM {table} WHERE {column} IS NOT NULL GROUP BY 1",
    }
    queries["index"] = queries["sealed"]
    names = {"table": sql.Identifier(table.name), "column": sql.Identifier(column.name)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(queries[column.kind]).format(**names), {"any": r"sealed\.([0-9]+)\."})
        return dict(cursor.fetchall())


def selected(table: Table, condition: sql.Composable, ending: str = "") -> sql.Composed:
    """A query: key and columns of the next rows of `after`, in the order of the key."""
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    columns = [
        sql.SQL("{}::text" if column.kind == "text" else "{}").format(sql.Identifier(column.name))
        for column in table.columns
    ]
    return sql.SQL(
        "SELECT {columns} FROM {table} WHERE (%(first)s OR ({key}) > ({after})) AND ({condition})"
        " ORDER BY {key} LIMIT %(limit)s {ending}"
    ).format(
        columns=sql.SQL(", ").join([key, *columns]),
        table=sql.Identifier(table.name),
        key=key,
        after=sql.SQL(", ").join(sql.Placeholder(f"after{number}") for number in range(len(table.key))),
        condition=condition,
        ending=sql.SQL(ending),
    )


def after(table: Table, row: Row | None) -> dict[str, Any]:
    """The parameters of `selected`: the batch after this row, the first one after None."""
    last: Row = row[: len(table.key)] if row else (None,) * len(table.key)
    return {"first": row is None, "limit": table.batch} | {f"after{number}": part for number, part in enumerate(last)}


def rows(table: Table) -> Iterator[Row]:
    """All rows of `selected`, read in batches."""
    query, last = selected(table, sql.SQL("true")), None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, after(table, last))
            found: list[Row] = cursor.fetchall()
        if not found:
            return
        yield from found
        last = found[-1]


def parted(table: Table, row: Row) -> tuple[Row, Values]:
    """A row of `selected` as its key, and its columns by name."""
    width = len(table.key)
    plain = (bytes(value) if isinstance(value, memoryview) else value for value in row[width:])
    return row[:width], {column.name: value for column, value in zip(table.columns, plain, strict=True)}


def samples() -> Iterator[tuple[str, bytes]]:
    """One value of each sealed column: (place, sealed)."""
    with connection.cursor() as cursor:
        for table in tables():
            for column in table.columns:
                if column.kind != "sealed":
                    continue
                query = sql.SQL("SELECT {0} FROM {1} WHERE {0} IS NOT NULL LIMIT 1")
                cursor.execute(query.format(sql.Identifier(column.name), sql.Identifier(table.name)))
                for (value,) in cursor.fetchall():
                    yield table.place(column), bytes(value)
