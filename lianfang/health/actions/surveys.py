"""Opening and closing surveys of whereabouts, and taking answers to them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.health.models import Answer, AnswerSource, Survey
from lianfang.health.queries import surveys as queries
from lianfang.health.queries.surveys import Asked
from lianfang.health.rules import divisions
from lianfang.health.rules import whereabouts as rules
from lianfang.health.rules.whereabouts import Whereabouts
from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import Claim, Person, User
from lianfang.policies.queries import assessed


@transaction.atomic
def open_survey(
    *, by: User, unit: Unit, title: str, whom: str, from_on: date, to_on: date, due_at: datetime, now: datetime
) -> Survey:
    """Raises `Refused` where nobody has assessed surveys, and for days or a time that cannot be."""
    if not assessed(queries.MODULE, unit, now.date()):
        raise refuse("health.survey_not_assessed", "unit")
    wrong = [
        Problem(code, cell)
        for code, cell, holds in (
            ("health.survey_ends_before", "to_on", to_on < from_on),
            ("health.survey_due_past", "due_at", due_at <= now),
        )
        if holds
    ]
    if wrong:
        raise Refused(*wrong)
    made = Survey.objects.create(
        unit=unit, title=title, whom=whom, from_on=from_on, to_on=to_on, due_at=due_at, by_id=by.pk, by_name=by.name,
        at=now,
    )  # fmt: skip
    events.record("survey.opened", by=by, unit=unit, subject=made, now=now)
    return made


@transaction.atomic
def close_survey(*, by: User, survey: Survey, now: datetime) -> None:
    """Nobody answers any more; what was said stays. Doing so twice changes nothing."""
    if Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closed_at=now):
        events.record("survey.closed", by=by, unit=survey.unit, subject=survey, now=now)


@dataclass(frozen=True)
class Said:
    """What came in. ``id`` is the page's own: the same page again is the same answer. ``follows``: the version it
    corrects. ``user`` without ``staff`` speaks for themselves."""

    id: UUID
    facts: Whereabouts
    follows: UUID | None = None
    claim: Claim | None = None
    user: User | None = None
    staff: bool = False


@transaction.atomic
def answer(*, asked: Asked, person: Person, said: Said, now: datetime) -> Answer:
    """A new version. Raises `Refused` for a closed survey, for what is wrong with the answer (at its fields), and when
    somebody else has answered since the page was opened."""
    if before := Answer.objects.filter(pk=said.id, person=person, survey=asked.survey).first():
        return before
    if asked.survey.closed_at is not None:
        raise refuse("health.survey_closed")
    known = {*divisions.names(), asked.home[0]}
    if wrong := rules.flaws(said.facts, known):
        raise Refused(*(Problem(flaw.code, flaw.field) for flaw in wrong))
    made = _put(asked, person, said, now)
    events.record(
        "survey.answered", by=said.user, unit=asked.unit, subject=made, detail={"source": made.source}, now=now
    )
    return made


def _put(asked: Asked, person: Person, said: Said, now: datetime) -> Answer:
    source = AnswerSource.TELEPHONE if said.staff else AnswerSource.OWN if said.user else AnswerSource.DEVICE
    made = Answer(
        pk=said.id, survey=asked.survey, person=person, school_id=asked.seat.school_id, unit=asked.unit,
        after=_corrected(asked.survey, person, said.follows), source=source, at=now,
        by_id=said.user.pk if said.user else None, by_name=said.user.name if said.user else "",
        device_id=said.claim.device_id if said.claim else None, away=not said.facts.stayed_here,
        facts=msgspec.to_builtins(said.facts),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as raced:
        raise refuse("health.survey_answered_meanwhile") from raced
    return made


def _corrected(survey: Survey, person: Person, follows: UUID | None) -> Answer | None:
    """Raises `Refused` unless ``follows`` is the version in force (None: there is none)."""
    newest = queries.in_force([survey.pk]).filter(person=person).first()
    if (newest.pk if newest else None) != follows:
        raise refuse("health.survey_answered_meanwhile")
    return newest


@transaction.atomic
def listed(*, by: User, unit: Unit, now: datetime) -> None:
    """Staff read who of a class has said what."""
    looking.listed(by=by, unit=unit, now=now)
