"""What a round asks of the schools of a unit, less the classes and groups that superiors let off it."""

from collections import Counter
from dataclasses import replace
from datetime import date

from lianfang.core import clock
from lianfang.health.queries.owed import KIND, SOURCE
from lianfang.health.queries.terms import Terms, terms
from lianfang.obligations.queries import grants
from lianfang.obligations.queries.granted import EVER
from lianfang.orgs.models import Unit

_FREE = " LEFT JOIN unnest(%(free_schools)s::int[], %(free_counts)s::int[]) AS f (id, n) ON f.id = u.id "


def eased(unit: Unit, on: date, code: str) -> Terms:
    """`terms`, in which whoever was let off and has not reported all the same does not owe. Two queries more, a
    statement more where somebody was let off."""
    owed = terms(unit, on, code)
    free = free_in(unit, on, code)
    if not free:
        return owed
    values = {**owed.values, "free_schools": list(free), "free_counts": list(free.values())}
    classes = f"({owed.classes} - coalesce(f.n, 0))"
    return replace(owed, counted=owed.counted + _FREE, classes=classes, values=values)


def free_in(unit: Unit, on: date, code: str) -> Counter[int]:
    """School → how many of its classes and groups were let off the round and have not reported it."""
    found: Counter[int] = Counter()
    free = grants.grants(KIND, code, on, unit).free
    inside = grants.within(free, grants.below(unit, on)) if free else []
    if inside:
        for row in SOURCE.silent(code, on, clock.now() + EVER, inside):
            found[row.school_id] += row.things
    return found
