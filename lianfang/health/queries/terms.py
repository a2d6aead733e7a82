"""What a round asks of the schools of a unit, as parts of SQL: who owes it, who is counted, and by which calendar.

Boards (`boards`) and the source of `obligations` (`owed`) put their statements together from these, so that a list of
the missing and a board cannot disagree.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from lianfang.health.models import Group, GroupKind
from lianfang.health.queries import limits
from lianfang.health.rules import plan
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import calendar
from lianfang.orgs.rules.calendar import EVERY, running
from lianfang.policies import queries as policies

_COLUMNS = {"morning": "t.morning", "noon": "t.noon", "evening": "t.evening"}
# Groups of each school that owe the round, and those that have reported it: those checked on every day apart.
_GROUPS = """
    LEFT JOIN (
        SELECT coalesce(gu.school_id, gu.id) AS school_id,
               count(*) FILTER (WHERE g.kind = ANY(%(daily)s)) AS daily, count(*) AS groups,
               count(r.key) FILTER (WHERE g.kind = ANY(%(daily)s)) AS daily_came, count(r.key) AS came
        FROM health_group g JOIN orgs_unit gu ON gu.id = g.unit_id
        LEFT JOIN health_roll r ON r.school_id = coalesce(gu.school_id, gu.id) AND r."on" = %(on)s
            AND r.unit_id = g.unit_id AND r.group_id = g.id AND r.round = %(round)s AND r.after IS NULL
        WHERE g.kind = ANY(%(kinds)s) AND g.from_on <= %(on)s AND (g.to_on IS NULL OR g.to_on >= %(on)s)
        GROUP BY 1) b ON b.school_id = u.id
"""
# Schools of the unit: below it in the tree, or sponsored from below it. Sponsors are asked only where one of their
# schools stands outside the tree; the truth is a constant to the planner, which drops what it makes superfluous.
SCOPE = """
    u.kind IN ('school', 'training')
    AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
    AND (u.path LIKE %(path)s OR (%(outside)s AND u.id IN (
        SELECT l.unit_id FROM orgs_sponsorline l JOIN orgs_unit s ON s.id = l.sponsor_id
        WHERE s.path LIKE %(path)s
          AND (l.valid_from IS NULL OR l.valid_from <= %(on)s) AND (l.valid_to IS NULL OR l.valid_to >= %(on)s))))
"""
_OUTSIDE = """
    SELECT EXISTS (
        SELECT FROM orgs_sponsorline l JOIN orgs_unit s ON s.id = l.sponsor_id JOIN orgs_unit u ON u.id = l.unit_id
        WHERE NOT u.path LIKE %(path)s AND s.path LIKE %(path)s)
