"""Sums over everything a unit answers for, live from signed figures: one GROUP BY, nothing copied.

A school reached both by the tree and by its sponsor is one row of the scope and counted once.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from lianfang.orgs.models import Tier, Unit
from lianfang.orgs.queries import calendar
from lianfang.returns.spec import Form

# Schools a unit answers for: below it in the tree, or sponsored from below it. %(path)s is a prefix of plain digits and
# dots, %(assigned)s the prefixes under which the form is required (`parameters`). The sponsors are asked only where a
# sponsored school stands outside the tree: at a province, whose sponsors sponsor its own schools, they add nothing. The
# two truths (%(all_assigned)s, %(outside)s) are constants to the planner, which drops what they make superfluous.
SCOPE = """
    u.kind = ANY(%(kinds)s)
    AND (u.valid_from IS NULL OR u.valid_from <= %(on)s) AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
    AND (%(all_assigned)s OR u.path LIKE ANY(%(assigned)s))
    AND (u.path LIKE %(path)s OR (%(outside)s AND u.id IN (
        SELECT l.unit_id FROM orgs_sponsorline l JOIN orgs_unit s ON s.id = l.sponsor_id
        WHERE s.path LIKE %(path)s
          AND (l.valid_from IS NULL OR l.valid_from <= %(on)s) AND (l.valid_to IS NULL OR l.valid_to >= %(on)s))))
"""

# Schools of `SCOPE` that owe the return ``r`` on the day by the form's calendar, and those that filed it all the same.
OWED = f"({calendar.HAS_DAY} OR r.id IS NOT NULL)"

REACH = """
    SELECT array(
        SELECT au.path || '%%' FROM returns_assignment a JOIN orgs_unit au ON au.id = a.unit_id
        WHERE a.form = %(form)s AND a.from_on <= %(on)s AND (a.to_on IS NULL OR a.to_on >= %(on)s)),
    EXISTS (
        SELECT 1 FROM orgs_sponsorline l JOIN orgs_unit s ON s.id = l.sponsor_id JOIN orgs_unit u ON u.id = l.unit_id
        WHERE u.kind = ANY(%(kinds)s) AND NOT u.path LIKE %(path)s AND s.path LIKE %(path)s)
"""

# The child of the asking unit under which a school hangs; 0 for a school that comes by sponsor line only.
CHILD = """CASE WHEN NOT %(outside)s OR u.path LIKE %(path)s
    THEN split_part(u.path, '.', %(depth)s)::bigint ELSE 0 END"""

SUMS = f"""
    SELECT {{group}} AS child, f.cell, coalesce(sum(f.value), 0), sum(f.unverified)
    FROM returns_figure f
    JOIN returns_return r ON r.counted_id = f.version_id
    JOIN orgs_unit u ON u.id = r.unit_id
    WHERE f.form = %(form)s AND f."on" = %(on)s AND (f.value <> 0 OR f.value IS NULL OR f.unverified > 0)
      AND {SCOPE}
    GROUP BY 1, 2
