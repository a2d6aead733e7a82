"""Schools of a day, and those whose day is not open yet (`actions.opening`)."""

from datetime import date

from django.db.models import Exists, OuterRef

from lianfang.health.models import Tally
from lianfang.orgs.models import Kind, Unit, UnitQuerySet

SCHOOLS = (Kind.SCHOOL, Kind.TRAINING)


def schools(on: date) -> list[int]:
    """Every school that exists on that day."""
    return list(_schools(on).values_list("pk", flat=True))


def lacking(on: date) -> list[int]:
    """Those for which nothing is expected yet."""
    counted = Tally.objects.filter(on=on, school_id=OuterRef("pk"), unit_id=OuterRef("pk"), classes__isnull=False)
    return list(_schools(on).exclude(Exists(counted)).values_list("pk", flat=True))


def _schools(on: date) -> UnitQuerySet:
    return Unit.objects.on(on).filter(kind__in=SCHOOLS)
