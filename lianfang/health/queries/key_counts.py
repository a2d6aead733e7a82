"""Counts of key people of a day, by class and unit. They follow from the days on which people were listed and ended, so
those of a day that has passed do not change."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from lianfang.core.clock import ZONE
from lianfang.health.models import Answer, KeyPerson
from lianfang.health.queries.key_people import VERB, on_day
from lianfang.health.rules import key_editions
from lianfang.health.rules.key_editions import Class, Edition
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, User

DAY = timedelta(days=1)
VERBS = (VERB, "health.board")  # who looks after people, who sees numbers
_SCHOOLS = (Kind.SCHOOL, Kind.TRAINING)


@dataclass
class Heads:
    """Of a unit with everything below it. ``people`` None: nobody has looked yet, so nothing is known of any class."""

    people: int | None = None
    classes: Counter[str] = field(default_factory=Counter)

    def count(self, code: str) -> int | None:
        return None if self.people is None else self.classes[code]

    @property
    def general(self) -> int | None:
        """Everybody whom no rule names."""
        return None if self.people is None else max(self.people - self.classes.total(), 0)


def rows_of(unit: Unit, on: date) -> list[Unit]:
    """The units below one inside a school, one level; the unit itself where there is none. One query."""
    below = Unit.objects.on(on).filter(parent=unit).order_by("position", "code")
    return list(below) or [unit]


def of_units(unit: Unit, rows: Iterable[Unit], on: date) -> dict[int, Heads]:
    """Of a unit inside a school, by the units below it; what stands at the unit itself, under its own key. Three
    queries."""
    paths = {row.path: row.pk for row in rows}
    found = {pk: Heads() for pk in {*paths.values(), unit.pk}}
    if not begun(Unit.objects.filter(pk=unit.school_id or unit.pk), on):
        return found
    for heads in found.values():
        heads.people = 0
    listed = KeyPerson.objects.filter(on_day(on), unit__path__startswith=unit.path).order_by()
    for path, code, number in listed.values_list("unit__path", "category").annotate(n=Count("pk")):
        found[_below(path, paths, unit.pk)].classes[code] += number
    held = Enrolment.objects.on(on).filter(unit__path__startswith=unit.path).order_by().values_list("unit__path")
    for path, number in held.annotate(n=Count("person", distinct=True)):
        heads = found[_below(path, paths, unit.pk)]
        heads.people = (heads.people or 0) + number
    return found


def of_schools(schools: QuerySet[Unit], on: date) -> dict[int, Heads]:
    """Of each school that keeps a register by that day, of listed people only. Two queries."""
    found = {pk: Heads(0) for pk in begun(schools, on)}
    listed = KeyPerson.objects.filter(on_day(on), school__in=found).order_by()
    for school, code, number in listed.values_list("school", "category").annotate(n=Count("pk")):
        found[school].classes[code] += number
    return found


def seen(user: User, pk: int) -> Unit | None:
    """A unit whose counts the user may see."""
    units = Unit.objects.filter(access.scope(user, VERBS[0]) | access.scope(user, VERBS[1]))
    return units.filter(pk=pk).select_related("school", "parent").first()


def schools(unit: Unit, on: date) -> QuerySet[Unit]:
    """The schools of an area; of a school or of a part of one the school itself."""
    if unit.school_id is not None:
        return Unit.objects.filter(pk=unit.school_id)
    return Unit.objects.on(on).filter(path__startswith=unit.path, kind__in=_SCHOOLS)


def begun(schools: QuerySet[Unit], on: date) -> set[int]:
    """Schools that have looked by that day: somebody was listed, or somebody has said where they were."""
    listed = KeyPerson.objects.filter(school=OuterRef("pk"), from_on__lte=on)
    answered = Answer.objects.filter(school=OuterRef("pk"), at__lt=datetime.combine(on + DAY, time(), ZONE))
    return set(schools.filter(Exists(listed) | Exists(answered)).values_list("pk", flat=True))


def columns(edition: Edition | None, codes: Iterable[str]) -> list[Class]:
    """The followed classes of an edition; then those of others in which somebody still is."""
    own = list(edition.followed) if edition else []
    rest = sorted({*codes} - {one.code for one in own})
    known = {one.code: one for each in key_editions.catalog().values() for one in each.followed}
    return [*own, *(known[code] for code in rest if code in known)]


def _below(path: str, rows: dict[str, int], own: int) -> int:
    """Under which of the rows a unit lies: paths are prefixes of ids ("/1/7/", "/1/7/12/")."""
    return next((pk for above, pk in rows.items() if path.startswith(above)), own)
