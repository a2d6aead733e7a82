"""Who has reported and who is missing: the board of a unit for one form and day, correct to the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from lianfang.orgs.models import Unit
from lianfang.people.queries import opened_phone
from lianfang.policies import queries as policies
from lianfang.returns import rules
from lianfang.returns.queries.rollup import CHILD, OWED, SCOPE, parameters
from lianfang.returns.spec import Form, due_at

STATES = ("not_started", "draft", "submitted", "returned", "signed", "forwarded")
PAGE = 50


@dataclass
class Count:
    """How the schools under one child stand. ``reported`` have a signed version (even if a correction of it is on its
    way); ``late`` are past the cut-off without one, or signed after it; ``signed_in`` counts first complete signatures
    by the ten minutes they came in."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    reported: int = 0
    late: int = 0
    important: int = 0
    signed_in: Counter[datetime] = field(default_factory=Counter)

    def add(self, other: Count) -> None:
        for state, number in other.states.items():
            self.states[state] += number
        self.reported += other.reported
        self.late += other.late
        self.important += other.important
        self.signed_in += other.signed_in

    def number(self, only: str) -> int:
        """How many schools the filter ``only`` of the list leaves (`FILTERS`)."""
        named = {"": self.expected, "missing": self.missing, "late": self.late, "important": self.important}
        return named[only] if only in named else self.states[only]

    @property
    def expected(self) -> int:
        return sum(self.states.values())

    @property
    def missing(self) -> int:
        return self.expected - self.reported


def due_case(form: Form, unit: Unit, on: date) -> tuple[str, dict[str, Any]]:
    """SQL for the cut-off of each school row ``u``: the form's minute, or the override of the nearest unit above."""
    default = rules.due(form, "school", on)
    values: dict[str, Any] = {"due": default}
    whens = []
    for number, row in enumerate(reversed(policies.below(unit, on, f"returns.{form.id}.due.school"))):
        values[f"due_path_{number}"], values[f"due_{number}"] = row.path + "%", due_at(on, row.value)
        whens.append(f"WHEN u.path LIKE %(due_path_{number})s THEN %(due_{number})s::timestamptz")
    if not whens:
        return "%(due)s::timestamptz", values
    return f"CASE {' '.join(whens)} ELSE %(due)s::timestamptz END", values


JOIN = (
    """
    FROM orgs_unit u LEFT JOIN returns_return r ON r.unit_id = u.id AND r.form = %(form)s AND r."on" = %(on)s
    WHERE """
    + f"{SCOPE} AND {OWED}"
)


def counts(form: Form, unit: Unit, on: date, now: datetime) -> dict[int, Count]:
    """Child of the unit → how its schools stand (0: schools by sponsor line only), and in which ten minutes they
    completed their reports. The schools are gone through once."""
    due, values = due_case(form, unit, on)
    sql = f"""
        SELECT {CHILD}, coalesce(r.state, 'not_started'), r.counted_id IS NOT NULL,
               coalesce(r.first_signed_at, %(now)s) > {due}, coalesce(r.important, false),
               date_bin('10 minutes', r.first_signed_at, timestamptz '2000-01-01 00:00+08'), count(*)
        {JOIN} GROUP BY 1, 2, 3, 4, 5, 6"""
    found: dict[int, Count] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(form, unit, on), **values, "now": now})
        for child, state, counted, late, important, signed_in, number in cursor.fetchall():
            row = found.setdefault(child, Count())
            row.states[state] += number
            row.reported += number if counted else 0
            row.late += number if late else 0
            row.important += number if important and counted else 0
            if signed_in:
                row.signed_in[signed_in] += number
    return found


def children(ids: Iterable[int]) -> dict[int, Unit]:
    """The units behind the keys of `counts` (0 is none)."""
    return Unit.objects.in_bulk([pk for pk in ids if pk])


def total(rows: dict[int, Count]) -> Count:
    """All children together."""
    whole = Count()
    for row in rows.values():
        whole.add(row)
    return whole


@dataclass(frozen=True)
class SchoolRow:
    """One school on the list: where it stands, since when, whom to call, when it was last chased."""

    unit_id: int
    name: str
    code: str
    area: str
    state: str
    reported: bool
    late: bool
    important: bool
    signed_at: datetime | None
    liaison: str
    phone: str
    chased_at: datetime | None


FILTERS = {
    "": "TRUE",
    "missing": "r.counted_id IS NULL",
    "late": "coalesce(r.first_signed_at, %(now)s) > {due}",
    "important": "r.important AND r.counted_id IS NOT NULL",
    **{state: f"coalesce(r.state, 'not_started') = '{state}'" for state in STATES},
}


def schools(
    form: Form, unit: Unit, on: date, now: datetime, *, only: str = "", page: int = 1, most: int = PAGE
) -> list[SchoolRow]:
    """A page of schools below the unit, those of `FILTERS` ``only`` (`Count.number` says how many there are).

    The telephone is the liaison's, else the school's own.
    """
    due, values = due_case(form, unit, on)
    sql = f"""
        WITH listed AS (
            SELECT u.id, u.name, u.code, u.phone, u.parent_id, u.pinyin, u.position, u.path,
                   coalesce(r.state, 'not_started') AS state, r.counted_id IS NOT NULL AS reported,
                   coalesce(r.first_signed_at, %(now)s) > {due} AS late, coalesce(r.important, false) AS important,
                   r.first_signed_at
            {JOIN} AND {FILTERS[only].format(due=due)}
            ORDER BY u.parent_id, u.position, u.code LIMIT %(most)s OFFSET %(offset)s)
        SELECT l.id, l.name, l.code, area.name, l.state, l.reported, l.late, l.important, l.first_signed_at,
               coalesce(who.name, ''), who.phone, l.phone, chased.at
        FROM listed l JOIN orgs_unit area ON area.id = l.parent_id
        LEFT JOIN LATERAL (
            SELECT p.name, p.phone FROM people_posting po JOIN people_user p ON p.id = po.user_id AND p.is_active
            WHERE po.unit_id = l.id AND po.role IN ('liaison', 'clerk') AND po.from_on <= %(on)s
              AND po.confirmed_at IS NOT NULL AND (po.to_on IS NULL OR po.to_on >= %(on)s)
            ORDER BY po.role = 'liaison' DESC, po.deputy, po.id LIMIT 1) who ON TRUE
        LEFT JOIN LATERAL (
            SELECT max(c.at) AS at FROM returns_chase c
            WHERE c.form = %(form)s AND c."on" = %(on)s AND c.unit_id = l.id) chased ON TRUE
        ORDER BY l.parent_id, l.position, l.code"""  # noqa: S608
    with connection.cursor() as cursor:
        asked = {**parameters(form, unit, on), **values, "now": now, "most": most, "offset": (max(page, 1) - 1) * most}
        cursor.execute(sql, asked)
        return [_school_row(*row) for row in cursor.fetchall()]


def _school_row(*row: Any) -> SchoolRow:
    facts: list[Any] = [*row[:-3], opened_phone(row[-3]) or row[-2], row[-1]]
    return SchoolRow(*facts)


def missing_ids(form: Form, unit: Unit, on: date) -> list[int]:
    """Schools below the unit without a signed report."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT u.id {JOIN} AND r.counted_id IS NULL ORDER BY u.id", parameters(form, unit, on))
        return [row[0] for row in cursor.fetchall()]
