"""Whom the rules make think of a disease: out of the findings of a day, for the school doctor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from lianfang.cases.models import Case, Contact
from lianfang.cases.queries.cases import MANAGE
from lianfang.cases.rules import suspecting
from lianfang.cases.rules.suspecting import Seen, Thought
from lianfang.health.models import DayStatus, KeyPerson
from lianfang.health.queries import findings
from lianfang.health.queries.findings import Finding
from lianfang.health.rules import key_editions, symptoms
from lianfang.health.rules.status import Status
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import Disease, Edition

_SCHOOLS = (Kind.SCHOOL, Kind.TRAINING)
_AWAY = (int(Status.ILL), int(Status.ISOLATED))


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
    for_days = lasted(school, {row.person.pk: row.day for row in rows}, _longest(book))
    made = []
    for row in rows:
        person = row.person.pk
        here = seen(row.day, row.tenths, met.get(person, ()), for_days.get(person))
        made.append(Suspicion(row, tuple(suspecting.thoughts(book, here))))
    return sorted(
        (one for one in made if one.thoughts),
        key=lambda one: (-len(one.thoughts[0].because), one.finding.unit.path, one.finding.person.pinyin),
    )


def seen(day: DayStatus, tenths: int | None, met: Iterable[str], lasting: Mapping[str, int] | None = None) -> Seen:
    return Seen(_codes(day), tenths, frozenset(met), lasting or {})


def _codes(day: DayStatus) -> frozenset[str]:
    return frozenset({one.code for one in symptoms.unpacked(day.symptoms)} | ({"fever"} if day.fever else set()))


def _longest(book: Iterable[tuple[Disease, Edition | None]]) -> int:
    """Days that a rule of these asks a symptom to have lasted, at most."""
    return max((one.lasting for _, edition in book if edition for one in edition.suspicion), default=0)


def lasted(school: Unit, today: Mapping[UUID, DayStatus], longest: int) -> dict[UUID, dict[str, int]]:
    """Person → for how many days each symptom of their day has been there (`suspecting.lasted`), looked back a little
    further than ``longest``. One query; none where no rule asks."""
    if not longest or not today:
        return {}
    since = min(day.on for day in today.values()) - timedelta(days=2 * longest)
    told: dict[UUID, dict[date, frozenset[str]]] = defaultdict(dict)
    ill: dict[UUID, set[date]] = defaultdict(set)
    for day in DayStatus.objects.filter(school_id=school.pk, on__gte=since, person_id__in=list(today)):
        told[day.person_id][day.on] = _codes(day)
        if day.status in _AWAY:
            ill[day.person_id].add(day.on)
    return {person: suspecting.lasted(day.on, told[person], ill[person]) for person, day in today.items()}


def running(people: Sequence[UUID]) -> set[UUID]:
    """Of whom a case runs."""
    rows = Case.objects.filter(person__in=people, closed_at__isnull=True)
    return set(rows.values_list("person", flat=True))


def exposed(people: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Person → diseases they may have met: who is followed as a key person comes from a risk area or has met a case;
    a contact of a case has met its disease. Two queries."""
    rows = KeyPerson.objects.filter(ended_on__isnull=True, person__in=people)
    found = _met(rows.values_list("person", "edition"))
    contacts = Contact.objects.filter(ended_at__isnull=True, person__in=people)
    for person, disease in contacts.values_list("person", "case__disease"):
        found[person].add(disease)
    return found


def _met(rows: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
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
