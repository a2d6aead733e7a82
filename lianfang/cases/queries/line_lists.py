"""What the national report card asks of each case (传染病报告卡, 2019): out of the case and the roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch

from lianfang.cases.models import Case, CaseStep
from lianfang.cases.queries.cases import steps
from lianfang.cases.rules import course
from lianfang.cases.rules.course import Course
from lianfang.people.models import Enrolment, Guardianship, IdentityDocument
from lianfang.people.queries.roster import lasting
from lianfang.people.rules.identity import age

PARENT_UNTIL = 14  # years up to which the card asks for a parent's name


@dataclass(frozen=True)
class Line:
    """``guardian`` is the one called first, for those up to 14 and where the person has no telephone. ``corrected``:
    something said before was corrected."""

    case: Case
    course: Course
    enrolment: Enrolment | None
    document: IdentityDocument | None
    guardian: Guardianship | None
    corrected: bool

    @property
    def needs_parent(self) -> bool:
        person = self.case.person
        if person is None or person.born_on is None:
            return False
        return age(person.born_on, self.case.onset_on or self.case.opened_at.date()) <= PARENT_UNTIL


def lines(rows: Sequence[Case], on: date) -> list[Line]:
    """In the order of ``rows``. Five queries, whatever their number."""
    people = [row.person_id for row in rows if row.person_id]
    told = Case.objects.filter(pk__in=[row.pk for row in rows]).select_related("by")
    told = told.prefetch_related(Prefetch("steps", CaseStep.objects.order_by("number")))
    said = {row.pk: row for row in told}
    held = Enrolment.objects.filter(lasting(on), person__in=people).select_related("unit", "school")
    homes = {(row.person_id, row.school_id): row for row in held.order_by("from_on")}
    documents: dict[UUID, IdentityDocument] = {}
    for paper in IdentityDocument.objects.filter(lasting(on), person__in=people, number__isnull=False).order_by("kind"):
        if paper.person_id not in documents or paper.kind == "resident":
            documents[paper.person_id] = paper
    guardians: dict[UUID, Guardianship] = {}
    kept = Guardianship.objects.filter(lasting(on), person__in=people).select_related("guardian")
    for one in kept.order_by("position"):
        guardians.setdefault(one.person_id, one)
    return [
        Line(
            said[row.pk], course.course(steps(said[row.pk].steps.all())),
            homes.get((row.person_id, row.school_id)) if row.person_id else None,
            documents.get(row.person_id) if row.person_id else None,
            guardians.get(row.person_id) if row.person_id else None,
            any(step.corrects_id for step in said[row.pk].steps.all()),
        )
        for row in rows
    ]  # fmt: skip