"""
# One row a school (`tally_of_schools`).
_COUNTED = 'LEFT JOIN health_tally t ON t."on" = %(on)s AND t.school_id = u.id AND t.unit_id = t.school_id'


def parameters(unit: Unit, on: date) -> dict[str, Any]:
    """What `SCOPE` asks for; kept on the unit object, which lives for one request."""
    kept: dict[str, Any] | None = unit.__dict__.get("_health_scope")
    if kept is None:
        path = {"path": unit.path + "%"}
        with connection.cursor() as cursor:
            cursor.execute(_OUTSIDE, path)
            kept = {**path, "outside": cursor.fetchone()[0], "depth": len(unit.ancestor_ids) + 1}
        unit.__dict__["_health_scope"] = kept
    return {**kept, "on": on}


@dataclass(frozen=True)
class Terms:
    """Parts of SQL about a school ``u`` and a round, with their values. ``when``: whether the round is held there at
    all: always, never, or while a response runs; what the nearest unit decided holds. ``runs``: whether its calendar
    has the day. ``counted`` joins what ``classes`` (how many owe it, groups among them; NULL: not known) and ``came``
    (how many of them reported) are read from; where the calendar does not have the day, groups are left that are
    checked on every day. ``anywhere``: whether a school may owe it at all."""

    when: str
    runs: str
    counted: str
    classes: str
    came: str
    values: dict[str, Any]
    anywhere: bool

    @property
    def lacking(self) -> str:
        return f"{self.classes} > 0 AND {self.when} AND {self.came} < {self.classes}"


def round_of(code: str) -> plan.PlannedRound:
    return next(one for one in plan.catalog().rounds if one.code == code)


def terms(unit: Unit, on: date, code: str) -> Terms:
    """Kept on the unit object."""
    kept: dict[tuple[str, date], Terms] = unit.__dict__.setdefault("_health_owed", {})
    if (code, on) not in kept:
        kept[code, on] = _asked_terms(unit, on, code)
    return kept[code, on]


def _asked_terms(unit: Unit, on: date, code: str) -> Terms:
    """Where no group owes the round, none is joined: the board of a large area stays as quick as without them."""
    planned = round_of(code)
    everything, responding = _decided(unit, on)
    decided = [one for one in everything if one.key.startswith(f"checks.{code}.")]
    words = {"always": "TRUE", "never": "FALSE", "response": "u.path LIKE ANY(%(responding)s::text[])"}
    when, values = _by_decision([one for one in decided if one.key.endswith(".when")], words, planned.when, "path")
    values["responding"] = asking = [one.response.unit.path + "%" for one in responding if one.asks(code)]
    runs, more = _runs(unit, on, planned, [one for one in decided if one.key.endswith(".calendar")])
    kinds = [kind for kind in planned.who if kind != "class" and (runs != "FALSE" or kind in planned.every_day)]
    groups, classes = any_group(unit, on, kinds), "class" in planned.who and runs != "FALSE"
    values |= more | {"kinds": kinds, "daily": list(planned.every_day), "round": int(planned.number)}
    owing, came = _owing(code, runs, classes=classes, groups=groups)
    held = when if classes or groups else "FALSE"
    anywhere = held != "FALSE" and ("TRUE" in held or bool(asking))
    return Terms(held, runs, _COUNTED + _GROUPS if groups else _COUNTED, owing, came, values, anywhere)


def _decided(unit: Unit, on: date) -> tuple[list[policies.Decided], list[policies.Running]]:
    """What was decided about checks, and which responses run: the same for all rounds, kept on the unit object."""
    kept: dict[date, tuple[list[policies.Decided], list[policies.Running]]]
    kept = unit.__dict__.setdefault("_health_decided", {})
    if on not in kept:
        kept[on] = (policies.below(unit, on, "checks."), policies.running_near(unit, on))
    return kept[on]


def _owing(code: str, runs: str, *, classes: bool, groups: bool) -> tuple[str, str]:
    """How many classes and groups owe the round, and how many of them have reported it."""
    owing = "t.classes" if classes else "(t.classes * 0)"
    owing = owing if runs in ("TRUE", "FALSE") else f"(CASE WHEN {runs} THEN {owing} ELSE t.classes * 0 END)"
    came = f"least({_COLUMNS[code]}, {owing})" if classes else "0"
    if not groups:
        return owing, came
    beside, reported = "coalesce(b.groups, 0)", "coalesce(b.came, 0)"
    if runs not in ("TRUE", "FALSE"):
        beside = f"(CASE WHEN {runs} THEN {beside} ELSE coalesce(b.daily, 0) END)"
        reported = f"(CASE WHEN {runs} THEN {reported} ELSE coalesce(b.daily_came, 0) END)"
    return f"({owing} + {beside})", f"({came} + {reported})"


def _runs(
    unit: Unit, on: date, planned: plan.PlannedRound, decided: list[policies.Decided]
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """Whether the round's calendar has the day at a school ``u``: one word where it is the same for all of them. Of
    schools that a unit may sponsor the whole country's calendars are asked."""
    under = "" if parameters(unit, on)["outside"] else unit.path
    school_days, fixed = calendar.asked(on, "school_days", under), running(on, taught=False)
    taught = calendar.HAS_DAY if calendar.mixed(school_days) else str(school_days["calendar_usual"]).upper()
    words = {name: str(name in fixed).upper() for name in ("every_day", "workdays")} | {"school_days": taught}
    runs, values = _by_decision(decided, words, planned.calendar, "runs")
    return runs, {**school_days, **values}


def _by_decision(
    decided: list[policies.Decided], words: dict[str, str], usual: str, name: str
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """SQL for a school ``u`` by what the nearest unit decided; where that says nothing new, the word of the catalogue.
    Values are named after ``name``."""
    values: dict[str, Any] = {}
    whens = []
    for number, one in enumerate(reversed(decided)):
        values[f"{name}_{number}"] = one.path + "%"
        whens.append(f"WHEN u.path LIKE %({name}_{number})s THEN {words.get(one.value, 'FALSE')}")
    sql = words[usual]
    if {words.get(one.value, "FALSE") for one in decided} <= {sql}:
        return sql, {}
    return f"(CASE {' '.join(whens)} ELSE {sql} END)", values


def any_group(unit: Unit, on: date, kinds: list[str]) -> bool:
    """Whether a group of these kinds runs anywhere in the unit, or at a school it may sponsor."""
    rows = Group.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), kind__in=kinds, from_on__lte=on)
    outside = parameters(unit, on)["outside"]
    return bool(kinds) and (rows if outside else rows.filter(unit__path__startswith=unit.path)).exists()


def rounds(unit: Unit, on: date) -> list[plan.Wanted]:
    """Rounds that some school of the unit may owe, at the times the unit itself has decided."""
    decided = dict(limits.decided(unit.pk, on))
    found: dict[str, plan.Wanted] = {}
    for kind in ("class", *GroupKind.values):
        of_kind = plan.wanted(decided, asked=plan.codes(), running=EVERY, kind=kind)
        found = {one.round.code: one for one in of_kind} | found
    in_order = [found[one.code] for one in plan.catalog().rounds if one.code in found]
    return [one for one in in_order if owed_anywhere(unit, on, one.round.code)]


def owed_anywhere(unit: Unit, on: date, code: str) -> bool:
    """Whether a school of the unit may owe the round at all."""
    return terms(unit, on, code).anywhere


def only_groups(code: str) -> bool:
    """Whether no class owes the round."""
    return "class" not in round_of(code).who
