"""The units of a school under the names a roster may give them."""

from dataclasses import dataclass

from lianfang.core.problems import refuse
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules.places import Place, Places

HAS_ROSTER = (Kind.SCHOOL, Kind.TRAINING, Kind.CAMPUS, Kind.DEPARTMENT, Kind.CLASS, Kind.OFFICE)


@dataclass(frozen=True)
class Ground:
    """Where a roster belongs: its unit, the school, and all units of the school. ``inside``: ids under the unit."""

    unit: Unit
    school: Unit
    places: Places
    inside: frozenset[int]
    names: dict[int, str]

    @property
    def is_class(self) -> bool:
        return self.unit.kind == Kind.CLASS


def ground_of(unit: Unit, user: User | None) -> Ground:
    """``user`` None is the operator, who may import everywhere. Raises `Refused` for units without a roster."""
    if unit.kind not in HAS_ROSTER or unit.school_id is None:
        raise refuse("people.unit_no_roster")
    rows = list(Unit.objects.filter(school_id=unit.school_id, valid_to__isnull=True).order_by("path"))
    may = (
        None
        if user is None
        else set(access.units_for(user, "person.import").filter(school_id=unit.school_id).values_list("pk", flat=True))
    )
    by_id = {row.pk: row for row in rows}
    places = Places.of(_place(row, by_id, may, unit) for row in rows)
    inside = frozenset(row.pk for row in rows if row.path.startswith(unit.path))
    return Ground(unit, by_id[unit.school_id], places, inside, {row.pk: row.name for row in rows})


def _place(row: Unit, by_id: dict[int, Unit], may: set[int] | None, unit: Unit) -> Place:
    """A class that is called "1班" under "2019级" is also "2019级1班"."""
    above = by_id.get(row.parent_id or 0)
    full = f"{above.name}{row.name}" if above and row.kind == Kind.CLASS and above.pk != row.school_id else ""
    mine = (may is None or row.pk in may) and row.path.startswith(unit.path)
    return Place(row.pk, row.name, row.code, row.kind, mine, tuple(filter(None, (row.short_name, full))))
