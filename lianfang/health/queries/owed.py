"""Who owes the roll of a class (or group) on a day: the source "rolls" of `obligations.sources`.

Reads what the boards read: the day's expectation and reports in `Tally`, groups from their rolls, and what a round asks
of a school (`terms.terms`). A slot is a round.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE
from lianfang.health.queries import classes, mine, places, terms
from lianfang.health.rules import plan
from lianfang.health.rules.plan import Wanted
from lianfang.health.rules.sent import ROUNDS
from lianfang.obligations.sources import Owed, Silent, Slot, Standing
from lianfang.orgs import queries as orgs
from lianfang.orgs.models import Kind, Unit
from lianfang.people.models import User
from lianfang.policies import queries as policies
from lianfang.policies.queries import Decided

KIND = plan.OBLIGATION
# A school by sponsoring line only stands for itself.
_CHILD = """CASE WHEN NOT %(outside)s OR u.path LIKE %(path)s
    THEN split_part(u.path, '.', %(depth)s)::bigint ELSE u.id END"""
_STANDS = "(c.valid_from IS NULL OR c.valid_from <= %(on)s) AND (c.valid_to IS NULL OR c.valid_to >= %(on)s)"
_SCHOOLS = """
    SELECT u.id, {due} AS due, {runs} AS runs FROM orgs_unit u
    JOIN health_tally o ON o."on" = %(on)s AND o.school_id = u.id AND o.unit_id = o.school_id
        AND o.classes IS NOT NULL
    WHERE u.kind IN ('school', 'training') AND {within} AND {when}
      AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
"""
_CLASSES = f"""
    SELECT t.unit_id, s.id, s.due, 1 FROM schools s
    JOIN health_tally t ON t.school_id = s.id AND t."on" = %(on)s AND t.unit_id <> t.school_id
    JOIN orgs_unit c ON c.id = t.unit_id
    WHERE s.runs AND s.due <= %(due_by)s AND t.expected > 0 AND t.{{column}} = 0 AND {_STANDS} AND {{inside}}
"""  # noqa: S608  (parts of our own)
_GROUPS = f"""
    SELECT g.unit_id, s.id, s.due, 1 FROM schools s
    JOIN orgs_unit c ON coalesce(c.school_id, c.id) = s.id JOIN health_group g ON g.unit_id = c.id
    LEFT JOIN health_roll r ON r.school_id = s.id AND r."on" = %(on)s AND r.unit_id = g.unit_id AND r.group_id = g.id
        AND r.round = %(round)s AND r.after IS NULL
    WHERE s.due <= %(due_by)s AND r.key IS NULL AND (s.runs OR g.kind = ANY(%(daily)s))
      AND g.kind = ANY(%(kinds)s) AND g.from_on <= %(on)s
      AND (g.to_on IS NULL OR g.to_on >= %(on)s) AND {_STANDS} AND {{inside}}
"""  # noqa: S608

# A class and the groups beside it are one unit, which owes several things.
_TOGETHER = "SELECT w.unit, w.school, w.due, sum(w.n)::int FROM ({rows}) AS w (unit, school, due, n) GROUP BY 1, 2, 3"
# Hundreds of thousands of units are quicker read as the text of each school's.
_OF_SCHOOLS = """
    SELECT string_agg(w.unit::text, ','), w.school, w.due, w.n
    FROM ({rows}) AS w (unit, school, due, n) GROUP BY 2, 3, 4
