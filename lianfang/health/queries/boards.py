"""Boards of areas: how the schools below a unit stand on a day, one row of counts a school, gone through once.

No names and no classes: what leaves a school is counts. Schools that a unit sponsors count as its own. Groups that are
checked beside the classes count as classes do; `Tally` knows classes only, so they are counted here, from their rolls.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db import connection

from lianfang.health.queries.eased import eased
from lianfang.health.queries.opened import SCHOOLS
from lianfang.health.queries.terms import SCOPE, only_groups, parameters
from lianfang.health.rules.sent import ROUNDS
from lianfang.orgs.models import Unit
from lianfang.people.queries import opened_phone

PAGE = 50
STEP = timedelta(minutes=10)
_CHILD = """CASE WHEN NOT %(outside)s OR u.path LIKE %(path)s
    THEN split_part(u.path, '.', %(depth)s)::bigint ELSE 0 END"""


@dataclass(slots=True)
class Standings:
    """Schools under one child of a unit. ``opened``: those of which is known what they owe; ``whole``: those all of
    whose classes have reported the round; ``begun``: some of them. ``heard`` counts schools that anything came from.
    People are counted by `Tally`."""

    schools: int = 0
    opened: int = 0
    owing: int = 0
    whole: int = 0
    begun: int = 0
    heard: int = 0
    classes: int = 0
    reported: int = 0
    expected: int = 0
    cards: int = 0
    symptomatic: int = 0
    fever: int = 0
    ill: int = 0
    unknown: int = 0
    leave: int = 0
    isolated: int = 0

    def add(self, other: "Standings") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def lacking(self) -> int:
        """Schools that owe the round and have not reported all of it."""
        return self.owing - self.whole


def standings(unit: Unit, on: date, code: str) -> dict[int, Standings]:
    """Child of the unit → how its schools stand in a round; 0 is schools by sponsoring line only. Five queries."""
    owed = eased(unit, on, code)
    sql = f"""
        SELECT {_CHILD}, count(*), count(t.classes), count(*) FILTER (WHERE owes),
               count(*) FILTER (WHERE owes AND n.came >= n.classes),
               count(*) FILTER (WHERE owes AND n.came BETWEEN 1 AND n.classes - 1),
               count(*) FILTER (WHERE heard), coalesce(sum(n.classes) FILTER (WHERE owes), 0),
               coalesce(sum(n.came) FILTER (WHERE owes), 0), coalesce(sum(t.expected), 0), coalesce(sum(t.cards), 0),
               coalesce(sum(t.symptomatic), 0), coalesce(sum(t.fever), 0), coalesce(sum(t.ill), 0),
               coalesce(sum(t.unknown), 0), coalesce(sum(t.leave), 0), coalesce(sum(t.isolated), 0)
        FROM orgs_unit u {owed.counted}
        CROSS JOIN LATERAL (SELECT {owed.classes} AS classes, {owed.came} AS came, t.first_at IS NOT NULL AS heard) AS n
        CROSS JOIN LATERAL (SELECT n.classes > 0 AND {owed.when} AS owes) AS o
        WHERE {SCOPE} GROUP BY 1"""  # noqa: S608  (parts of our own)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(unit, on), **owed.values})
        return {child: Standings(*counts) for child, *counts in cursor.fetchall()}


def total(rows: dict[int, Standings]) -> Standings:
    whole = Standings()
    for row in rows.values():
        whole.add(row)
    return whole


@dataclass(frozen=True, slots=True)
class Child:
    label: str
    is_school: bool


def children(rows: dict[int, Standings]) -> dict[int, Child]:
    """The units behind the keys of `standings` (0 is none), in their order."""
    found = Unit.objects.filter(pk__in=[pk for pk in rows if pk]).order_by("position", "code")
    return {
        pk: Child(short or name, kind in SCHOOLS)
        for pk, short, name, kind in found.values_list("pk", "short_name", "name", "kind")
    }


@dataclass(frozen=True)
class Lacking:
    """A school of which classes are missing, and whom to call."""

    unit_id: int
    name: str
    area: str
    classes: int
    reported: int
    by: str
    phone: str

    @property
    def missing(self) -> int:
        return max(self.classes - self.reported, 0)


def lacking(
    unit: Unit, on: date, code: str, *, only: list[int] | None = None, page: int = 1, most: int = PAGE
) -> list[Lacking]:  # fmt: skip
    """Schools that owe the round and have not reported all of it, in the order of the tree. ``only``: these schools,
    whatever they have reported meanwhile (a list that is being read keeps its lines)."""
    # The schools are read from the index alone (`unit_schools_of_area`), and looked up when they are but a page.
    owed = eased(unit, on, code)
    which = "u.id = ANY(%(only)s)" if only is not None else owed.lacking
    sql = f"""
        WITH within AS MATERIALIZED (SELECT u.id, u.path FROM orgs_unit u WHERE {SCOPE}),
        listed AS (
            SELECT u.id, u.path, coalesce({owed.classes}, 0) AS classes, coalesce({owed.came}, 0) AS reported
            FROM within u {owed.counted} WHERE {which}
            ORDER BY u.path LIMIT %(most)s OFFSET %(offset)s)
        SELECT l.id, s.name, area.name, l.classes, l.reported, coalesce(who.name, ''), who.phone, s.phone
        FROM listed l JOIN orgs_unit s ON s.id = l.id JOIN orgs_unit area ON area.id = s.parent_id
        LEFT JOIN LATERAL (
            SELECT p.name, p.phone FROM people_posting po JOIN people_user p ON p.id = po.user_id AND p.is_active
            WHERE po.unit_id = l.id AND po.role IN ('liaison', 'clerk', 'office_head') AND po.from_on <= %(on)s
              AND po.confirmed_at IS NOT NULL AND (po.to_on IS NULL OR po.to_on >= %(on)s)
            ORDER BY po.role = 'office_head', po.role = 'clerk', po.deputy, po.id LIMIT 1) who ON TRUE
        ORDER BY l.path"""  # noqa: S608
    asked = {**parameters(unit, on), **owed.values, "only": only, "most": most, "offset": (max(page, 1) - 1) * most}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [
            Lacking(pk, name, area, classes, reported, by, opened_phone(sealed) or phone)
            for pk, name, area, classes, reported, by, sealed, phone in cursor.fetchall()
        ]


def held(unit: Unit, on: date) -> int:
    """Records of the schools that wait to be mended, of whatever day."""
    sql = f"""SELECT count(*) FROM health_held h JOIN orgs_unit u ON u.id = h.school_id
        WHERE h.settled_at IS NULL AND {SCOPE}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(unit, on))
        return int(cursor.fetchone()[0])


def steps(unit: Unit, on: date, code: str) -> list[tuple[datetime, int]]:
    """How many classes (groups) reported the round in each ten minutes, by the time their first report came."""
    which = "r.group_id > 0" if only_groups(code) else "r.group_id = 0"
    sql = f"""
        SELECT date_bin('10 minutes', r.at, timestamptz '2000-01-01 00:00+08'), count(*)
        FROM orgs_unit u JOIN health_roll r ON r.school_id = u.id AND r."on" = %(on)s
        WHERE {SCOPE} AND r.round = %(round)s AND {which} AND r.after IS NULL
        GROUP BY 1 ORDER BY 1"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(unit, on), "round": int(ROUNDS[code])})
        return list(cursor.fetchall())
