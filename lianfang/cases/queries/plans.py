"""Runs of emergency plans for pages: which one sees, where one may begin one, how a run stands."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from lianfang.cases.models import Emergency, PlanRun, PlanStep
from lianfang.cases.models.plans import PlanRunQuerySet
from lianfang.cases.rules import plans as rules
from lianfang.cases.rules.plans import Noted, Stand
from lianfang.core.clock import ZONE
from lianfang.orgs.models import Unit
from lianfang.orgs.rules import SCHOOLS
from lianfang.people import access
from lianfang.people.models import User

VIEW, RUN = "plan.view", "plan.run"
_STEPS = Prefetch("steps", PlanStep.objects.select_related("by").order_by("number"))


def visible(user: User) -> PlanRunQuerySet:
    return PlanRun.objects.filter(access.scope(user, VIEW, "school__"))


def listed(user: User) -> QuerySet[PlanRun]:
    """What runs first, then the newest."""
    rows = visible(user).select_related("school").prefetch_related(_STEPS)
    return rows.order_by("-ended_at", "-started_at", "-pk")  # PostgreSQL puts the empty ones first


def whole(user: User) -> QuerySet[PlanRun]:
    return visible(user).select_related("school", "emergency__unit", "by", "ended_by").prefetch_related(_STEPS)


def schools(user: User) -> list[Unit]:
    """Where one may begin a plan."""
    return list(access.units_for(user, RUN).filter(kind__in=SCHOOLS, valid_to__isnull=True).order_by("path"))


def emergencies(schools: Iterable[Unit], school: UUID | int | None = None) -> QuerySet[Emergency]:
    """Those that run there, the newest first."""
    rows = Emergency.objects.filter(school__in=list(schools), ended_at__isnull=True)
    return rows.select_related("school", "unit").order_by("-reported_at")


def drills(schools: Iterable[Unit], on: date) -> dict[int, int]:
    """Drills that were held and evaluated in the school year of the day, by school; 0 where none was."""
    schools = list(schools)
    since, until = (
        datetime.combine(day, at, ZONE) for day, at in zip(rules.school_year(on), (time.min, time.max), strict=False)
    )
    rows = PlanRun.objects.filter(
        school__in=schools, emergency__isnull=True, ended_at__isnull=False, started_at__range=(since, until)
    )
    held = dict(rows.values_list("school").annotate(n=Count("pk")))
    return {school.pk: held.get(school.pk, 0) for school in schools}


def holding(run: PlanRun) -> list[PlanStep]:
    """What was noted and not corrected since."""
    rows = list(run.steps.all())
    replaced = {row.corrects_id for row in rows}
    return [row for row in rows if row.pk not in replaced]


def stands(run: PlanRun, now: datetime) -> list[Stand]:
    """Every step; of a run that is over as it stood at the end."""
    noted = {row.step: Noted(row.outcome, row.at) for row in holding(run)}  # type: ignore[arg-type]
    return rules.standing(rules.kept(run.text), run.started_at, noted, run.ended_at or now)
