"""Who belongs to the classes of a roster and is not in it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection

_MISSING = """
SELECT e.person_id, p.name, e.unit_id, e.as_a FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
WHERE e.unit_id = ANY(%(units)s) AND e.as_a = ANY(%(kinds)s) AND e.to_on IS NULL AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM people_rosterrow r WHERE r.file_id = %(file)s AND r.person_id = e.person_id)
ORDER BY e.unit_id, p.pinyin, p.id
"""


def missing(file: UUID, units: Sequence[int], kinds: Sequence[str]) -> Iterator[tuple[UUID, str, int, str]]:
    """(person, name, unit, as what) of everybody the file leaves out."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, {"file": file, "units": list(units), "kinds": list(kinds)})
        while rows := cursor.fetchmany(1000):
            yield from rows