"""  # noqa: S608  (no user text: the only part put in is CHILD)


@dataclass
class Sums:
    """Totals of a set of returns: per cell the sum, and how many units have it still to be verified (not in the
    sum).
    """

    values: dict[str, int] = field(default_factory=dict)
    unverified: dict[str, int] = field(default_factory=dict)

    def add(self, cell: str, value: int, unverified: int) -> None:
        self.values[cell] = self.values.get(cell, 0) + value
        self.unverified[cell] = self.unverified.get(cell, 0) + unverified

    def as_cells(self, form: Form) -> dict[str, list[int]]:
        """As a gathered version stores it: {cell: [sum, units to be verified]} for every count cell."""
        return {cell: [self.values.get(cell, 0), self.unverified.get(cell, 0)] for cell in form.count_cells}


def parameters(form: Form, unit: Unit, on: date) -> dict[str, Any]:
    """What `SCOPE` asks for. One small query: the planner then sees constants instead of guessing a subquery.

    Kept on the unit object, which lives for one request: a page asks several questions of one unit.
    """
    kept: dict[tuple[str, date], dict[str, Any]] = unit.__dict__.setdefault("_reach", {})
    if (form.id, on) not in kept:
        kept[form.id, on] = _reach(form, unit, on)
    return kept[form.id, on]


def _reach(form: Form, unit: Unit, on: date) -> dict[str, Any]:
    values: dict[str, Any] = {"form": form.id, "on": on, "path": unit.path + "%", "kinds": list(form.filed_by)}
    with connection.cursor() as cursor:
        cursor.execute(REACH, values)
        assigned, outside = cursor.fetchone()
    return {
        **values,
        "depth": len(unit.ancestor_ids) + 1,
        "assigned": assigned,
        "all_assigned": not outside and any(unit.path.startswith(prefix.removesuffix("%")) for prefix in assigned),
        "outside": outside,
        **calendar.asked(on, form.calendar, "" if outside else unit.path),
    }


def sums(form: Form, unit: Unit, on: date) -> Sums:
    """The live total of a unit."""
    total = Sums()
    for part in sums_by_child(form, unit, on).values():
        for cell, value in part.values.items():
            total.add(cell, value, part.unverified[cell])
    return total


def sums_of(form: Form, versions: Iterable[UUID]) -> Sums:
    """The sums of exactly these versions: what is frozen must be what is named as its source, whatever is signed
    meanwhile."""
    total = Sums()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT f.cell, coalesce(sum(f.value), 0), sum(f.unverified) FROM returns_figure f
            WHERE f.form = %s AND f.version_id = ANY(%s)
              AND (f.value <> 0 OR f.value IS NULL OR f.unverified > 0) GROUP BY 1""",
            [form.id, list(versions)],
        )
        for cell, value, unverified in cursor.fetchall():
            total.add(cell, value, unverified)
    return total


def sums_by_child(form: Form, unit: Unit, on: date) -> dict[int, Sums]:
    """Live totals for each child of the unit (a city of a province, a school of a city); only children above zero.

    Key 0 holds schools that belong by sponsor line alone.
    """
    found: dict[int, Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(group=CHILD), parameters(form, unit, on))
        for child, cell, value, unverified in cursor.fetchall():
            found.setdefault(child, Sums()).add(cell, value, unverified)
    return found


def counted_versions(form: Form, unit: Unit, on: date) -> list[UUID]:
    """The signed versions that the live total consists of."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.counted_id FROM returns_return r JOIN orgs_unit u ON u.id = r.unit_id
            WHERE r.form = %(form)s AND r."on" = %(on)s AND r.counted_id IS NOT NULL AND {SCOPE}
            ORDER BY r.counted_id""",  # noqa: S608
            parameters(form, unit, on),
        )
        return [row[0] for row in cursor.fetchall()]


def frozen(form: Form, units: Iterable[int], on: date) -> dict[int, Sums]:
    """What gatherers signed: unit id → the sums of its counted version."""
    found: dict[int, Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.unit_id, f.cell, coalesce(f.value, 0), f.unverified
            FROM returns_return r JOIN returns_figure f ON f.version_id = r.counted_id
            WHERE r.form = %s AND r."on" = %s AND r.unit_id = ANY(%s)""",
            [form.id, on, list(units)],
        )
        for unit_id, cell, value, unverified in cursor.fetchall():
            found.setdefault(unit_id, Sums()).add(cell, value, unverified)
    return found


def gathers(form: Form, unit: Unit) -> bool:
    """Does the unit gather this form from below? Tiers of the form above the school do, and sponsoring authorities."""
    return unit.kind == "authority" or (unit.tier != Tier.SCHOOL and form.tier(unit.tier) is not None)


def fingerprint(used: Iterable[UUID]) -> str:
    """One short word for a set of versions: the page carries it, so that what is signed is what was seen."""
    return hashlib.sha256("".join(sorted(str(pk) for pk in used)).encode()).hexdigest()[:16]


def seen(form: Form, unit: Unit, on: date) -> tuple[int, str]:
    """How many signed versions the live total consists of, and their `fingerprint`, without fetching them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*), encode(sha256(coalesce(
                string_agg(r.counted_id::text, '' ORDER BY r.counted_id), '')::bytea), 'hex')
            FROM returns_return r JOIN orgs_unit u ON u.id = r.unit_id
            WHERE r.form = %(form)s AND r."on" = %(on)s AND r.counted_id IS NOT NULL AND {SCOPE}""",  # noqa: S608
            parameters(form, unit, on),
        )
        number, digest = cursor.fetchone()
    return number, digest[:16]
