"""Rate limits that hold across processes: so many in a window, counted in the database (control H05)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from lianfang.core import crypto

_HIT = """
INSERT INTO core_allowance (key, began_at, used) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    began_at = CASE WHEN core_allowance.began_at <= %(past)s THEN excluded.began_at ELSE core_allowance.began_at END,
    used = CASE WHEN core_allowance.began_at <= %(past)s THEN 1 ELSE core_allowance.used + 1 END
RETURNING used
"""
_BACK = "UPDATE core_allowance SET used = used - 1 WHERE key = %(key)s AND used > 0"

_USED = "SELECT coalesce(sum(used), 0) FROM core_allowance WHERE key = ANY(%(keys)s) AND began_at > %(past)s"


def within(what: str, who: str, *, most: int, every: timedelta, now: datetime) -> bool:
    """Count one more of ``what`` for ``who`` (an address, an account); False once there were more than ``most`` in the
    window. ``who`` is stored as a keyed digest only."""
    key = crypto.blind(f"limit {what}", who)
    with connection.cursor() as cursor:
        cursor.execute(_HIT, {"key": key, "now": now, "past": now - every})
        used: int = cursor.fetchone()[0]
    return used <= most


def spent(what: str, who: str, *, most: int, every: timedelta, now: datetime) -> bool:
    """Whether ``who`` has used up the window, without counting one more."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, {"keys": crypto.sought(f"limit {what}", who), "past": now - every})
        used: int = cursor.fetchone()[0]
    return used >= most


def give_back(what: str, who: str) -> None:
    """Take one count back: what was counted turned out to be rightful. Counting comes first and giving back after, so
    that many at the same time never get more than their number."""
    with connection.cursor() as cursor:
        cursor.execute(_BACK, {"key": crypto.blind(f"limit {what}", who)})


@contextmanager
def in_turn(what: str, who: str) -> Iterator[None]:
    """One at a time for ``who``, in a transaction: where others (django-axes) look first and count afterwards, many at
    the same moment would all be let through before the first of them is counted."""
    key = int.from_bytes(crypto.blind(f"turn {what}", who)[-8:], "big", signed=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        yield
