"""Cases for pages and rules: which one sees, what is known of one, by which rules it is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

import msgspec
from django.db.models import Count, Prefetch, Q, QuerySet

from lianfang.cases.models import Case, CaseStep
from lianfang.cases.rules import course as rules
from lianfang.cases.rules import returning
from lianfang.cases.rules.course import Course, Said
from lianfang.cases.rules.returning import Verdict
from lianfang.core.clock import ZONE
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.policies import diseases
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import Disease, Edition

VIEW, MANAGE, CLEARANCE = "case.view", "case.manage", "clearance.view"
_STEPS = Prefetch("steps", CaseStep.objects.select_related("by", "certificate").order_by("number"))


def visible(user: User) -> QuerySet[Case]:
    """Those of one's schools."""
    return Case.objects.filter(access.scope(user, VIEW, "unit__")).select_related("person", "unit", "school")


def listed(user: User, *, running: bool) -> QuerySet[Case]:
    """With what was said of each; the newest first."""
    return visible(user).filter(closed_at__isnull=running).prefetch_related(_STEPS).order_by("-opened_at", "-pk")


def whole(user: User) -> QuerySet[Case]:
    return visible(user).select_related("by", "emergency").prefetch_related(_STEPS)


def by_disease(user: User) -> list[tuple[str, int]]:
    """Running ones: (id of the disease, how many), the most frequent first."""
    rows = visible(user).filter(closed_at__isnull=True).values_list("disease").annotate(n=Count("pk"))
    return sorted(((disease, number) for disease, number in rows), key=lambda one: (-one[1], one[0]))


def said(row: CaseStep) -> Said:
    return msgspec.convert(row.said or {}, Said)


def steps(rows: Iterable[CaseStep]) -> list[rules.Step]:
    return [rules.Step(row.pk, row.kind, said(row), row.at.astimezone(ZONE), row.corrects_id) for row in rows]


def in_hospital(cases: Iterable[UUID]) -> set[UUID]:
    """Which of these cases lie in a hospital, or lay there at some time, by what was said of them. One query."""
    told: dict[UUID, list[CaseStep]] = {}
    for row in CaseStep.objects.filter(case__in=list(cases), kind="place").order_by("number"):
        told.setdefault(row.case_id, []).append(row)
    return {
        case
        for case, places in told.items()
        if any(one.said.word == "hospital" for one in rules.in_force(steps(places)))
    }


@dataclass
class Judged:
    """A case as it stands, and what its rules ask for. ``rules`` are those of its own edition, ``today`` those that
    hold now, None where the file or the school has none."""

    case: Case
    course: Course
    disease: Disease | None
    rules: Edition | None
    today: Edition | None
    on: date

    @cached_property
    def verdict(self) -> Verdict:
        return returning.verdict(self.rules.returning if self.rules else (), self.course.for_return(), self.on)

    @property
    def is_of_former_rules(self) -> bool:
        return self.rules is not None and self.today is not None and self.rules.id != self.today.id


def judged(cases: Sequence[Case], on: date) -> list[Judged]:
    """Rules are read once for each disease and school, not once for each case."""
    known: dict[tuple[str, str, int, date], Edition | None] = {}
    now: dict[tuple[str, int], Edition | None] = {}
    found = []
    for case in cases:
        disease = diseases.catalog().get(case.disease)
        key = (case.disease, case.edition, case.school_id, case.rules_on)
        if disease is not None and key not in known:
            known[key] = rules_of(case)
            now.setdefault((case.disease, case.school_id), policies.rules_of(disease, case.school, on))
        stands = rules.course(steps(case.steps.all()))
        today = now.get((case.disease, case.school_id))
        found.append(Judged(case, stands, disease, known.get(key), today, on))
    return found


def rules_of(case: Case) -> Edition | None:
    """What the case is judged by; None where the file has it no longer."""
    try:
        return policies.rules_by(diseases.catalog()[case.disease], case.edition, case.school, case.rules_on)
    except LookupError:
        return None


def open_case(person: UUID, disease: str) -> Case | None:
    return Case.objects.filter(person=person, disease=disease, closed_at__isnull=True).first()


def about(user: User, person: UUID | None) -> Enrolment | None:
    """The person and class for whom a case may be opened."""
    if person is None:
        return None
    rows = Enrolment.objects.filter(
        access.scope(user, MANAGE, "unit__"), person=person, person__purged_at__isnull=True, to_on__isnull=True
    )
    return rows.select_related("person", "unit__school").first()


def choices(user: User, typed: str) -> list[Enrolment]:
    """Up to twenty people of one's schools by name or pinyin, for the page that opens a case."""
    typed = typed.strip().lower()
    if not typed:
        return []
    rows = Enrolment.objects.filter(
        access.scope(user, MANAGE, "unit__"), to_on__isnull=True, person__purged_at__isnull=True
    ).filter(
        Q(person__name__startswith=typed) | Q(person__pinyin__startswith=typed) | Q(person__initials__startswith=typed)
    )
    return list(rows.select_related("person", "unit").order_by("person__pinyin", "pk")[:20])


@dataclass(frozen=True)
class Cleared:
    """What a class teacher may know of somebody's case: when they may come back, and nothing else."""

    person: Person
    unit: Unit
    on: date | None
    may: bool


def clearances(user: User, now: datetime) -> list[Cleared]:
    """Of one's classes those with a running case, those who may come back first. Once for each person: of two cases the
    later day holds. Of a place that is no class nothing is said."""
    on = now.astimezone(ZONE).date()
    rows = Case.objects.filter(
        access.scope(user, CLEARANCE, "unit__"), closed_at__isnull=True, person__isnull=False, unit__kind=Kind.CLASS
    ).select_related("person", "unit", "school")
    found: dict[UUID, Cleared] = {}
    for one in judged(list(rows.prefetch_related(_STEPS).order_by("opened_at")), on):
        person = one.case.person
        if person is None:
            continue
        mine = Cleared(person, one.case.unit, one.verdict.on, one.verdict.may(on))
        other = found.get(person.pk)
        found[person.pk] = mine if other is None else _later(mine, other)
    return sorted(found.values(), key=lambda one: (not one.may, one.on or date.max, one.person.pinyin))


def _later(one: Cleared, other: Cleared) -> Cleared:
    return max(one, other, key=lambda cleared: cleared.on or date.max)
