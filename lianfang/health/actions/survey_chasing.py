"""Asking for answers to a survey that are missing: each class and each school once a day."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.health.models import Survey
from lianfang.health.queries import classes, seats
from lianfang.health.queries import surveys as queries
from lianfang.health.queries.classes import Row
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

_AT_SCHOOLS = ("liaison", "clerk", "office_head", "doctor")


@transaction.atomic
def chase(*, by: User, survey: Survey, within: Unit, now: datetime) -> int:
    """Tell whoever looks after the classes of a school, or the schools of an area, in which somebody is missing. How
    many; raises `Refused` when there is none left to tell today."""
    if survey.closed_at is not None:
        raise refuse("health.survey_closed")
    on = now.date()
    told = _schools(survey, within, on) if within.school_id is None else _classes(survey, within, on)
    waiting = {unit: people for unit, people in told.items() if people}
    before = queries.chased(survey, waiting, on)
    units = seats.by_key(waiting.keys() - before)
    if not units:
        raise refuse("health.nobody_to_chase")
    for pk, unit in units.items():
        notices.post(
            by=by, unit=unit, to=waiting[pk], key=queries.chase_key(survey, pk, on), kind="survey.chased",
            params={"unit": unit.label, "title": survey.title},
            url=reverse("health:survey", args=[survey.pk, pk]), now=now,
        )  # fmt: skip
    detail = {"on": on.isoformat(), "count": len(units)}
    events.record("survey.chased", by=by, unit=within, subject=survey, detail=detail, now=now)
    return len(units)


def _classes(survey: Survey, within: Unit, on: date) -> dict[int, list[int]]:
    lacking = [pk for pk, count in queries.by_unit(survey, within).items() if count.missing]
    rows = [Row(unit, None) for unit in seats.by_key(lacking).values()]
    nearest = classes.teachers(rows, on)
    return {row.unit.pk: [nearest[row.key].pk] for row in rows if row.key in nearest}


def _schools(survey: Survey, within: Unit, on: date) -> dict[int, list[int]]:
    schools = list(queries.schools(survey, within).values_list("pk", flat=True))
    lacking = [pk for pk, count in queries.by_school(survey, schools).items() if count.missing]
    told: dict[int, list[int]] = {}
    for post in access.holders(lacking, _AT_SCHOOLS, on):
        told.setdefault(post.unit_id, []).append(post.user_id)
    return told
