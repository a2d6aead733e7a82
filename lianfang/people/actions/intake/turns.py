"""One import at a time for each school: two files that name the same people must not be compared with the same past.
Destroying waits for its turn too: a line that is being taken over must not outlive the person it names."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

_KIND = 0x726F  # tells these locks from others of the application


@contextmanager
def turn_of(school: int) -> Iterator[None]:
    """Waits for its turn. The lock belongs to the connection, so a killed worker leaves none behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_KIND, school])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_KIND, school])


@contextmanager
def turns_of(schools: Iterable[int]) -> Iterator[None]:
    """The turns of several schools, always in one order, so that two runs wait for each other and never lock up."""
    with ExitStack() as held:
        for school in sorted(set(schools)):
            held.enter_context(turn_of(school))
        yield
