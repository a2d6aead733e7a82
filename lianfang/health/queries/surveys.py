"""Surveys of whereabouts: who sees which, whom each asks, who has answered. Who is missing is derived from the roster
of the day, of a closed survey from that of its last."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lianfang.core import clock
from lianfang.health.models import Answer, Survey, Whom
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.whereabouts import Whereabouts
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.orgs.rules import AREAS, SCHOOLS
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.people.models.roster import Belonging

MODULE = "survey"  # what has to be assessed before it is opened (control F09)
NAMES, COUNTS, OPENS, MANAGES = "survey.view", "health.board", "survey.open", "survey.manage"
_SEES = (NAMES, COUNTS, OPENS)
_BLOCK = 500  # answers in memory while they are taken out
_MOST = 5  # surveys, and units of each, that a home page counts
_ASKED: dict[str, list[str]] = {
    Whom.STUDENTS: [Belonging.STUDENT],
    Whom.STAFF: [one for one in Belonging if one not in (Belonging.STUDENT, Belonging.RESIDENT)],
    Whom.BOTH: [one for one in Belonging if one != Belonging.RESIDENT],
}


# ── which surveys ─────────────────────────────────────────────────────────────────────────────────────────────────────


def visible(user: User) -> QuerySet[Survey]:
    """Surveys of the units the user works for, of those above them and of those below, newest first."""
    held = [post.unit for post in access.postings(user) if not access.ROLES[post.role].verbs.isdisjoint(_SEES)]
    at = Q(unit__in={pk for unit in held for pk in unit.ancestor_ids})
    for unit in held:
        at |= Q(unit__path__startswith=unit.path)
    return Survey.objects.filter(at).select_related("unit").order_by(F("closed_at").desc(nulls_first=True), "-at")


def unit(user: User, survey: Survey, pk: int) -> Unit | None:
    """A unit the survey asks, or one above it; None outside what the user sees."""
    found = Unit.objects.select_related("school").filter(pk=pk).first()
    return found if found and near(survey, found) and sees(user, found) else None


def near(survey: Survey, unit: Unit) -> bool:
    return unit.path.startswith(survey.unit.path) or survey.unit.path.startswith(unit.path)


def openers(user: User) -> QuerySet[Unit]:
    """Units for which the user may open a survey."""
    kinds = (*AREAS, *SCHOOLS, "campus", "department")
    return access.units_for(user, OPENS).filter(kind__in=kinds).order_by("path")


def may_manage(user: User, survey: Survey) -> bool:
    return access.can(user, OPENS, survey.unit)


def sees(user: User, unit: Unit) -> bool:
    """Whether the counts of the unit are for this user."""
    return access.can(user, NAMES, unit) or access.can(user, COUNTS, unit)


def places(user: User, survey: Survey) -> list[Unit]:
    """Where the user's own view of a survey begins: the units of their postings that it asks, else its own unit."""
    held = {post.unit_id: post.unit for post in access.postings(user)}
    inside = [unit for unit in held.values() if survey.unit_id in unit.ancestor_ids and sees(user, unit)]
    if not inside and sees(user, survey.unit):
        return [survey.unit]
    return sorted(inside, key=lambda unit: unit.path)


def asked_of(people: Collection[UUID], on: date) -> dict[UUID, list[Survey]]:
    """Open surveys that ask each, soonest due first. Two queries."""
    rows = list(Enrolment.objects.on(on).filter(person_id__in=people).select_related("unit"))
    above = {pk for row in rows for pk in row.unit.ancestor_ids}
    surveys = Survey.objects.filter(unit__in=above, closed_at__isnull=True).select_related("unit").order_by("due_at")
    found: dict[UUID, dict[UUID, Survey]] = {}
    for survey in surveys:
        for row in rows:
            if _asks(survey, row):
                found.setdefault(row.person_id, {})[survey.pk] = survey
    return {person: list(mine.values()) for person, mine in found.items()}


def _asks(survey: Survey, row: Enrolment) -> bool:
    return survey.unit_id in row.unit.ancestor_ids and row.as_a in _ASKED[survey.whom]


@dataclass(frozen=True)
class Owed:
    """A survey that asks a person; ``answer`` is what was said so far."""

    survey: Survey
    answer: Answer | None


def today(people: Collection[UUID], on: date) -> dict[UUID, list[Owed]]:
    """For the home page of a family: open surveys of each, with what was said. Three queries."""
    asked = asked_of(people, on)
    surveys = {survey.pk for rows in asked.values() for survey in rows}
    said = {(row.person_id, row.survey_id): row for row in in_force(surveys).filter(person_id__in=people)}
    return {person: [Owed(one, said.get((person, one.pk))) for one in rows] for person, rows in asked.items()}


