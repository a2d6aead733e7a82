"""Whom a case can have met: out of the roster, the rolls and the surveys of whereabouts, for the days that the rules of
the disease look back.

Each *source* answers with meetings (who, by which link, on which day); the rule `following.exposures` makes contacts of
them. A source is a function of a `Trace`; what knows more (badges, plans of seats) is added with `also` by the room
that owns it, through ``config/wiring.py``, and its links count where the disease's rule names them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from lianfang.cases.models import Case, Contact
from lianfang.cases.queries import cases as queries
from lianfang.cases.rules import following as rules
from lianfang.cases.rules.course import Course
from lianfang.cases.rules.following import Exposure, Meeting
from lianfang.core import clock
from lianfang.health.models import Answer, Roll
from lianfang.health.queries import surveys
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import calendar
from lianfang.people.models import Enrolment, Person
from lianfang.policies.diseases.spec import Edition

_GONE = ("home", "isolation", "hospital")  # places in which nobody of the class is met
LONGEST = 60  # days; a longer window is that of an onset typed wrong


@dataclass(frozen=True)
class Trace:
    """What a source is asked. ``days`` in their order; none where the person was not at school any more."""

    person: UUID
    school: Unit
    unit: Unit
    days: tuple[date, ...]


Source = Callable[[Trace], Iterable[Meeting]]
_more: list[Source] = []


def also(source: Source) -> None:
    """Ask this one too."""
    if source not in _more:
        _more.append(source)


@dataclass(frozen=True)
class Found:
    """A person of the school who can have met the case. ``known``: the contact this is already; ``is_new``: it is none
    yet, or was met later or by another link than is known."""

    person: Person
    unit: Unit
    exposure: Exposure
    known: Contact | None

    @property
    def is_new(self) -> bool:
        if self.known is None:
            return True
        later = self.exposure.last_on > self.known.last_on or set(self.exposure.links) - set(self.known.links)
        return self.known.state in ("followed", "lost", "released") and bool(later)


@dataclass(frozen=True)
class Search:
    """``days`` looked at; ``edition`` None or without ``contacts``: the rules name nobody to look for."""

    case: Case
    edition: Edition | None
    days: tuple[date, ...]
    found: tuple[Found, ...]

    @property
    def first(self) -> date | None:
        return first_day(self.case, self.edition)


def first_day(case: Case, edition: Edition | None) -> date | None:
    """The first day whose contacts count; None where the rules do not say."""
    if edition is None or edition.contacts is None:
        return None
    return onset_of(case) - timedelta(days=edition.contacts.back)


def onset_of(case: Case) -> date:
    """The day on which the case was opened stands for an onset nobody knows."""
    return case.onset_on or clock.day_of(case.opened_at)


def search(case: Case, course: Course, on: date) -> Search:
    """Everybody of the school by the links of the disease's rule. Some ten statements, whatever the size of the
    school; people who have left or whose data are destroyed are left out."""
    edition = queries.rules_of(case)
    if edition is None or edition.contacts is None or case.person_id is None:
        return Search(case, edition, (), ())
    person, onset = case.person_id, onset_of(case)
    ahead = rules.window(onset, edition.contacts.back, on)[:LONGEST]
    away = missed(case.school, [person], ahead)
    last = rules.last_day(
        onset, today=on, missed=[day for _who, day in away], away_since=_gone_since(course), ended=course.ended_on
    )
    trace = Trace(person, case.school, case.unit, rules.window(onset, edition.contacts.back, last)[:LONGEST])
    meetings = [one for source in (_roster, _journeys, _gates, *_more) for one in source(trace)] if trace.days else []
    away |= missed(case.school, {one.person for one in meetings}, trace.days)
    found = rules.exposures(meetings, of=person, links=edition.contacts.links, missed=away)
    return Search(case, edition, trace.days, tuple(_found(case, found, on)))


def _gone_since(course: Course) -> date | None:
    return course.place_since if course.place in _GONE else None


def _found(case: Case, exposures: Sequence[Exposure], on: date) -> Iterator[Found]:
    known = {row.person_id: row for row in Contact.objects.filter(case=case, person__isnull=False)}
    people = [one.person for one in exposures]
    at, ill = homes(case.school, people, on), with_disease(case, people)
    for one in exposures:
        if one.person in at and one.person not in ill:
            row = at[one.person]
            yield Found(row.person, row.unit, one, known.get(one.person))


def with_disease(case: Case, people: Collection[UUID]) -> set[UUID]:
    """Of these people those who have or had the disease at the time: they may be its source, and are followed as cases
    themselves."""
    since = onset_of(case) - timedelta(days=LONGEST)
    rows = Case.objects.filter(person__in=people, disease=case.disease).exclude(certainty="excluded")
    rows = rows.filter(Q(closed_at__isnull=True) | Q(ended_on__gte=since)).exclude(pk=case.pk)
    return set(rows.values_list("person", flat=True))


def homes(school: Unit, people: Collection[UUID], on: date) -> dict[UUID, Enrolment]:
    """Where each belongs at the school, with person and unit. One query."""
    rows = Enrolment.objects.on(on).filter(school=school, person__in=people, person__purged_at__isnull=True)
    return {row.person_id: row for row in rows.select_related("person", "unit").order_by("from_on", "pk")}


# ── who was not at school ─────────────────────────────────────────────────────────────────────────────────────────────

# Absent from the first roll of the day on. Who was there in the morning and went home met others; a morning roll that
# was corrected says nothing any more.
_MISSED = """
SELECT d.person_id, d."on" FROM health_daystatus d
WHERE d.school_id = %(school)s AND d."on" = ANY(%(days)s::date[]) AND d.person_id = ANY(%(people)s::uuid[]) AND (
    d.status IN (6, 7) OR d.status IN (3, 4, 5) AND EXISTS (
        SELECT FROM health_check c
        WHERE c.school_id = d.school_id AND c."on" = d."on" AND c.person_id = d.person_id
        AND c.round = 1 AND c.absence > 0 AND NOT EXISTS (
            SELECT FROM health_roll r
            WHERE r.school_id = c.school_id AND r."on" = c."on" AND r.unit_id = c.unit_id AND r.round = 1
            AND r.after = c.key)))
