"""What can be asked of a database without starting Django: is it usable, has it had our migrations.

The note about migrations is a comment on the database itself, so it is gone when the database is. It holds a hash
of the migration files and of the rows in `django_migrations`: a `migrate` by hand, either way, makes it stale.
"""

from __future__ import annotations

import hashlib

import psycopg
from psycopg import sql

from tools.postgres_places import PostgresError
from tools.say import words
from tools.setup import ROOT, fingerprint

OLDEST_SERVER = 15
_PREFIX = "lianfang migrated "
_READ = """
    SELECT shobj_description(d.oid, 'pg_database') FROM pg_database d WHERE d.datname = current_database()
"""
_APPLIED = "SELECT string_agg(app || '.' || name, ' ' ORDER BY id) FROM django_migrations"


def refuse_unusable(url: str) -> None:
    """Raises PostgresError for a server that does not answer, is too old, or does not keep UTF-8."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
            encoding = connection.info.parameter_status("server_encoding")
    except (psycopg.Error, ValueError) as problem:
        said = words("DATABASE_URL 所指的数据库连接不上：", "The database that DATABASE_URL names cannot be reached: ")
        raise PostgresError(f"{said}{problem}") from None
    if version < OLDEST_SERVER:
        raise PostgresError(
            words(
                f"需要 PostgreSQL {OLDEST_SERVER} 或更新的版本，DATABASE_URL 所指的是 {version} 版。",
                f"PostgreSQL {OLDEST_SERVER} or newer is needed; DATABASE_URL names a version {version}.",
            )
        )
    if encoding != "UTF8":
        raise PostgresError(
            words(
                f"数据库的编码应为 UTF8，DATABASE_URL 所指的是 {encoding}。",
                f"The database must be encoded in UTF8; DATABASE_URL names one in {encoding}.",
            )
        )


def up_to_date(url: str) -> bool:
    """False also when it cannot be told; `migrate` then finds out."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(_READ).fetchone()
            return row is not None and row[0] == _PREFIX + _state(connection)
    except psycopg.Error:
        return False


def mark_migrated(url: str) -> None:
    """Only the database's owner may; on somebody else's server every start runs `migrate`."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            note = sql.Literal(_PREFIX + _state(connection))
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, note))
    except psycopg.Error:
        return


def _state(connection: psycopg.Connection) -> str:
    """Migrations of libraries change only with the lock file."""
    files = [*(ROOT / "lianfang").glob("*/migrations/*.py"), ROOT / "requirements.lock"]
    applied = connection.execute(_APPLIED).fetchone()
    return hashlib.sha256(f"{fingerprint(files)} {applied}".encode()).hexdigest()
