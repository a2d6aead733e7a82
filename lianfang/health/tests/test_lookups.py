"""What is said about a few people costs a few rows, also in the first minutes of a month: nobody has counted the new
partition's rows yet, and plans made while it was empty must not read the whole of it."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.health.actions import settling
from lianfang.health.queries import said, versions
from lianfang.health.rules.parcels import Seat

DAY = date(2027, 3, 1)
MANY, FEW = 8000, 1000
_FILL = (
    """INSERT INTO health_roll (at, key, school_id, "on", unit_id, group_id, by_id, round, expected, named, reason)
    SELECT now(), i, i / 40, %s, i, 0, 1, 1, 45, 1, '' FROM generate_series(1, %s) AS i""",
    """INSERT INTO health_check (at, key, person_id, school_id, "on", unit_id, symptoms, source, round, absence)
    SELECT now(), i, gen_random_uuid(), i / 40, %s, i, 0, 2, 1, 1 FROM generate_series(1, %s) AS i""",
    """INSERT INTO health_daystatus (at, school_id, "on", person_id, unit_id, status, symptoms, fever)
    SELECT now(), i / 40, %s, gen_random_uuid(), i, 3, 0, false FROM generate_series(1, %s) AS i""",
)
_READ = """
SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables
WHERE relname ~ '^health_(roll|check|daystatus)_'
"""


def read() -> int:
    """Rows of the three tables that this transaction has read so far."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return int(cursor.fetchone()[0])


def questions() -> list[prepared.Question]:
    people: dict[tuple[int, date, UUID], Seat] = {(at, DAY, uuid7()): Seat(at, at * 40) for at in range(5, 15)}
    wanted = [versions._Wanted(at, DAY, at * 40, 0, 1, at * 40) for at in range(5, 15)]
    sent = [prepared.rows(wanted)]
    before = [prepared.rows([settling._Whom(*whom) for whom in people])]
    others = [(versions._STORED, sent), (versions._BEFORE, sent), (versions._LOOSE, sent), (settling._BEFORE, before)]
    return [*said.asked(people)[:2], *others]


@pytest.mark.django_db
def test_a_plan_of_an_empty_partition_does_not_read_the_whole_of_the_full_one() -> None:
    months.ensure({DAY})
    prepared.plan_by_keys()
    for _ in range(8):  # more often than the database makes a plan for one set of values only
        prepared.ask(*questions())
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, [DAY, MANY])
    before = read()
    found = prepared.ask(*questions())
    assert [len(rows) for rows in found] == [10, 0, 10, 10, 0, 0], "it is what was laid there that is found"
    assert read() - before < FEW
