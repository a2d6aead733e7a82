"""What the system knows by itself of the cells of a return: from cases and from the day's checks.

No report is no zero: where classes have not reported, or nobody has said where a sick person is, a number is a lower
bound, and where nothing was found it is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from lianfang.cases.queries import figures as cases
from lianfang.cases.queries.figures import Running
from lianfang.core.clock import ZONE
from lianfang.health.queries import figures as checks
from lianfang.health.queries.figures import Heard
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.returns.spec import TOLD, Form, due_at

STUDENTS = "students"


@dataclass(frozen=True)
class Known:
    """The people behind a cell. ``said`` of ``of``: classes that have reported (``by`` "checks"), or people of whom it
    is known (``by`` "cases"). Who was destroyed counts by the id of the case."""

    people: tuple[UUID, ...]
    by: str
    said: int = 0
    of: int = 0
    sure: bool = True

    @property
    def number(self) -> int:
        return len(self.people)

    @property
    def value(self) -> int | None:
        """What the form starts with."""
        return self.number if self.sure or self.number else None


@dataclass
class Facts:
    """What is asked of a school for a day, each thing once, and only when a field asks for it."""

    form: Form
    school: Unit
    on: date
    at: datetime
    _found: dict[str, dict[UUID, bool]] = field(default_factory=dict)

    @cached_property
    def cases(self) -> list[Running]:
        return cases.running(self.school, self.form.diseases, self.at)

    @cached_property
    def heard(self) -> Heard:
        return checks.heard(self.school, self.on)

    def found(self, what: str) -> dict[UUID, bool]:
        """Who is isolated at home is said by whoever sent them there; no roll says where somebody is."""
        if what not in self._found:
            at_home = what == "isolated"
            self._found[what] = (
                cases.at_home(self.school, self.at) if at_home else checks.found(self.school, self.on, what)
            )
        return self._found[what]

    def cell(self, indicator: str, group: str) -> Known:
        room, _, what = indicator.partition(".")
        students = group == STUDENTS
        return self._of_cases(what, students) if room == "cases" else self._of_checks(what, students)

    def _of_cases(self, what: str, students: bool) -> Known:
        which: Callable[[Running], bool] = _CERTAIN[what.removesuffix("_here")]
        all_of = [one for one in self.cases if one.is_student == students and which(one)]
        mine = [one for one in all_of if one.is_here] if what.endswith("_here") else all_of
        people = tuple(dict.fromkeys(one.case.person_id or one.case.pk for one in mine))
        if not what.endswith("_here"):
            return Known(people, "cases")
        told = sum(one.is_here is not None for one in all_of)
        return Known(people, "cases", told, len(all_of), sure=told == len(all_of))

    def _of_checks(self, what: str, students: bool) -> Known:
        people = tuple(person for person, is_student in self.found(what).items() if is_student == students)
        if not students:  # no roll calls the staff as classes are called
            return Known(people, "staff", sure=False)
        heard = self.heard
        return Known(people, "checks", heard.reported, heard.of, sure=0 < heard.of == heard.reported)


_CERTAIN: dict[str, Callable[[Running], bool]] = {
    "confirmed": lambda one: one.is_confirmed,
    "suspected": lambda one: one.is_suspected,
}


def facts(form: Form, school: Unit, on: date, now: datetime) -> Facts:
    """As known now; of a past day as known at its end."""
    return Facts(form, school, on, min(now, due_at(on, "24:00")))


def known(facts: Facts) -> dict[str, Known]:
    """Cell → what is known, for the counts that name an indicator."""
    return {
        cell: facts.cell(entry.indicator, cell.partition(".")[2])
        for entry in facts.form.counts
        if entry.indicator
        for cell in facts.form.cells_of(entry)
    }


def laid_under(facts: Facts, cells: dict[str, Any], found: dict[str, Known]) -> dict[str, Any]:
    """The cells, with what the system knows in those that are still blank."""
    texts = {entry.id for entry in facts.form.texts if entry.indicator == TOLD and entry.id in cells}
    filled = {cell: found[cell].value if value is None and cell in found else value for cell, value in cells.items()}
    on = facts.at.astimezone(ZONE).date()
    for cell in texts:
        if filled[cell] is None:
            filled[cell] = "\n".join(cases.telling(one, min(on, facts.on)) for one in facts.cases) or None
    return filled


@dataclass(frozen=True)
class Named:
    """One of those behind a figure; ``place``: the class or office they belong to that day, None where to none."""

    person: Person
    place: Unit | None


def people(school: Unit, known: Known, on: date) -> list[Named]:
    """Those behind a figure, by name. Who was destroyed is left out. Two queries."""
    found = Person.objects.filter(pk__in=known.people).order_by("pinyin", "pk")
    rows = Enrolment.objects.on(on).filter(school=school, person_id__in=known.people).select_related("unit")
    places = {row.person_id: row.unit for row in rows.order_by("from_on")}
    return [Named(person, places.get(person.pk)) for person in found]


def may_see(user: User, school: Unit) -> bool:
    """Names behind figures are medical facts."""
    return access.can(user, "case.view", school)
