"""Partitions of growth tables, one for each month: made when they are needed, detached when they are old."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from lianfang.core import clock

YOUNGEST = timedelta(days=62)  # nothing younger is taken out: outboxes and corrections still come
_made: set[tuple[str, str, date]] = set()  # database, table, month: asked once in a process
_TURN = "lianfang months"


class ArchivedError(Exception):
    """The month was taken out: nothing may be added beside the file that was written of it."""


def growth_tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if getattr(model, "growth", False)]


def ensure(days: Iterable[date], tables: Iterable[type[models.Model]] | None = None) -> None:
    """The partitions in which rows of these days belong. Costs nothing when this process has seen the months before; of
    months so old that another process may have taken them out meanwhile, it asks each time. Raises `ArchivedError`."""
    months = {day.replace(day=1) for day in days}
    stays = (clock.today() - YOUNGEST).replace(day=1)
    wanted = [model._meta.db_table for model in tables or growth_tables()]
    name = str(connection.settings_dict["NAME"])
    asked = ((name, table, month) for month in months for table in wanted)
    lacking = {one for one in asked if one not in _made or one[2] < stays}
    for month in sorted({month for _, _, month in lacking}):
        _make(sorted(table for _, table, of in lacking if of == month), month)
    if lacking:
        transaction.on_commit(partial(_made.update, lacking))  # what is rolled back is asked for again


def partition(table: str, month: date) -> str:
    return f"{table}_{month:%Y_%m}"


def _make(tables: list[str], month: date) -> None:
    """Made beside its table and then attached: other transactions go on writing meanwhile, which they could not while
    ``CREATE TABLE … PARTITION OF`` holds the whole table."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    if not _missing(tables, month):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_TURN])
        for table in _missing(tables, month):  # another process may have made them meanwhile
            own = partition(table, month)
            names = {"own": sql.Identifier(own), "whole": sql.Identifier(table)}
            bounds = {"since": sql.Literal(str(month)), "until": sql.Literal(str(after))}
            cursor.execute(sql.SQL("CREATE TABLE {own} (LIKE {whole} INCLUDING DEFAULTS)").format(**names))
            cursor.execute(
                sql.SQL("ALTER TABLE {whole} ATTACH PARTITION {own} FOR VALUES FROM ({since}) TO ({until})").format(
                    **names, **bounds
                )
            )


def _missing(tables: list[str], month: date) -> list[str]:
    """Raises `ArchivedError` for one that stands by itself. Read from the catalogue's table: ``to_regclass`` remembers
    inside a transaction that there was none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.whole, c.oid IS NOT NULL FROM unnest(%s::text[], %s::text[]) AS w (whole, own)"
            " LEFT JOIN pg_class c ON c.relname = w.own AND c.relnamespace = current_schema()::regnamespace"
            " WHERE c.oid IS NULL OR NOT c.relispartition",
            [tables, [partition(table, month) for table in tables]],
        )
        rows = cursor.fetchall()
    if alone := [table for table, stands in rows if stands]:
        raise ArchivedError(f"{month:%Y-%m} of {', '.join(alone)} was archived")
    return [table for table, _ in rows]


def months_of(table: str) -> list[date]:
    """The months a table has partitions for, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = to_regclass(%s) ORDER BY 1",
            [table],
        )
        names = [str(row[0]) for row in cursor.fetchall()]
    return [month_of(table, name) for name in names]


def month_of(table: str, own: str) -> date:
    """The month of a partition by its name."""
    year, month = own.removeprefix(f"{table}_").split("_")
    return date(int(year), int(month), 1)