def owed_by(user: User, on: date) -> list[Owed]:
    """What the user has to answer in person."""
    mine = today([user.person_id], on).get(user.person_id, []) if user.person_id else []
    return [one for one in mine if one.answer is None]


def lacking(user: User) -> list[tuple[Survey, Unit, int]]:
    """Open surveys in the schools and classes the user looks after, and how many answers each lacks there."""
    if not access.holds(user, NAMES):
        return []
    found = []
    for survey in visible(user).filter(closed_at__isnull=True)[:_MOST]:
        for unit in places(user, survey)[:_MOST]:
            if unit.school_id is not None and access.can(user, NAMES, unit):
                missing = sum(count.missing for count in by_unit(survey, unit).values())
                found += [(survey, unit, missing)] if missing else []
    return found


@dataclass(frozen=True)
class Asked:
    """A person before a survey. ``home``: the area that counts as here, as code and name."""

    survey: Survey
    seat: Seat
    unit: Unit
    home: tuple[str, str]


def of_person(survey: UUID, person: UUID, on: date) -> Asked | None:
    """None: this survey does not ask them. A closed one can still be read by whoever answered it."""
    found = Survey.objects.filter(pk=survey).select_related("unit").first()
    if found is None:
        return None
    for row in Enrolment.objects.on(on).filter(person=person).select_related("unit__school").order_by("-from_on"):
        if _asks(found, row):
            return Asked(found, Seat(row.school_id, row.unit_id), row.unit, home(row.unit))
    return None


def home(unit: Unit) -> tuple[str, str]:
    """The smallest area a unit lies in: its division code and name."""
    area = next((one for one in reversed(ancestors(unit)) if one.kind in AREAS), None)
    return (area.code, area.name) if area else ("", "")


# ── what was said ─────────────────────────────────────────────────────────────────────────────────────────────────────


def in_force(surveys: Iterable[UUID]) -> QuerySet[Answer]:
    """Versions that nobody corrects."""
    return Answer.objects.filter(~Exists(Answer.objects.filter(after=OuterRef("pk"))), survey__in=surveys)


def said(survey: UUID, person: UUID) -> list[Answer]:
    """All versions of a person."""
    return list(Answer.objects.filter(survey=survey, person=person).order_by("at", "pk"))


def of_record(person: Person, schools: Collection[int], since: datetime, until: datetime) -> QuerySet[Answer]:
    """Answers in force that a person gave in a stretch of time, to these schools. One query."""
    newer = Answer.objects.filter(after=OuterRef("pk"))
    rows = Answer.objects.filter(~Exists(newer), person=person, school__in=schools, at__gte=since, at__lt=until)
    return rows.select_related("survey", "unit").order_by("at")


def facts(answer: Answer) -> Whereabouts:
    return msgspec.convert(answer.facts, Whereabouts)


def latest(people: Collection[UUID]) -> dict[UUID, Answer]:
    """The newest answer in force of each, whichever survey asked. One query."""
    rows = Answer.objects.filter(~Exists(Answer.objects.filter(after=OuterRef("pk"))), person__in=people)
    return {row.person_id: row for row in rows.order_by("at", "pk")}


# ── who has answered ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Count:
    """How many a unit or school has to answer, how many did, how many of those were away."""

    expected: int = 0
    answered: int = 0
    away: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.answered

    def __add__(self, other: "Count") -> "Count":
        return Count(self.expected + other.expected, self.answered + other.answered, self.away + other.away)


@dataclass(frozen=True)
class Member:
    person: UUID
    name: str
    place: int
    answer: Answer | None


def day_of(survey: Survey) -> date:
    return clock.day_of(survey.closed_at) if survey.closed_at else clock.today()


def by_unit(survey: Survey, within: Unit) -> dict[int, Count]:
    """Counts of the classes and offices of a school, or of a part of it. One query."""
    school = within.school_id or within.pk
    return _counts(survey, "e.unit_id", [school], path=within.path)


def by_school(survey: Survey, schools: Collection[int]) -> dict[int, Count]:
    """Counts of whole schools, a page of them. One query."""
    return _counts(survey, "e.school_id", schools)


