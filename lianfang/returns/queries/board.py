"""Who has reported and who is missing: the board of a unit for one form and day, correct to the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from lianfang.obligations.models import Exemption
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Unit
from lianfang.people.queries import opened_phone
from lianfang.policies import queries as policies
from lianfang.returns import rules
from lianfang.returns.queries.filing import KIND
from lianfang.returns.queries.rollup import CHILD, OWED, SCOPE, parameters
from lianfang.returns.spec import Form, due_at

STATES = ("not_started", "draft", "submitted", "returned", "signed", "forwarded")
PAGE = 50


@dataclass
class Count:
    """How the schools under one child stand. ``reported`` have a signed version (even if a correction of it is on its
    way); ``late`` are past the cut-off without one (``overdue``), or signed after it; ``signed_in`` counts first
    complete signatures by the ten minutes they came in. ``let_off`` owe nothing, and are beside all other numbers."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    reported: int = 0
    late: int = 0
    overdue: int = 0
    let_off: int = 0
    important: int = 0
    differing: int = 0
    signed_in: Counter[datetime] = field(default_factory=Counter)

    def add(self, other: Count) -> None:
        for state, number in other.states.items():
            self.states[state] += number
        self.reported += other.reported
        self.late += other.late
        self.overdue += other.overdue
        self.let_off += other.let_off
        self.important += other.important
        self.differing += other.differing
        self.signed_in += other.signed_in

    def number(self, only: str) -> int:
        """How many schools the filter ``only`` of the list leaves (`FILTERS`)."""
        named = {"": self.expected + self.let_off, "missing": self.missing, "late": self.late, "let_off": self.let_off,
                 "important": self.important, "differing": self.differing}  # fmt: skip
        return named[only] if only in named else self.states[only]

    @property
    def expected(self) -> int:
        return sum(self.states.values())

    @property
    def missing(self) -> int:
        return self.expected - self.reported


def due_case(form: Form, unit: Unit, on: date) -> tuple[str, dict[str, Any]]:
    """SQL for the cut-off of each school row ``u``: the form's minute, or the override of the nearest unit above; or
    what a superior granted instead."""
    default = rules.due(form, "school", on)
    values: dict[str, Any] = {"due": default}
    whens = []
    for number, row in enumerate(reversed(policies.below(unit, on, f"returns.{form.id}.due.school"))):
        values[f"due_path_{number}"], values[f"due_{number}"] = row.path + "%", due_at(on, row.value)
        whens.append(f"WHEN u.path LIKE %(due_path_{number})s THEN %(due_{number})s::timestamptz")
    usual = "%(due)s::timestamptz"
    decided = f"CASE {' '.join(whens)} ELSE {usual} END" if whens else usual
    due, granted = grants.moved_in_sql(KIND, form.id, on, decided, unit)
    return due, values | granted


def off_case(form: Form, unit: Unit, on: date) -> tuple[str, dict[str, Any]]:
    """SQL for whether a school row ``u`` was let off the return and has not signed one all the same."""
    free = [path + "%" for path in grants.grants(KIND, form.id, on, unit).free]
    return ("(r.counted_id IS NULL AND u.path LIKE ANY(%(free)s::text[]))" if free else "FALSE"), {"free": free}


JOIN = (
    """
    FROM orgs_unit u LEFT JOIN returns_return r ON r.unit_id = u.id AND r.form = %(form)s AND r."on" = %(on)s
    WHERE """
    + f"{SCOPE} AND {OWED}"
)


def counts(form: Form, unit: Unit, on: date, now: datetime) -> dict[int, Count]:
    """Child of the unit → how its schools stand (0: schools by sponsor line only), and in which ten minutes they
    completed their reports. The schools are gone through once."""
    (due, values), (off, free) = due_case(form, unit, on), off_case(form, unit, on)
    sql = f"""
        SELECT {CHILD}, CASE WHEN {off} THEN 'let_off' ELSE coalesce(r.state, 'not_started') END,
               r.counted_id IS NOT NULL, coalesce(r.first_signed_at, %(now)s) > {due}, coalesce(r.important, false),
               coalesce(r.differs, false),
               date_bin('10 minutes', r.first_signed_at, timestamptz '2000-01-01 00:00+08'), count(*)
        {JOIN} GROUP BY 1, 2, 3, 4, 5, 6, 7"""
    found: dict[int, Count] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(form, unit, on), **values, **free, "now": now})
        for child, state, counted, late, important, differs, signed_in, number in cursor.fetchall():
            row = found.setdefault(child, Count())
            if state == "let_off":
                row.let_off += number
                continue
            row.states[state] += number
            row.reported += number if counted else 0
            row.late += number if late else 0
            row.overdue += number if late and not counted else 0
            row.important += number if important and counted else 0
            row.differing += number if differs and counted else 0
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
    """One school on the list: where it stands, since when, whom to call, when it was last asked; why it owes
    nothing, where it was let off."""

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
    let_off: str = ""