"""


def missed(school: Unit, people: Collection[UUID], days: Collection[date]) -> set[tuple[UUID, date]]:
    """Who was not at school on which day."""
    if not people or not days:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, {"school": school.pk, "days": list(days), "people": list(people)})
        return set(cursor.fetchall())


# ── sources ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_DURING = 'x.from_on <= w."on" AND (x.to_on IS NULL OR x.to_on >= w."on")'


def _while(alias: str) -> str:
    return _DURING.replace("x.", f"{alias}.")


_MET = f"""
WITH w AS (SELECT unnest(%(days)s::date[]) AS "on"), taught AS (SELECT unnest(%(taught)s::date[]) AS "on")
SELECT 'class', e.person_id, w."on" FROM taught w
JOIN people_enrolment m ON m.person_id = %(person)s AND m.school_id = %(school)s AND {_while("m")}
JOIN orgs_unit u ON u.id = m.unit_id AND u.kind = 'class'
JOIN people_enrolment e ON e.unit_id = m.unit_id AND {_while("e")}
    AND NOT (e.away_from IS NOT NULL AND e.away_from <= w."on" AND (e.away_to IS NULL OR e.away_to >= w."on"))
UNION ALL
SELECT 'dormitory', e.person_id, w."on" FROM w
JOIN people_lodging m ON m.person_id = %(person)s AND m.school_id = %(school)s AND m.kind = 'boarder'
    AND m.room <> '' AND {_while("m")}
JOIN people_lodging e ON e.school_id = m.school_id AND e.kind = 'boarder' AND e.building = m.building
    AND e.room = m.room AND {_while("e")}
