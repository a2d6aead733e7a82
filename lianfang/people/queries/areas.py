"""Reads of assigned units and the ledgers of visits."""

from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from lianfang.orgs.models import UnitQuerySet
from lianfang.people.models import AreaAssignment, AreaVisit, User

# Inside a school leaders answer for these; above, for areas and schools.
KINDS = ("city", "county", "school", "training", "campus", "department", "class")


def running(day: date) -> QuerySet[AreaAssignment]:
    return AreaAssignment.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


def assigned_to(user: User, day: date) -> QuerySet[AreaAssignment]:
    """What the person answers for, with the last visit and how many problems are open or overdue. One query."""
    open_problem = Q(visits__settled_on__isnull=True) & ~Q(visits__problem="")
    rows = running(day).filter(user=user).select_related("unit")
    return rows.annotate(
        last=Max("visits__on"),
        open=Count("visits", filter=Q(visits__isnull=False) & open_problem),
        late=Count("visits", filter=Q(visits__isnull=False) & open_problem & Q(visits__due_on__lt=day)),
    ).order_by("unit__path", "pk")


def overview(units: UnitQuerySet, day: date, *, without: bool) -> UnitQuerySet:
    """Units for which somebody should answer, each with ``answering``; ``without``: only those nobody answers for."""
    held = running(day)
    rows = units.on(day).filter(kind__in=KINDS)
    if without:
        rows = rows.exclude(Exists(held.filter(unit=OuterRef("pk"))))
    return rows.prefetch_related(Prefetch("assigned", held.select_related("user"), to_attr="answering")).order_by(
        "path"
    )


def ledger(assignment: AreaAssignment) -> QuerySet[AreaVisit]:
    """The visits, the latest first."""
    return assignment.visits.order_by("-on", "-pk")
