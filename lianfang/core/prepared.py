"""Statements that are put again and again with other values: prepared once on a connection, several in one journey.

Runs on Django's own connection, in its transaction. A batch of rows travels as one JSON text (`rows`) and is taken
apart by ``json_to_recordset``: a third of the price of arrays, whose every value is looked at on its way out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import psycopg
from django.db import connection

Question = tuple[str, Sequence[object] | Mapping[str, object]]


def ask(*questions: Question) -> list[list[tuple[Any, ...]]]:
    """The rows each statement gives, in their order; all of them cost one journey to the database. Raises what
    ``django.db`` raises; later statements are not tried then."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # Django's own cursors never prepare, whatever stands here
        raw.prepare_threshold = 5
    with connection.wrap_database_errors:
        cursors = [psycopg.Cursor(raw) for _ in questions]
        with raw.pipeline():
            for cursor, (statement, values) in zip(cursors, questions, strict=True):
                cursor.execute(statement, values, prepare=True)
        found = [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    if connection.queries_logged:
        connection.queries_log.extend({"sql": statement, "time": "0"} for statement, _ in questions)
    return found


def plan_by_keys() -> None:
    """For a connection that does nothing but look a few rows up by their keys: tables are not read whole, whatever is
    believed of their size. A plan made for a partition that was empty that minute, on the first of a month, would read
    all of it with every batch until somebody counts its rows anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")


def rows(many: Sequence[msgspec.Struct]) -> str:
    return msgspec.json.encode(many).decode()


def octets(value: bytes | None) -> str | None:
    """Bytes as they stand in such a text."""
    return None if value is None else "\\x" + value.hex()


def listed(numbers: Iterable[int]) -> str:
    """Numbers as an array."""
    return "{" + ",".join(map(str, numbers)) + "}"


def digests(values: Iterable[bytes]) -> str:
    """Bytes as an array."""
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"
