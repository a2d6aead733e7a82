"""What was done about those who are missing: who was told when, by whom."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from lianfang.obligations.models import Chase
from lianfang.orgs.models import Unit
from lianfang.people.models import User

SHOWN = 3  # of what was done about one unit


@dataclass(frozen=True)
class Told:
    """``units``: about how many units below at that moment. ``people``: how many were told; 0 is a gap in the duties.
    ``by``: a superior's name, "" for the ladder."""

    at: datetime
    units: int
    people: int
    by: str


def told(kind: str, slot: str, on: date, units: Collection[Unit]) -> dict[int, list[Told]]:
    """Of each unit, and of what lies below it where it is a school; the latest first. Two queries."""
    schools = {unit.school_id or unit.pk for unit in units}
    whole = {unit.pk for unit in units if unit.school_id == unit.pk}
    about = Q(unit_id__in=[unit.pk for unit in units]) | Q(school_id__in=whole)
    rows = Chase.objects.filter(about, school_id__in=schools, on=on, kind=kind, slot=slot)
    found: dict[int, dict[tuple[datetime, int | None], list[int]]] = defaultdict(lambda: defaultdict(list))
    for school, unit, at, by, count in rows.values_list("school_id", "unit_id", "at", "by_id", "told"):
        found[school if school in whole else unit][at.replace(second=0, microsecond=0), by].append(count)
    names = _names({by for steps in found.values() for _, by in steps if by})
    lists = {
        pk: [Told(at, len(counts), sum(counts), names.get(by or 0, "")) for (at, by), counts in steps.items()]
        for pk, steps in found.items()
    }
    return {pk: sorted(rows, key=lambda one: one.at, reverse=True)[:SHOWN] for pk, rows in lists.items()}


def _names(users: Collection[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=users).values_list("pk", "name")) if users else {}
