"""Cards that came past the pages (the landing) and say that somebody is not well: of whom the class has not heard."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

BACK = timedelta(hours=2)  # a worker may have stood still for so long
_ILL = """
SELECT s."on", s.person_id, s.unit_id FROM health_daystatus s
WHERE s."on" BETWEEN %s AND %s AND s.at > %s AND s.status = 2 AND EXISTS (
    SELECT FROM health_check c
    WHERE c.school_id = s.school_id AND c."on" = s."on" AND c.person_id = s.person_id AND c.source = 1)
AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.key = 'card ' || to_char(s."on", 'YYYY-MM-DD ') || s.person_id)
ORDER BY s.at LIMIT %s
"""


@dataclass(frozen=True)
class Unheard:
    on: date
    person: UUID
    unit_id: int


def key(on: date, person: UUID) -> str:
    """Of the notice: one a day for each person, whoever posts it."""
    return f"card {on} {person}"


def unheard(now: datetime, most: int) -> list[Unheard]:
    """Of the last two hours, oldest first."""
    day = now.date()
    with connection.cursor() as cursor:
        cursor.execute(_ILL, [day - timedelta(days=1), day, now - BACK, most])
        return [Unheard(*row) for row in cursor.fetchall()]
