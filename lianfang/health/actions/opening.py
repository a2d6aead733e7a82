"""The day's expectation: one count a class and a school of who is to be checked, before the first report comes."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.health.actions import settling
from lianfang.health.queries import opened

_AT_ONCE = 100  # schools in one transaction: reports that come meanwhile wait for their own school only
# Whoever belongs to the class and is not on leave of absence, students and others alike, without the interns whom a
# group of their own reports: as the roll itself counts (`queries.seats`). A class nobody belongs to owes no check. Rows
# that already say so are not touched.
_OPEN = """
WITH interns AS (
    SELECT DISTINCT e.person_id, e.unit_id FROM health_group g JOIN orgs_unit gu ON gu.id = g.unit_id
    JOIN people_marking m ON m.school_id = coalesce(gu.school_id, gu.id) AND m.mark = g.kind
        AND m.from_on <= %(on)s AND (m.to_on IS NULL OR m.to_on >= %(on)s)
    JOIN people_enrolment e ON e.person_id = m.person_id AND e.school_id = m.school_id
    JOIN orgs_unit eu ON eu.id = e.unit_id AND eu.path LIKE gu.path || '%%'
    WHERE g.kind = 'intern' AND coalesce(gu.school_id, gu.id) = ANY(%(schools)s)
      AND g.from_on <= %(on)s AND (g.to_on IS NULL OR g.to_on >= %(on)s)
), heads AS (
    SELECT e.unit_id, count(DISTINCT e.person_id) AS n FROM people_enrolment e
    WHERE e.school_id = ANY(%(schools)s) AND e.from_on <= %(on)s AND (e.to_on IS NULL OR e.to_on >= %(on)s)
      AND NOT (e.away_from IS NOT NULL AND e.away_from <= %(on)s AND (e.away_to IS NULL OR e.away_to >= %(on)s))
      AND NOT EXISTS (SELECT FROM interns i WHERE i.person_id = e.person_id AND i.unit_id = e.unit_id)
    GROUP BY e.unit_id
), classes AS (
    SELECT u.school_id, u.id AS unit_id, coalesce(h.n, 0) AS expected FROM orgs_unit u
    LEFT JOIN heads h ON h.unit_id = u.id
    WHERE u.school_id = ANY(%(schools)s) AND u.kind = 'class'
      AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
), wanted AS (
    SELECT school_id, unit_id, expected, NULL::bigint AS classes FROM classes
    UNION ALL
    SELECT s.id, s.id, coalesce(sum(c.expected), 0), count(*) FILTER (WHERE c.expected > 0)
    FROM unnest(%(schools)s::int[]) AS s (id) LEFT JOIN classes c ON c.school_id = s.id GROUP BY s.id
), gone AS (
    DELETE FROM health_tally t
    WHERE t.school_id = ANY(%(schools)s) AND t."on" = %(on)s AND t.first_at IS NULL
      AND t.symptomatic + t.ill + t.leave + t.unknown + t.isolated = 0
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.unit_id = t.unit_id)
), put AS (
    INSERT INTO health_tally AS t (school_id, "on", unit_id, expected, classes, morning, noon, evening, cards,
                                   symptomatic, ill, leave, unknown, isolated, fever)
    SELECT school_id, %(on)s, unit_id, expected, classes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM wanted
    ON CONFLICT (school_id, "on", unit_id) DO UPDATE SET expected = excluded.expected, classes = excluded.classes
    WHERE (t.expected, t.classes) IS DISTINCT FROM (excluded.expected, excluded.classes)
    RETURNING 1
)
SELECT count(*) FROM put
"""


def open_day(on: date, schools: Sequence[int] | None = None) -> int:
    """What every class and school of the day is expected to report; how many counts are new or other ones.

    May run as often as wanted: pupils who came, left or changed class, and classes that were opened or closed, are
    felt with the next run. ``schools``: these only.
    """
    months.ensure({on})
    wanted = sorted(opened.schools(on) if schools is None else schools)
    return sum(_open(on, wanted[at : at + _AT_ONCE]) for at in range(0, len(wanted), _AT_ONCE))


@transaction.atomic
def _open(on: date, schools: list[int]) -> int:
    prepared.ask(settling.turn({(school, on) for school in schools}))
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"schools": schools, "on": on})
        return int(cursor.fetchone()[0])


def open_missing(on: date) -> int:
    """Schools that the day has not been opened for: one that was founded today, or all of them after a standstill."""
    lacking = opened.lacking(on)
    return open_day(on, lacking) if lacking else 0