UNION ALL
SELECT 'household', e.person_id, w."on" FROM w
JOIN people_householdmember m ON m.person_id = %(person)s AND {_while("m")}
JOIN people_householdmember e ON e.household_id = m.household_id AND {_while("e")}
UNION ALL
SELECT 'household', e.person_id, w."on" FROM w
JOIN people_guardianship m ON m.person_id = %(person)s AND {_while("m")}
JOIN people_guardianship e ON e.guardian_id = m.guardian_id AND {_while("e")}
"""  # noqa: S608  (parts of our own)


def _roster(trace: Trace) -> Iterator[Meeting]:
    """Class, dormitory room, household and children of the same guardian. The class counts on days on which it was
    taught or called."""
    days = calendar.days(trace.school, trace.days[0], trace.days[-1])
    called = Roll.objects.filter(
        school_id=trace.school.pk, on__range=(trace.days[0], trace.days[-1]), unit_id=trace.unit.pk, group_id=0
    )
    taught = {on for on, day in days.items() if day.taught} | set(called.values_list("on", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_MET, {
            "days": list(trace.days), "taught": sorted(taught), "person": trace.person, "school": trace.school.pk,
        })  # fmt: skip
        yield from (Meeting(person, link, on) for link, person, on in cursor.fetchall())


def _journeys(trace: Trace) -> Iterator[Meeting]:
    """The same train, flight or coach on the same day, as people of the school told surveys of whereabouts. Answers are
    sealed: they are opened only where the person's own names a journey in these days."""
    mine = {way for way, _person in _ways(trace, Q(person=trace.person))}
    if mine:
        yield from (Meeting(person, "journey", way[2]) for way, person in _ways(trace, Q()) if way in mine)


def _ways(trace: Trace, whose: Q) -> Iterator[tuple[tuple[str, str, date], UUID]]:
    newer = Answer.objects.filter(after=OuterRef("pk"))
    told = Answer.objects.filter(
        ~Exists(newer), whose, school=trace.school, away=True, survey__from_on__lte=trace.days[-1],
        survey__to_on__gte=trace.days[0],
    )  # fmt: skip
    for answer in told.only("person_id", "facts"):
        for one in surveys.facts(answer).journeys:
            if one.number and one.means != "car" and trace.days[0] <= one.on <= trace.days[-1]:
                yield (one.means, one.number.replace(" ", "").upper(), one.on), answer.person_id


# Who was measured by the same device so near in time stood in one queue with the case. No source says how near: a
# minute, and the number that can pass a gate in two, are ours, as `tracing.yaml` says. More than that is a system that
# sends a whole school's cards at once: it says nothing about who stood by whom.
NEAR, MOST = timedelta(minutes=1), 200
_PASSED = """
SELECT DISTINCT p.person_id, p."on" FROM health_check m
CROSS JOIN LATERAL (
    SELECT e.person_id, e."on", count(*) OVER () AS number FROM health_check e
    WHERE e.school_id = m.school_id AND e."on" = m."on" AND e.sender_id = m.sender_id AND e.temperature IS NOT NULL
    AND e.at BETWEEN m.at - %(near)s * interval '1 second' AND m.at + %(near)s * interval '1 second'
) p
WHERE m.school_id = %(school)s AND m."on" = ANY(%(days)s::date[]) AND m.person_id = %(person)s
AND m.sender_id IN (SELECT id FROM health_sender WHERE school_id = %(school)s AND kind = 'gateway')
AND m.temperature IS NOT NULL AND p.number <= %(most)s
"""


def _gates(trace: Trace) -> Iterator[Meeting]:
    """Who passed the same thermometer within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, {
            "days": list(trace.days), "person": trace.person, "school": trace.school.pk, "near": NEAR.total_seconds(),
            "most": MOST,
        })  # fmt: skip
        yield from (Meeting(person, "gate", on) for person, on in cursor.fetchall())
