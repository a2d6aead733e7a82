"""Whether a database has had this checkout's migrations, told without starting Django.

The note is a comment on the database itself, so it is gone when the database is. It holds a hash of the
migration files and of the rows in `django_migrations`: a `migrate` by hand, forward or back, makes it stale.
"""

from __future__ import annotations

import hashlib

import psycopg
from psycopg import sql

from tools.setup import ROOT, fingerprint

_PREFIX = "lianfang migrated "
_READ = """
    SELECT shobj_description(d.oid, 'pg_database') FROM pg_database d WHERE d.datname = current_database()
"""
_APPLIED = "SELECT string_agg(app || '.' || name, ' ' ORDER BY id) FROM django_migrations"


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
