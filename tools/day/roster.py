"""Who plays: the schools that owe the form, their gatherers, and the accounts that hold posts there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import psycopg

FORM = "situation_2020"
HEADS = ("office_head",)
LEADERS = ("leader", "principal")

_SCHOOLS = """
    SELECT u.id, u.code, u.name, u.path FROM orgs_unit u
    WHERE u.kind = ANY(%(kinds)s) AND u.path LIKE %(under)s
      AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
    ORDER BY u.path COLLATE "C"
"""
_PROVINCE = """
    SELECT u.id, u.name, u.path FROM returns_assignment a JOIN orgs_unit u ON u.id = a.unit_id
    WHERE a.form = %s AND a.from_on <= %s AND (a.to_on IS NULL OR a.to_on >= %s) ORDER BY length(u.path), u.id LIMIT 1
"""
_CITIES = "SELECT id, name, path FROM orgs_unit WHERE id = ANY(%s) ORDER BY code"
_SPONSORED = """
    SELECT l.unit_id FROM orgs_sponsorline l JOIN orgs_unit s ON s.id = l.sponsor_id WHERE s.path LIKE %(under)s
      AND (l.valid_from IS NULL OR l.valid_from <= %(on)s) AND (l.valid_to IS NULL OR l.valid_to >= %(on)s)
"""
_POSTS = """
    SELECT p.unit_id, p.role, us.username, u.function, u.school_id FROM people_posting p
    JOIN people_user us ON us.id = p.user_id AND us.is_active JOIN orgs_unit u ON u.id = p.unit_id
    WHERE p.from_on <= %(on)s AND (p.to_on IS NULL OR p.to_on >= %(on)s) ORDER BY p.deputy, p.id
"""


@dataclass
class School:
    """``parts``: part of the form → (functional unit, account)."""

    id: int
    code: str
    name: str
    city: int
    clerk: str = ""
    head: str = ""
    leader: str = ""
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass
class Gatherer:
    """``answers_for``: schools below it in the tree or sponsored from below it, each once."""

    id: int
    name: str
    path: str
    liaison: str = ""
    answers_for: set[int] = field(default_factory=set)


@dataclass
class Roster:
    """``schools`` are those that play."""

    province: Gatherer
    cities: list[Gatherer]
    schools: list[School]


class NobodyError(RuntimeError):
    """The data do not hold what a day needs; the text says what is missing."""


def read(connection: psycopg.Connection, on: date, kinds: Iterable[str], parts: dict[str, str], most: int) -> Roster:
    """The first ``most`` schools (0 = all) with a clerk and a head. ``parts``: function of a unit → part it owes.

    Raises NobodyError.
    """
    found = connection.execute(_PROVINCE, (FORM, on, on)).fetchone()
    if found is None:
        raise NobodyError(f"nobody owes {FORM} on {on}")
    province = Gatherer(*found)
    depth = province.path.count(".")
    rows = connection.execute(_SCHOOLS, {"kinds": list(kinds), "under": province.path + "%", "on": on}).fetchall()
    schools = {row[0]: School(row[0], row[1], row[2], int(row[3].split(".")[depth])) for row in rows}
    liaisons: dict[int, str] = {}
    for unit, role, username, function, school in connection.execute(_POSTS, {"on": on}):
        if role == "liaison":
            liaisons.setdefault(unit, username)
        elif school in schools:
            _give(schools[school], unit, role, username, parts.get(function, ""))
    playing = _spread([school for school in schools.values() if school.clerk and school.head])[: most or None]
    names = connection.execute(_CITIES, (list({school.city for school in playing}),))
    cities = [Gatherer(*row) for row in names]
    for gatherer in [province, *cities]:
        gatherer.liaison = liaisons.get(gatherer.id, "")
        if not gatherer.liaison:
            raise NobodyError(f"{gatherer.name} gathers but has no liaison")
        lines = connection.execute(_SPONSORED, {"under": gatherer.path + "%", "on": on})
        gatherer.answers_for = {row[0] for row in rows if row[3].startswith(gatherer.path)}
        gatherer.answers_for |= {line[0] for line in lines if line[0] in schools}
    if not playing:
        raise NobodyError("no school has a clerk and a head")
    return Roster(province, cities, playing)


def _spread(schools: list[School]) -> list[School]:
    """The first school of each city, then the second of each …: a small day still has several cities."""
    turns: Counter[int] = Counter()
    ranked = []
    for school in schools:
        ranked.append((turns[school.city], school))
        turns[school.city] += 1
    return [school for _, school in sorted(ranked, key=lambda pair: pair[0])]


def _give(school: School, unit: int, role: str, username: str, part: str) -> None:
    if unit == school.id and role == "clerk":
        school.clerk = school.clerk or username
    elif unit == school.id and role in HEADS:
        school.head = school.head or username
    elif unit == school.id and role in LEADERS:
        school.leader = school.leader or username
    elif role == "department" and part:
        school.parts.setdefault(part, (unit, username))
