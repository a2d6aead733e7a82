"""What was done about those who are missing: who was told when, by whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from lianfang.health.queries.classes import chase_key
from lianfang.health.queries.owed import KIND as ROLL
from lianfang.notices.models import Notice
from lianfang.obligations.models import Chase
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns.models import Chase as Asked
from lianfang.returns.queries.owed import RETURNS

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
    """Of each unit, and of what lies below it where it is a school; the latest first. Three
    queries."""
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
    for pk, one in _asked(kind, slot, on, [unit.pk for unit in units]):
        lists.setdefault(pk, []).append(one)
    return {pk: sorted(rows, key=lambda one: one.at, reverse=True)[:SHOWN] for pk, rows in lists.items()}


def _asked(kind: str, slot: str, on: date, units: Collection[int]) -> Iterable[tuple[int, Told]]:
    """What superiors asked by the boards of the rooms, which keep a list of their own. One query."""
    if kind == ROLL:
        keys = {chase_key(str(pk), on, slot): pk for pk in units}
        rows = Notice.objects.filter(key__in=keys).annotate(told=Count("deliveries"))
        for key, at, told, by in rows.values_list("key", "at", "told", "by__name"):
            yield keys[key], Told(at, 1, told, by or "")
    elif kind == RETURNS.kind:
        asked = Asked.objects.filter(form=slot, on=on, unit__in=units)
        for unit, at, by in asked.values_list("unit_id", "at", "by__name"):
            yield unit, Told(at, 1, 1, by)


def _names(users: Collection[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=users).values_list("pk", "name")) if users else {}
