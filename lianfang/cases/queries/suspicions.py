"""Whom the rules make think of a disease: out of the findings of a day, for the school doctor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from lianfang.cases.models import Case
from lianfang.cases.queries.cases import MANAGE
from lianfang.cases.rules import suspecting
from lianfang.cases.rules.suspecting import Seen, Thought
from lianfang.health.models import DayStatus, KeyPerson
from lianfang.health.queries import findings
from lianfang.health.queries.findings import Finding
from lianfang.health.rules import key_editions, symptoms
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.policies import queries as policies

_SCHOOLS = (Kind.SCHOOL, Kind.TRAINING)


@dataclass(frozen=True)
class Suspicion:
    """A person's finding, and what it makes think of, the most telling first."""

    finding: Finding
    thoughts: tuple[Thought, ...]


def schools(user: User) -> list[Unit]:
    """The schools whose cases the user keeps."""
    return list(access.units_for(user, MANAGE).filter(kind__in=_SCHOOLS).order_by("path"))


def of_school(school: Unit, on: date) -> list[Suspicion]:
    """Everybody with symptoms on that day or the day before of whom no case runs, those that make think of most first.
    Some twenty queries, whatever the number of people."""
    found: dict[UUID, Finding] = {}
    for day in (on, on - timedelta(days=1)):
        for row in findings.of_unit(school, day):
            if row.day.symptoms or row.day.fever:
                found.setdefault(row.person.pk, row)
    known = running(list(found))
    rows = [row for person, row in found.items() if person not in known]
    if not rows:
        return []
    book, met = policies.rulebook(school, on), exposed([row.person.pk for row in rows])
    made = [
        Suspicion(row, tuple(suspecting.thoughts(book, seen(row.day, row.tenths, met.get(row.person.pk, ())))))
        for row in rows
    ]
    return sorted(
        (one for one in made if one.thoughts),
        key=lambda one: (-len(one.thoughts[0].because), one.finding.unit.path, one.finding.person.pinyin),
    )


def seen(day: DayStatus, tenths: int | None, met: Iterable[str]) -> Seen:
    codes = {one.code for one in symptoms.unpacked(day.symptoms)} | ({"fever"} if day.fever else set())
    return Seen(frozenset(codes), tenths, frozenset(met))


def running(people: Sequence[UUID]) -> set[UUID]:
    """Of whom a case runs."""
    rows = Case.objects.filter(person__in=people, closed_at__isnull=True)
    return set(rows.values_list("person", flat=True))


def exposed(people: Sequence[UUID]) -> Mapping[UUID, set[str]]:
    """Person → diseases they may have met: who is followed as a key person comes from a risk area or has met a case."""
    rows = KeyPerson.objects.filter(ended_on__isnull=True, person__in=people)
    return _met(rows.values_list("person", "edition"))


def _met(rows: Iterable[tuple[UUID, str]]) -> Mapping[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for person, edition in rows:
        rules = key_editions.catalog().get(edition)
        if rules is not None and rules.disease:
            found[person].add(rules.disease)
    return found


@dataclass(frozen=True)
class Fallen:
    """Somebody who may have met a disease and is found ill."""

    day: DayStatus
    person: Person
    school: Unit
    unit: Unit
    met: frozenset[str]


def fallen_ill(on: date) -> list[Fallen]:
    """Key people with symptoms on that day of whom no case was opened since they are followed. Four queries."""
    rows = KeyPerson.objects.filter(ended_on__isnull=True, person__purged_at__isnull=True)
    known = Case.objects.filter(person=OuterRef("person"), opened_at__date__gte=OuterRef("from_on"))
    waiting = list(rows.exclude(Exists(known)).select_related("person", "school", "unit"))
    met = _met((row.person_id, row.edition) for row in waiting)
    days = {
        (day.school_id, day.person_id): day
        for day in DayStatus.objects.filter(
            on=on, school_id__in={row.school_id for row in waiting}, person_id__in=[row.person_id for row in waiting]
        )
        if day.symptoms or day.fever
    }
    return [
        Fallen(days[row.school_id, row.person_id], row.person, row.school, row.unit, frozenset(met[row.person_id]))
        for row in waiting
        if (row.school_id, row.person_id) in days and met.get(row.person_id)
    ]