_EXPECTED = """
e.as_a = ANY(%(asked)s) AND e.from_on <= %(on)s AND (e.to_on IS NULL OR e.to_on >= %(on)s)
AND NOT (e.away_from IS NOT NULL AND e.away_from <= %(on)s AND (e.away_to IS NULL OR e.away_to >= %(on)s))
"""
_COUNTED = f"""
SELECT {{key}}, count(DISTINCT e.person_id), count(DISTINCT a.person_id),
       count(DISTINCT a.person_id) FILTER (WHERE a.away)
FROM people_enrolment e JOIN orgs_unit u ON u.id = e.unit_id
LEFT JOIN health_answer a ON a.survey_id = %(survey)s AND a.person_id = e.person_id
     AND NOT EXISTS (SELECT FROM health_answer n WHERE n.after_id = a.id)
WHERE e.school_id = ANY(%(schools)s) AND u.path LIKE %(path)s AND {_EXPECTED}
GROUP BY 1
"""  # noqa: S608  (parts of our own)
# The first who is missing is enough.
_LACKING = f"""
SELECT s.id FROM unnest(%(schools)s::bigint[]) AS s (id) CROSS JOIN LATERAL (
    SELECT 1 FROM people_enrolment e WHERE e.school_id = s.id AND {_EXPECTED}
    AND NOT EXISTS (SELECT FROM health_answer a WHERE a.survey_id = %(survey)s AND a.person_id = e.person_id)
    LIMIT 1) AS missing
"""  # noqa: S608


def _counts(survey: Survey, key: str, schools: Collection[int], path: str = "") -> dict[int, Count]:
    path = path if path.startswith(survey.unit.path) else survey.unit.path
    values: dict[str, Any] = {
        "survey": survey.pk, "schools": list(schools), "path": path + "%", "on": day_of(survey),
        "asked": [str(one) for one in _ASKED[survey.whom]],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(key=key), values)
        return {pk: Count(*counts) for pk, *counts in cursor.fetchall()}


def lacking_schools(survey: Survey, schools: Collection[int]) -> list[int]:
    """Those of whole schools in which somebody is missing. One query."""
    asked = [str(one) for one in _ASKED[survey.whom]]
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, {"survey": survey.pk, "schools": list(schools), "on": day_of(survey), "asked": asked})
        return [row[0] for row in cursor.fetchall()]


def schools(survey: Survey, within: Unit) -> QuerySet[Unit]:
    """Schools of an area that are asked, in the order of the tree."""
    path = max(within.path, survey.unit.path, key=len)
    return (
        Unit.objects.on(day_of(survey)).filter(path__startswith=path, kind__in=("school", "training")).order_by("path")
    )


def answered(survey: Survey, within: Unit) -> int:
    """How many of an area have answered so far."""
    firsts = Answer.objects.filter(survey=survey, after__isnull=True)
    return firsts.filter(school__path__startswith=within.path).count()


def units(counts: Collection[int]) -> list[Unit]:
    """The units that were counted, with what is above them, in the order of the tree."""
    rows = Unit.objects.filter(pk__in=counts).select_related("parent")
    return list(rows.order_by("path", "position", "code"))


def members(survey: Survey, unit: Unit) -> list[Member]:
    """Everybody of a class or office who is asked, in the order of the school's numbers. Two queries."""
    on = day_of(survey)
    away = Q(away_from__lte=on) & (Q(away_to__isnull=True) | Q(away_to__gte=on))
    rows = Enrolment.objects.on(on).exclude(away).filter(unit=unit, as_a__in=_ASKED[survey.whom])
    once = {row.person_id: row for row in rows.select_related("person").order_by("number", "spelt", "from_on")}
    answers = {row.person_id: row for row in in_force([survey.pk]).filter(person_id__in=once)}
    return [
        Member(pk, row.person.name, at, answers.get(pk)) for at, (pk, row) in enumerate(once.items(), 1)
    ]  # fmt: skip


def with_answers(survey: Survey, within: Unit) -> QuerySet[Enrolment]:
    """Who belongs to the unit or below and has answered, class by class."""
    said = Answer.objects.filter(survey=survey, person=OuterRef("person"), after__isnull=True)
    rows = Enrolment.objects.on(day_of(survey)).filter(unit__path__startswith=within.path, as_a__in=_ASKED[survey.whom])
    return rows.filter(Exists(said)).order_by("unit__path", "number", "spelt", "pk")


def taken_out(survey: Survey, within: Unit) -> Iterator[tuple[Enrolment, Answer]]:
    """Those with the answer in force of each; a few hundred at a time are in memory, two queries for these."""
    rows = with_answers(survey, within).select_related("person", "unit").iterator(chunk_size=_BLOCK)
    while block := list(islice(rows, _BLOCK)):
        told = in_force([survey.pk]).filter(person__in=[row.person_id for row in block])
        answers = {answer.person_id: answer for answer in told}
        yield from ((row, answers[row.person_id]) for row in block if row.person_id in answers)
