"""How many emergencies there are below a unit."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from lianfang.cases.models import Emergency
from lianfang.orgs.models import Unit, sponsored_by


@dataclass(frozen=True)
class Counts:
    """``running`` at the moment asked for; ``reported`` in the time before it. What was joined to another report of the
    same thing is not counted."""

    running: int
    reported: int


def counts(unit: Unit, on: date, since: datetime, until: datetime) -> Counts:
    """Of the schools of that day, sponsored ones too. One query."""
    below = Q(school__path__startswith=unit.path) | Q(unit__path__startswith=unit.path)
    if unit.school_id is None:
        below |= Q(school__in=sponsored_by([unit.path], on))
    rows = Emergency.objects.filter(below, joins__isnull=True, reported_at__lte=until)
    found = rows.aggregate(
        running=Count("pk", filter=Q(ended_at__isnull=True) | Q(ended_at__gt=until)),
        reported=Count("pk", filter=Q(reported_at__gt=since)),
    )
    return Counts(found["running"], found["reported"])