"""


class Rolls:
    verb, asks = "health.board", "notice.post"
    open_days = 0
    functions: tuple[str, ...] = ()
    at: tuple[str, ...] = (Kind.CLASS,)

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        return [_slot(one, on) for one in terms.rounds(unit, on)]

    def mine(self, user: User, now: datetime) -> list[Owed]:
        return [
            Owed(
                KIND, f"{_label(one.round)} · {one.place.label}", _("Look") if one.done else _("Check the class"),
                reverse("health:roll_today", args=[one.place, one.round.round.code]), one.place.unit, one.due_at,
                done_at=one.at, state="done" if one.done else "not_started", slot=one.round.round.code,
            )
            for one in mine.owed(user, now)
        ]  # fmt: skip

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        if slot not in ROUNDS:
            return {}
        if unit.school_id is not None or unit.kind in ("school", "training"):
            return _inside(unit, slot, on, now)
        owed = terms.terms(unit, on, slot)
        due, values = _due_case(policies.below(unit, on, _key(slot)), slot, on)
        sql = f"""
            SELECT {_CHILD}, sum(n.classes), sum(n.came), coalesce(sum(n.classes - n.came) FILTER (WHERE n.past), 0),
                   min(n.due) FILTER (WHERE n.past AND n.came < n.classes)
            FROM orgs_unit u {owed.counted}
            CROSS JOIN LATERAL (SELECT {owed.classes} AS classes, {owed.came} AS came, {due} AS due,
                                       {due} < %(now)s AS past) AS n
            WHERE {terms.SCOPE} AND n.classes > 0 AND {owed.when} GROUP BY 1"""  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, {**terms.parameters(unit, on), **owed.values, **values, "now": now})
            return {child: Standing(*counts) for child, *counts in cursor.fetchall()}

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        top = orgs.root()
        if slot not in ROUNDS or top is None:
            return []
        asked = _asked(slot, on, top, paths)
        return _rows(asked.sql, {**asked.values, "on": on, "due_by": due_by}) if asked.sql else []


SOURCE = Rolls()


@dataclass(frozen=True)
class _Asked:
    sql: str
    values: dict[str, Any]


def _asked(slot: str, on: date, top: Unit, paths: Sequence[str]) -> _Asked:
    """The statement of `Rolls.silent`; none where nobody can owe the round."""
    planned, owed = terms.round_of(slot), terms.terms(top, on, slot)
    due, values = _due_case(policies.everywhere(on, _key(slot)), slot, on)
    within, inside, places_asked = _within(paths)
    column = {"morning": "morning", "noon": "noon", "evening": "evening"}[slot]
    classes = "class" in planned.who and owed.runs != "FALSE"
    parts = [_CLASSES.format(column=column, inside=inside)] if classes else []
    parts += [_GROUPS.format(inside=inside)] if terms.any_group(top, on, owed.values["kinds"]) else []
    schools = _SCHOOLS.format(due=due, within=within, when=owed.when, runs=owed.runs)
    if not parts:
        return _Asked("", {})
    rows = parts[0] if len(parts) == 1 and classes else _TOGETHER.format(rows=" UNION ALL ".join(parts))
    sql = f"WITH schools AS MATERIALIZED ({schools}) {_OF_SCHOOLS.format(rows=rows)}"
    return _Asked(sql, {**owed.values, **values, **places_asked})


def _within(paths: Sequence[str]) -> tuple[str, str, dict[str, Any]]:
    """Conditions on a school ``u`` and on a unit ``c`` of it, for being below one of the paths. A school that is named
    itself, or lies around what is named, is asked for by its number: a thousand prefixes would each be compared."""
    if "" in paths:
        return "TRUE", "TRUE", {}
    ends = {int(path.rstrip(".").rsplit(".", 1)[-1]): path for path in paths}
    around = dict(Unit.objects.filter(pk__in=ends, school__isnull=False).values_list("pk", "school_id"))
    areas = [path + "%" for pk, path in ends.items() if pk not in around]
    parts = [path + "%" for pk, path in ends.items() if around.get(pk, pk) != pk]
    within = "(u.id = ANY(%(schools)s) OR u.path LIKE ANY(%(areas)s::text[]))" if areas else "u.id = ANY(%(schools)s)"
    whole = [pk for pk, school in around.items() if school == pk]
    inside = "(s.id = ANY(%(whole)s) OR c.path LIKE ANY(%(parts)s::text[]))" if parts else "TRUE"
    return within, inside, {"schools": list(around.values()), "areas": areas, "whole": whole, "parts": parts + areas}


def _rows(sql: str, values: dict[str, Any]) -> Iterator[Silent]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(1000):
            for units, school, due, things in rows:
                for unit in units.split(","):
                    yield Silent(int(unit), school, due, (), things)


def _due_case(decided: Iterable[Decided], slot: str, on: date) -> tuple[str, dict[str, Any]]:
    """SQL for the deadline of a school ``u``: what the nearest unit above it decided, else the catalogue's."""
    values: dict[str, Any] = {"due": _at(terms.round_of(slot).due, on)}
    whens = []
    for number, row in enumerate(reversed([one for one in decided if one.key == _key(slot)])):
        values[f"due_path_{number}"], values[f"due_{number}"] = row.path + "%", _at(row.value, on)
        whens.append(f"WHEN u.path LIKE %(due_path_{number})s THEN %(due_{number})s::timestamptz")
    usual = "%(due)s::timestamptz"
    return (f"CASE {' '.join(whens)} ELSE {usual} END" if whens else usual), values


def _at(clock: str, on: date) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), ZONE)


def _key(slot: str) -> str:
    return f"checks.{slot}.due"


def _inside(unit: Unit, slot: str, on: date, now: datetime) -> dict[int, Standing]:
    """Classes one by one, with the groups of the same unit."""
    day = classes.day(unit, on)
    kinds = ["class", *(row.group.kind for row in day.groups if row.group)]
    wanted = next((one for kind in kinds for one in day.planned(kind) if one.round.code == slot), None)
    found: dict[int, Standing] = {}
    if wanted is None:
        return found
    due = places.due_at(wanted, on)
    for row in day.asked(slot):
        stands, done = found.setdefault(row.unit.pk, Standing()), row.reported(slot)
        stands.owing += 1
        stands.done += done
        if not done and due < now:
            stands.late, stands.since = stands.late + 1, due
    return found


def _slot(wanted: Wanted, on: date) -> Slot:
    opens = places.due_at(Wanted(wanted.round, wanted.opens, wanted.opens), on)
    return Slot(wanted.round.code, _label(wanted), opens, places.due_at(wanted, on))


def _label(wanted: Wanted) -> str:
    return wanted.round.label(get_language() or "zh")
