"""Which units have a 24-hour telephone to show."""

from datetime import date

from lianfang.orgs import queries as orgs
from lianfang.orgs.models import Kind, Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import User

_SHOWN = (Kind.PROVINCE, Kind.CITY, Kind.COUNTY, Kind.AUTHORITY, Kind.SCHOOL, Kind.TRAINING)


def units_below(user: User, unit: Unit, words: str, day: date) -> UnitQuerySet:
    """Areas and schools below the unit (and those it sponsors) that the person sees, in the order of the tree."""
    seen = access.units_for(user, "duty.view").reporting_to(unit, day).on(day)
    rows = seen.filter(kind__in=_SHOWN).exclude(pk=unit.pk).select_related("parent")
    return orgs.search(rows, words) if words.strip() else rows.order_by("path")
