"""Answers to a survey leave as a workbook: with a purpose, above a class only after a second person agreed, as lists of
the roster do (controls B04, E02; `people.actions.exporting`)."""

from datetime import datetime, timedelta

from lianfang.core import clock, events, limits
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.health.models import Survey
from lianfang.orgs.models import Unit
from lianfang.people.actions import requests
from lianfang.people.models import Request, User
from lianfang.people.queries import looks, roster
from lianfang.people.rules import roster as rules

SUBJECT = "survey"
_DAY = timedelta(days=1)


def ask(*, by: User, survey: Survey, unit: Unit, people: int, purpose: str, now: datetime) -> Request:
    """Ask for a second person's agreement to taking out these answers once."""
    return requests.ask(
        by=by, kind="export", unit=unit, reason=purpose, subject_kind=SUBJECT, subject_id=str(survey.pk),
        detail={"people": people}, now=now,
    )  # fmt: skip


def take_out(
    *, by: User, survey: Survey, unit: Unit, people: int, purpose: str, request: Request | None = None, now: datetime
) -> str:
    """Put it on record. What stands on every page: who, when, what for, under which number. ``request``
    is the agreed one, used up by this. Raises `Refused` where agreement is needed and there is none."""
    with limits.in_turn(SUBJECT + " export", str(by.pk)):  # two classes in one moment are counted one after the other
        if request is not None:
            requests.use(by=by, request=request, now=now)
        elif needs_agreement(by, people, now):
            raise refuse("people.export_needs_agreement", most=rules.FREELY)
        event = _record(by, survey, unit, people, purpose, request, now)
    return " · ".join((by.name, f"{now.astimezone(clock.ZONE):%Y-%m-%d %H:%M}", purpose, event.pk.hex[-10:].upper()))


def _record(
    by: User, survey: Survey, unit: Unit, people: int, purpose: str, request: Request | None, now: datetime
) -> Event:
    detail = {"survey": str(survey.pk), "people": people, **({"request": str(request.pk)} if request else {})}
    said = roster.without_names(unit, purpose)  # the event outlives the data of whom it names
    return events.record("survey.exported", by=by, unit=unit, subject=survey, detail=detail, reason=said, now=now)


def needs_agreement(by: User, people: int, now: datetime) -> bool:
    return rules.needs_agreement(people, (), looks.taken_freely(by, now - _DAY))
