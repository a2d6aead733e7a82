"""What a roll is of: a class, or a group that is checked beside the classes; its rounds of a day, and its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from lianfang.core.clock import ZONE
from lianfang.health.models import Absence, DayStatus, Group, Roll
from lianfang.health.queries import limits, seats
from lianfang.health.rules import plan
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.plan import Wanted
from lianfang.health.rules.status import FINDINGS, Status
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import calendar
from lianfang.people import access
from lianfang.people.models import Enrolment, Lodging, Person, User

VERB = "roll.submit"
_ILL = FINDINGS - {Status.LEAVE}


@dataclass(frozen=True)
class Place:
    """A class, or a group of ``unit``."""

    unit: Unit
    group: Group | None = None

    @property
    def group_id(self) -> int:
        return self.group.pk if self.group else 0

    @property
    def school_id(self) -> int:
        return self.unit.school_id or self.unit.pk

    @property
    def seat(self) -> Seat:
        return Seat(self.school_id, self.unit.pk)

    @property
    def kind(self) -> str:
        return self.group.kind if self.group else "class"

    @property
    def label(self) -> str:
        return self.group.label if self.group else self.unit.label

    @property
    def address(self) -> str:
        """As it stands in an address: "412", "412-3"."""
        return f"{self.unit.pk}-{self.group.pk}" if self.group else str(self.unit.pk)

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True)
class Member:
    """One tile of the sheet. ``place`` is the order in the list; ``beside`` tells where somebody of a group belongs."""

    person: UUID
    name: str
    place: int
    beside: str = ""


@dataclass(frozen=True)
class Before:
    """What is known of somebody from the days before: the newest finding, and whether an absence is open."""

    on: date
    status: int
    symptoms: int
    absent_since: date | None = None


def find(user: User, unit: int, group: int | None) -> Place | None:
    """The class or group, if the user may report for it."""
    mine = access.units_for(user, VERB).filter(school__isnull=False)
    if group is None:
        found = mine.filter(pk=unit, kind="class").first()
        return Place(found) if found else None
    row = Group.objects.filter(pk=group, unit_id=unit, unit__in=mine).select_related("unit").first()
    return Place(row.unit, row) if row else None


def mine(user: User, on: date) -> list[Place]:
    """Classes that exist on that day and groups, for which the user reports."""
    units = access.units_for(user, VERB).filter(school__isnull=False)
    classes = units.on(on).filter(kind="class").order_by("path", "position", "code")
    return [*(Place(unit) for unit in classes), *groups(on, unit__in=units)]


def groups(on: date, **where: Any) -> list[Place]:
    """Groups that stand on that day."""
    rows = Group.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), from_on__lte=on, **where)
    return [Place(group.unit, group) for group in rows.select_related("unit").order_by("label")]


def rounds(places: Iterable[Place], on: date) -> dict[Place, list[Wanted]]:
    """The rounds each owes on that day. Two questions a school."""
    of_school: dict[int, tuple[dict[str, str], frozenset[str]]] = {}
    found = {}
    for place in places:
        if place.school_id not in of_school:
            decided = dict(limits.decided(place.school_id, on))
            of_school[place.school_id] = (decided, limits.asked_for(place.unit, on))
        decided, asked = of_school[place.school_id]
        running = calendar.running(place.unit, on)
        found[place] = plan.wanted(decided, asked=asked, running=running, kind=place.kind)
    return found


def due_at(wanted: Wanted, on: date) -> datetime:
    return datetime.combine(on, wanted.due, ZONE)


def members(place: Place, on: date) -> list[Member]:
    """Who is expected, in the order of the school's numbers. Who is on leave of absence is not, nor in their class the
    interns whom a group of their own reports."""
    rows = Enrolment.objects.on(on).exclude(
        Q(away_from__lte=on) & (Q(away_to__isnull=True) | Q(away_to__gte=on))
    )  # fmt: skip
    if place.group:
        rows = rows.filter(school_id=place.school_id, person_id__in=seats.of_group(place.group, on))
    else:
        rows = rows.filter(unit_id=place.unit.pk).exclude(person_id__in=seats.out_of_class(place.unit, on))
    rows = rows.select_related("person", "unit").order_by("unit__path", "number", "spelt", "from_on")
    once = {row.person_id: row for row in rows}
    return [
        Member(row.person_id, row.person.name, number, row.unit.label if place.group else "")
        for number, row in enumerate(once.values(), 1)
    ]


def before(place: Place, on: date, people: Iterable[UUID]) -> dict[UUID, Before]:
    """Who was ill or missing the last time the group reported (in the seven days before), and whose absence is still
    open. Three queries."""
    wanted, since_day = list(people), on - timedelta(days=7)
    past: dict[str, Any] = {"school_id": place.school_id, "on__lt": on, "on__gte": since_day}
    rolls = Roll.objects.filter(**past, unit_id=place.unit.pk, group_id=place.group_id)
    last = rolls.aggregate(last=Max("on"))["last"]
    open_ones = Absence.objects.filter(school_id=place.school_id, person_id__in=wanted, closed_at__isnull=True)
    found = {row.person_id: Before(row.last_on, row.status, 0, row.from_on) for row in open_ones}
    since = {person: one.absent_since for person, one in found.items()}
    rows = DayStatus.objects.filter(**past, person_id__in=wanted, status__in=[int(one) for one in _ILL])
    for row in rows.order_by("on"):
        if row.on == last or row.person_id in since:
            found[row.person_id] = Before(row.on, row.status, row.symptoms, since.get(row.person_id))
    return {person: found[person] for person in wanted if person in found}


def exists(place: Place, on: date) -> bool:
    """Whether the class, or the group and its unit, stands on that day."""
    group = place.group
    if group and (on < group.from_on or (group.to_on is not None and on > group.to_on)):
        return False
    return place.unit.pk in seats.of_units([place.unit.pk], on)


@dataclass(frozen=True)
class Particulars:
    sex: str
    born_on: date | None
    room: str

    def age(self, on: date) -> int | None:
        if self.born_on is None:
            return None
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


def particulars(place: Place, people: Iterable[UUID], on: date) -> dict[UUID, Particulars]:
    """What the official sheet asks of those it lists. Two queries."""
    wanted = list(people)
    current = Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
    beds = Lodging.objects.filter(current, school_id=place.school_id, kind="boarder", person_id__in=wanted)
    rooms = {bed.person_id: str(bed) for bed in beds}
    return {
        person.pk: Particulars(str(person.get_sex_display()) if person.sex in (1, 2) else "", person.born_on,
                               rooms.get(person.pk, ""))
        for person in Person.objects.filter(pk__in=wanted)
    }  # fmt: skip


def school_name(place: Place) -> str:
    return Unit.objects.get(pk=place.school_id).name
