"""A city as large as one likes: one statement a table, every person in a class, every school with a gateway, and
telephones of families that speak for their child. Ids follow from numbers, so that a load program needs no list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

import psycopg

CLASS, CLASSES = 45, 22  # pupils of a class, classes of a school
_FIRST = 0x0191D8F00000  # the moment a person's id begins with
_SCHOOLS, _UNITS = 2_000_000, 3_000_000
COUNTIES = 10
_STATEMENTS = (
    """
    INSERT INTO orgs_unit (id, kind, tier, code, name, short_name, pinyin, function, path, phone, address, position,
                           parent_id, school_id)
    SELECT 1000000, 'city', 'city', 'bench', '量市', '', 'liangshi', '', '1000000.', '', '', 0, NULL::bigint,
           NULL::bigint
    UNION ALL
    SELECT 1000000 + c, 'county', 'county', 'bench-' || c, '量区' || c, '', 'liangqu', '',
           '1000000.' || 1000000 + c || '.',
           '', '', c, 1000000, NULL
    FROM generate_series(1, %(counties)s) AS c
    UNION ALL
    SELECT %(schools_from)s + s, 'school', 'school', 'bench-s' || s, '第' || s || '技工学校', '', 'jigong', '',
           '1000000.' || 1000001 + s %% %(counties)s || '.' || %(schools_from)s + s || '.', '', '', s,
           1000001 + s %% %(counties)s, %(schools_from)s + s
    FROM generate_series(0, %(schools)s - 1) AS s
    """,
    """
    INSERT INTO orgs_unit (id, kind, tier, code, name, short_name, pinyin, function, path, phone, address, position,
                           parent_id, school_id)
    SELECT %(units_from)s + u, 'class', 'school', 'bench-c' || u, u %% %(classes)s || '班', '', 'ban', '',
           school.path || %(units_from)s + u || '.', '', '', u %% %(classes)s, school.id, school.id
    FROM generate_series(0, %(schools)s * %(classes)s - 1) AS u
    JOIN orgs_unit school ON school.id = %(schools_from)s + u / %(classes)s
    """,
    """
    INSERT INTO people_person (id, name, former_name, pinyin, initials, sex, nationality)
    SELECT (lpad(to_hex(%(first)s + n), 12, '0') || '70008000000000000000')::uuid, '张晓明', '', 'zhang xiaoming',
           'zxm', 1 + n %% 2, '' FROM generate_series(0, %(people)s - 1) AS n
    """,
    """
    INSERT INTO people_enrolment (id, person_id, school_id, unit_id, as_a, number, title, from_on, ending, away_why,
                                  spelt)
    SELECT id, id, %(schools_from)s + n / %(class)s / %(classes)s, %(units_from)s + n / %(class)s, 'student', n::text,
           '', date '2019-09-01', '', '', ''
    FROM (SELECT (lpad(to_hex(%(first)s + n), 12, '0') || '70008000000000000000')::uuid AS id, n
          FROM generate_series(0, %(people)s - 1) AS n) AS made
    """,
    """
    INSERT INTO people_device (id, token_index, name, at, seen_on, until)
    SELECT (lpad(to_hex(%(first)s + n), 12, '0') || '70008000000000000000')::uuid, sha256(('family' || n)::bytea), '',
           now(), current_date, '2999-01-01' FROM generate_series(0, %(people)s - 1, %(each)s) AS n
    """,
    """
    INSERT INTO people_claim (id, how, at, revoked_why, device_id, person_id)
    SELECT id, 'code', now(), '', id, id FROM people_device WHERE NOT EXISTS
        (SELECT FROM people_claim c WHERE c.device_id = people_device.id)
    """,
    """
    INSERT INTO health_sender (id, token_index, kind, name, until, by_id, by_name, at, school_id)
    SELECT (lpad(to_hex(%(first)s + s), 12, '0') || '70008000000000000000')::uuid, sha256(('gateway' || s)::bytea),
           'gateway', '', '2999-01-01', 1, '', now(), %(schools_from)s + s
    FROM generate_series(0, %(schools)s - 1) AS s
    """,
)


@dataclass(frozen=True)
class City:
    """``people`` in full classes; every ``each``-th has a telephone of the family."""

    people: int
    each: int

    @property
    def units(self) -> int:
        return -(-self.people // CLASS)

    @property
    def schools(self) -> int:
        return -(-self.units // CLASSES)


def city(people: int) -> City:
    return City(people, max(1, people // 200_000))


def person(number: int) -> UUID:
    return UUID(int=((_FIRST + number) << 80) | (0x7000 << 64) | (0x8 << 60))


def unit(number: int) -> int:
    return _UNITS + number


def school(number: int) -> int:
    """Of a class."""
    return _SCHOOLS + number // CLASSES


def token(kind: str, number: int) -> str:
    """``kind`` is "family" (the number of the person) or "gateway" (the number of the school)."""
    return f"{kind}{number}"


def digest(kind: str, number: int) -> bytes:
    return hashlib.sha256(token(kind, number).encode()).digest()


def build(connection: psycopg.Connection, made: City) -> None:
    values = {
        "people": made.people, "schools": made.schools, "each": made.each, "counties": COUNTIES, "class": CLASS,
        "classes": CLASSES, "first": _FIRST, "schools_from": _SCHOOLS, "units_from": _UNITS,
    }  # fmt: skip
    with connection.transaction():
        # The names of these people are never looked for: the trigger that keeps them in order would take minutes.
        connection.execute("ALTER TABLE people_enrolment DISABLE TRIGGER people_enrolment_spelt")
        for statement in _STATEMENTS:
            connection.execute(statement, values)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute("ALTER TABLE people_enrolment ENABLE TRIGGER people_enrolment_spelt")
    connection.execute("VACUUM (ANALYZE)")
