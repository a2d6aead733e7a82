"""Asking for answers to a survey that are missing: each class and each school once a day, through the ledger of all
asking (`obligations.actions.asking`).

A survey is no source of `obligations`: it runs for days without a ladder, and who lacks answers is counted from the
roster, which can be afforded for a block of schools at a time, not for a province in one statement. Families have no
inbox: an open survey stands on their start page until it is answered. Who is asked is whoever can call them."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import partial
from itertools import islice

from django.urls import reverse

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.health.models import Survey
from lianfang.health.queries import surveys as queries
from lianfang.obligations import spec
from lianfang.obligations.actions import asking
from lianfang.obligations.actions.asking import Asked
from lianfang.obligations.sources import Silent
from lianfang.orgs.models import Unit
from lianfang.people.models import User

KIND = "survey"
BLOCK = 500  # schools
_AT_SCHOOLS = spec.Rung(0, ("liaison", "clerk", "office_head", "doctor"))


def chase(*, by: User, survey: Survey, within: Unit, now: datetime) -> Asked:
    """Ask whoever looks after the class, the classes of a school, or the schools of an area, in which somebody is
    missing. Raises `Refused` when there is none left to ask today."""
    if survey.closed_at is not None:
        raise refuse("health.survey_closed")
    asked = _schools(by, survey, within, now) if within.school_id is None else _classes(by, survey, within, now)
    if not asked.units and not asked.nobody:
        raise refuse("health.nobody_to_chase")
    detail = {"on": clock.day_of(now).isoformat(), "count": asked.units}
    events.record("survey.chased", by=by, unit=within, subject=survey, detail=detail, now=now)
    return asked


def _classes(by: User, survey: Survey, within: Unit, now: datetime) -> Asked:
    def silent() -> Iterable[Silent]:
        for pk, count in queries.by_unit(survey, within).items():
            if count.missing:
                yield Silent(pk, within.school_id or within.pk, survey.due_at)

    return asking.ask_these(
        by=by, kind=KIND, slot=str(survey.pk), unit=within, on=clock.day_of(now), now=now, silent=silent,
        since=_midnight(now), rung=spec.Rung(0, spec.kind(KIND).roles), url=_url(survey),
    )  # fmt: skip


def _schools(by: User, survey: Survey, within: Unit, now: datetime) -> Asked:
    """A province is thousands of schools: a block of them at a time, each in its own transaction and with the same few
    queries. If it breaks off, whoever asks again reaches the rest."""
    schools = queries.schools(survey, within).values_list("pk", flat=True).iterator(chunk_size=BLOCK)
    asked = Asked()
    while block := list(islice(schools, BLOCK)):
        asked += asking.ask_these(
            by=by, kind=KIND, slot=str(survey.pk), unit=within, on=clock.day_of(now), now=now,
            silent=partial(_lacking, survey, block), since=_midnight(now), rung=_AT_SCHOOLS, url=_url(survey),
        )  # fmt: skip
    return asked


def _lacking(survey: Survey, schools: list[int]) -> list[Silent]:
    return [Silent(pk, pk, survey.due_at) for pk in queries.lacking_schools(survey, schools)]


def _midnight(now: datetime) -> datetime:
    return datetime.combine(clock.day_of(now), time(), clock.ZONE)


def _url(survey: Survey) -> str:
    return reverse("health:survey_own", args=[survey.pk])
