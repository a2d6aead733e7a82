"""Cases for the figures that a school reports: who is managed as what at a moment, and where they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext, pgettext

from lianfang.cases.codes import PLACES
from lianfang.cases.models import Case, CaseStep, Stay, Where
from lianfang.cases.queries.cases import steps
from lianfang.cases.rules import course as rules
from lianfang.cases.rules.course import Course
from lianfang.core.clock import ZONE
from lianfang.orgs.models import Kind, Unit
from lianfang.people.models import Enrolment
from lianfang.people.models.roster import Belonging, Sex

# A diagnosis at the bedside alone is not counted as confirmed: the table of 2020 has no row of its own for it.
# 待核实: in Hubei, between 12 and 19 February 2020, it was.
CONFIRMED, SUSPECTED = frozenset({"confirmed"}), frozenset({"suspected", "clinical"})
AT_SCHOOL = "isolation"


@dataclass(frozen=True)
class Running:
    """A case as it stood at a moment. ``is_student``: as what the person belonged to the school."""

    case: Case
    course: Course
    is_student: bool

    @property
    def is_confirmed(self) -> bool:
        return self.course.certainty in CONFIRMED

    @property
    def is_suspected(self) -> bool:
        return self.course.certainty in SUSPECTED

    @property
    def is_here(self) -> bool | None:
        """Whether the person is at the school; None where nobody has said."""
        return self.course.place == AT_SCHOOL if self.course.place else None


def running(school: Unit, diseases: Collection[str], at: datetime) -> list[Running]:
    """The cases of these diseases that ran at the moment, as they were known then. Three queries."""
    rows = (
        Case.objects.filter(school=school, disease__in=diseases, opened_at__lte=at)
        .filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at))
        .select_related("unit", "person")
        .prefetch_related(Prefetch("steps", CaseStep.objects.filter(at__lte=at).order_by("number")))
        .order_by("opened_at", "pk")
    )
    found = [(row, rules.course(steps(row.steps.all()))) for row in rows]
    students = _students(school, {row.person_id for row, _ in found if row.person_id}, at.astimezone(ZONE).date())
    return [
        Running(row, course, students.get(row.person_id or row.pk, row.unit.kind == Kind.CLASS))
        for row, course in found
        if course.is_open and course.certainty != "excluded"
    ]


def _students(school: Unit, people: Collection[UUID], on: date) -> dict[UUID, bool]:
    """Whether each belonged to the school as a student on the day; of two belongings the later one."""
    if not people:
        return {}
    rows = Enrolment.objects.filter(school=school, person_id__in=people, from_on__lte=on).order_by("from_on")
    return {person: as_a == Belonging.STUDENT for person, as_a in rows.values_list("person_id", "as_a")}


def at_home(school: Unit, at: datetime) -> dict[UUID, bool]:
    """Who was isolated at home at the moment, by the stays: person → whether as a student. Two queries."""
    rows = Stay.objects.filter(school=school, where=Where.HOME, person__isnull=False, began_at__lte=at)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at)).select_related("unit")
    found = {row.person_id: row.unit.kind == Kind.CLASS for row in rows if row.person_id}
    return found | _students(school, set(found), at.astimezone(ZONE).date())


def telling(one: Running, on: date) -> str:
    """Sex, age, present place and treatment in one line, without the name, as the official table asks for it."""
    person, course = one.case.person, one.course
    sex = {Sex.MALE: pgettext("of a sick person", "male"), Sex.FEMALE: pgettext("of a sick person", "female")}
    parts = [str(sex.get(Sex(person.sex), "")), _age(person.born_on, on)] if person else []
    place = str(dict(PLACES).get(course.place, ""))
    if course.place_words:
        place = gettext("%(place)s (%(words)s)") % {"place": place, "words": course.place_words}
    line = gettext(", ").join(part for part in (*parts, place, course.treatment) if part)
    return line.replace(person.name, "") if person and person.name else line


def _age(born: date | None, on: date) -> str:
    if born is None:
        return ""
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return gettext("aged %(years)s") % {"years": years}
