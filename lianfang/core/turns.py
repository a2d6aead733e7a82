"""One at a time, by name: what must not be done twice at the same moment, and has no row of its own to lock."""

from django.db import connection


def turn(name: str) -> None:
    """Wait until whoever has the turn of this name has finished its transaction; it is ours until ours ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
