"""Asking for answers to a survey that are missing: each class and each school once a day.

Families have no inbox: an open survey stands on their start page until it is answered. Who is asked is whoever can call
them."""

from datetime import datetime
from itertools import islice

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

BLOCK = 500  # schools
_AT_SCHOOLS = ("liaison", "clerk", "office_head", "doctor")


def chase(*, by: User, survey: Survey, within: Unit, now: datetime) -> int:
    """Tell whoever looks after the class, the classes of a school, or the schools of an area, in which somebody is
    missing. How many units; raises `Refused` when there is none left to tell today."""
    if survey.closed_at is not None:
        raise refuse("health.survey_closed")
    count = _schools(by, survey, within, now) if within.school_id is None else _classes(by, survey, within, now)
    if not count:
        raise refuse("health.nobody_to_chase")
    detail = {"on": now.date().isoformat(), "count": count}
    events.record("survey.chased", by=by, unit=within, subject=survey, detail=detail, now=now)
    return count


@transaction.atomic
def _classes(by: User, survey: Survey, within: Unit, now: datetime) -> int:
    on = now.date()
    lacking = [pk for pk, count in queries.by_unit(survey, within).items() if count.missing]
    asked = queries.chased(survey, lacking, on)
    rows = [Row(unit, None) for pk, unit in seats.by_key(lacking).items() if pk not in asked]
    nearest = classes.teachers(rows, on)
    told = [row for row in rows if row.key in nearest]
    for row in told:
        notices.post(
            by=by, unit=row.unit, to=[nearest[row.key].pk], key=queries.chase_key(survey, row.unit.pk, on),
            kind="survey.chased", params={"unit": row.unit.label, "title": survey.title},
            url=reverse("health:survey", args=[survey.pk, row.unit.pk]), now=now,
        )  # fmt: skip
    return len(told)


def _schools(by: User, survey: Survey, within: Unit, now: datetime) -> int:
    """A province is thousands of schools: a block of them at a time, each in its own transaction and with the same few
    queries. If it breaks off, whoever asks again reaches the rest."""
    schools = queries.schools(survey, within).values_list("pk", flat=True).iterator(chunk_size=BLOCK)
    count = 0
    while block := list(islice(schools, BLOCK)):
        count += _block(by, survey, within, block, now)
    return count


@transaction.atomic
def _block(by: User, survey: Survey, within: Unit, block: list[int], now: datetime) -> int:
    Survey.objects.select_for_update().get(pk=survey.pk)  # province and city in one moment: one after the other
    on = now.date()
    lacking = queries.lacking_schools(survey, block)
    people: dict[int, set[int]] = {}
    for post in access.holders(lacking, _AT_SCHOOLS, on):
        people.setdefault(post.unit_id, set()).add(post.user_id)
    before = queries.asked_today(survey, set().union(*people.values()), on)
    waiting = {school: users for school, users in people.items() if not users & before}
    if waiting:
        notices.post(
            by=by, unit=within, to=set().union(*waiting.values()), key=queries.chase_key(survey, min(waiting), on),
            kind=queries.OF_SCHOOLS, params={"unit": within.label, "title": survey.title},
            url=reverse("health:survey_own", args=[survey.pk]), now=now,
        )  # fmt: skip
    return len(waiting)