FILTERS = {
    "": "TRUE",
    "missing": "r.counted_id IS NULL AND NOT {off}",
    "late": "coalesce(r.first_signed_at, %(now)s) > {due} AND NOT {off}",
    "let_off": "{off}",
    "important": "r.important AND r.counted_id IS NOT NULL",
    "differing": "r.differs AND r.counted_id IS NOT NULL",
    **{state: f"coalesce(r.state, 'not_started') = '{state}' AND NOT {{off}}" for state in STATES},
}


def schools(
    form: Form, unit: Unit, on: date, now: datetime, *, only: str = "", page: int = 1, most: int = PAGE
) -> list[SchoolRow]:
    """A page of schools below the unit, those of `FILTERS` ``only`` (`Count.number` says how many there are).

    The telephone is the liaison's, else the school's own.
    """
    (due, values), (off, free) = due_case(form, unit, on), off_case(form, unit, on)
    sql = f"""
        WITH listed AS (
            SELECT u.id, u.name, u.code, u.phone, u.parent_id, u.pinyin, u.position, u.path,
                   coalesce(r.state, 'not_started') AS state, r.counted_id IS NOT NULL AS reported,
                   coalesce(r.first_signed_at, %(now)s) > {due} AND NOT {off} AS late, {off} AS off,
                   coalesce(r.important, false) AS important, r.first_signed_at
            {JOIN} AND {FILTERS[only].format(due=due, off=off)}
            ORDER BY u.parent_id, u.position, u.code LIMIT %(most)s OFFSET %(offset)s)
        SELECT l.id, l.name, l.code, area.name, l.state, l.reported, l.late, l.important, l.first_signed_at,
               coalesce(who.name, ''), who.phone, l.phone, chased.at,
               CASE WHEN l.off THEN l.path ELSE '' END
        FROM listed l JOIN orgs_unit area ON area.id = l.parent_id
        LEFT JOIN LATERAL (
            SELECT p.name, p.phone FROM people_posting po JOIN people_user p ON p.id = po.user_id AND p.is_active
            WHERE po.unit_id = l.id AND po.role IN ('liaison', 'clerk') AND po.from_on <= %(on)s
              AND po.confirmed_at IS NOT NULL AND (po.to_on IS NULL OR po.to_on >= %(on)s)
            ORDER BY po.role = 'liaison' DESC, po.deputy, po.id LIMIT 1) who ON TRUE
        LEFT JOIN LATERAL (
            SELECT max(c.at) AS at FROM obligations_chase c
            WHERE c.school_id = l.id AND c."on" = %(on)s AND c.unit_id = l.id AND c.kind = 'daily_return'
              AND c.slot = %(form)s AND c.told > 0) chased ON TRUE
        ORDER BY l.parent_id, l.position, l.code"""  # noqa: S608
    with connection.cursor() as cursor:
        page_of = {"most": most, "offset": (max(page, 1) - 1) * most}
        cursor.execute(sql, {**parameters(form, unit, on), **values, **free, **page_of, "now": now})
        rows = cursor.fetchall()
    granted = grants.let_off(unit, KIND, form.id, on) if any(row[-1] for row in rows) else []
    return [_school_row(granted, *row) for row in rows]


def _school_row(granted: list[Exemption], *row: Any) -> SchoolRow:
    facts: list[Any]
    *facts, phone, of_unit, chased_at, off = row
    why = next((one.reason for one in reversed(granted) if off.startswith(one.unit.path)), "") if off else ""
    facts += [opened_phone(phone) or of_unit, chased_at, why]
    return SchoolRow(*facts)
