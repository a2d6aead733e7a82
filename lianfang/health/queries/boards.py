"""Boards of areas: how the schools below a unit stand on a day, one row of counts a school, gone through once.

No names and no classes: what leaves a school is counts. Schools that a unit sponsors count as its own. Groups that are
checked beside the classes count as classes do; `Tally` knows classes only, so they are counted here, from their rolls.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from lianfang.health.models import Group, GroupKind
from lianfang.health.queries import limits
from lianfang.health.queries.opened import SCHOOLS
from lianfang.health.rules import plan
from lianfang.health.rules.sent import ROUNDS
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import calendar
from lianfang.orgs.rules.calendar import EVERY, running
from lianfang.people.queries import opened_phone
from lianfang.policies import queries as policies
from lianfang.policies.models import Response

PAGE = 50
STEP = timedelta(minutes=10)
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
    owed = terms(unit, on, code)
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
    owed = terms(unit, on, code)
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


def lacking_ids(unit: Unit, on: date, code: str) -> list[int]:
    """All schools of `lacking`."""
    owed = terms(unit, on, code)
    sql = f"""SELECT u.id FROM orgs_unit u {owed.counted} WHERE {SCOPE} AND {owed.lacking}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(unit, on), **owed.values})
        return [row[0] for row in cursor.fetchall()]


def held(unit: Unit, on: date) -> int:
    """Records of the schools that wait to be mended, of whatever day."""
    sql = f"""SELECT count(*) FROM health_held h JOIN orgs_unit u ON u.id = h.school_id
        WHERE h.settled_at IS NULL AND {SCOPE}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(unit, on))
        return int(cursor.fetchone()[0])


def only_groups(code: str) -> bool:
    """Whether no class owes the round."""
    return "class" not in round_of(code).who


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
    values["responding"] = responding
    runs, more = _runs(unit, on, planned, [one for one in decided if one.key.endswith(".calendar")])
    kinds = [kind for kind in planned.who if kind != "class" and (runs != "FALSE" or kind in planned.every_day)]
    groups, classes = any_group(unit, on, kinds), "class" in planned.who and runs != "FALSE"
    values |= more | {"kinds": kinds, "daily": list(planned.every_day), "round": int(planned.number)}
    owing, came = _owing(code, runs, classes=classes, groups=groups)
    held = when if classes or groups else "FALSE"
    anywhere = held != "FALSE" and ("TRUE" in held or bool(responding))
    return Terms(held, runs, _COUNTED + _GROUPS if groups else _COUNTED, owing, came, values, anywhere)


def _decided(unit: Unit, on: date) -> tuple[list[policies.Decided], list[str]]:
    """What was decided about checks, and where a response runs: the same for all rounds, kept on the unit object."""
    kept: dict[date, tuple[list[policies.Decided], list[str]]] = unit.__dict__.setdefault("_health_decided", {})
    if on not in kept:
        kept[on] = (policies.below(unit, on, "checks."), _responding(unit, on))
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
    found = {one.round.code: one for one in plan.wanted(decided, response=True, running=EVERY)}
    for kind in GroupKind.values:
        found = {one.round.code: one for one in plan.wanted(decided, response=True, running=EVERY, kind=kind)} | found
    in_order = [found[one.code] for one in plan.catalog().rounds if one.code in found]
    return [one for one in in_order if owed_anywhere(unit, on, one.round.code)]


def owed_anywhere(unit: Unit, on: date, code: str) -> bool:
    """Whether a school of the unit may owe the round at all."""
    return terms(unit, on, code).anywhere


def _responding(unit: Unit, on: date) -> list[str]:
    """Prefixes of the paths for which a response runs, at the unit, above it or below it."""
    running = Response.objects.filter(from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    near = Q(unit_id__in=unit.ancestor_ids) | Q(unit__path__startswith=unit.path)
    return [path + "%" for path in running.filter(near).values_list("unit__path", flat=True)]
