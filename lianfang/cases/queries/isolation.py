"""Isolation places, their beds, and who is kept apart. Who lies where is for those who may see cases; everybody
else who keeps the places gets numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.cases.models import Bed, Case, Cleaning, IsolationPlace, Leaving, Observation, Stay, Why, Zone
from lianfang.cases.queries import cases
from lianfang.cases.rules import isolation as rules
from lianfang.cases.rules.isolation import Legal
from lianfang.core.clock import ZONE
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.policies import diseases
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import Edition

VIEW, PLACES, NAMES, STAYS = "isolation.view", "isolation.manage", "case.view", "case.manage"
FREE, TAKEN, CLEANED = "free", "taken", "cleaned"
SCHOOLS = (Kind.SCHOOL, Kind.TRAINING)


def schools(user: User, verb: str = VIEW) -> list[Unit]:
    return list(access.units_for(user, verb).filter(kind__in=SCHOOLS).order_by("path"))


def places(user: User, verb: str = VIEW) -> QuerySet[IsolationPlace]:
    return IsolationPlace.objects.filter(access.scope(user, verb, "school__")).select_related("school", "by")


def stays(user: User, verb: str = NAMES) -> QuerySet[Stay]:
    """With names, so for those who may see cases."""
    rows = Stay.objects.filter(access.scope(user, verb, "unit__"))
    return rows.select_related("person", "unit", "school", "bed__place", "case", "by", "ended_by")


def listed(user: User, *, running: bool) -> QuerySet[Stay]:
    """What ends first stands first; of what is over the newest, without the moves."""
    rows = stays(user)
    if running:
        return rows.filter(ended_at__isnull=True).order_by("until", "began_at")
    return rows.filter(ended_at__isnull=False).exclude(ending="moved").order_by("-ended_at", "-pk")


def running(person: UUID) -> Stay | None:
    return Stay.objects.filter(person=person, ended_at__isnull=True).select_related("bed__place", "unit").first()


def chain(stay: Stay) -> list[Stay]:
    """The places before this one, the newest first."""
    found: list[Stay] = []
    row = stay
    while row.after_id and len(found) < 50:
        row = Stay.objects.select_related("bed__place", "by", "ended_by").get(pk=row.after_id)
        found.append(row)
    return found


def observation(stay: Stay) -> Observation | None:
    """The one that runs, else the last one of the time somebody was kept apart."""
    if stay.person_id is None:
        return None
    rows = Observation.objects.filter(person=stay.person_id, school=stay.school_id)
    if stay.ended_at:
        rows = rows.filter(began_at__lte=stay.ended_at)
    return rows.order_by("-began_at").first()


@dataclass(frozen=True)
class BedState:
    bed: Bed
    state: str
    stay: Stay | None = None


@dataclass
class Occupied:
    """A place and its beds in the order of rooms. ``people``: who lies there, by bed, for those who may know."""

    place: IsolationPlace
    beds: list[BedState] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.beds)

    def rooms(self) -> list[tuple[str, list[BedState]]]:
        return [(room, list(rows)) for room, rows in groupby(self.beds, key=lambda one: one.bed.room)]


def occupancy(places: Iterable[IsolationPlace], *, names: bool) -> list[Occupied]:
    """How each place stands now. Two queries, one more with names."""
    found = {one.pk: Occupied(one) for one in places}
    beds = list(_states(Bed.objects.filter(place__in=found, closed_at__isnull=True)))
    beds.sort(key=lambda bed: (len(bed.room), bed.room, bed.number))
    lying: dict[UUID | None, Stay] = {}
    if names:
        rows = Stay.objects.filter(bed__place__in=found, ended_at__isnull=True).select_related("person", "unit")
        lying = {row.bed_id: row for row in rows}
    for bed in beds:
        found[bed.place_id].beds.append(BedState(bed, state(bed), lying.get(bed.pk)))
    return list(found.values())


def _states(rows: QuerySet[Bed]) -> QuerySet[Bed]:
    return rows.annotate(
        taken=Exists(Stay.objects.filter(bed=OuterRef("pk"), ended_at__isnull=True)),
        cleaned=Exists(
            Cleaning.objects.filter(bed=OuterRef("pk"), done_at__isnull=True, dropped_at__isnull=True)
        ),
    )  # fmt: skip


def state(bed: Bed) -> str:
    """Of one that was read with its state."""
    return TAKEN if getattr(bed, "taken", False) else CLEANED if getattr(bed, "cleaned", False) else FREE


def with_state(bed: UUID) -> Bed:
    return _states(Bed.objects.select_related("place")).get(pk=bed)


def free_beds(school: Unit) -> list[Bed]:
    """Those somebody can be put into now, by place and room."""
    rows = Bed.objects.filter(place__school=school, closed_at__isnull=True, place__closed_at__isnull=True)
    free = [bed for bed in _states(rows).select_related("place") if state(bed) == FREE]
    return sorted(free, key=lambda bed: (bed.place.zone, bed.place.name, len(bed.room), bed.room, bed.number))


def away_by_zone(school: Unit) -> dict[str, int]:
    """How many are kept apart at home and in hospitals."""
    rows = Stay.objects.filter(school=school, ended_at__isnull=True, bed__isnull=True).values_list("where", flat=True)
    found = {"home": 0, "hospital": 0}
    for where in rows:
        found[where] += 1
    return found


def fits(why: str, zone: str) -> bool:
    """Whether somebody may be put into that zone without a reason."""
    return (why == Why.ARRIVAL) == (zone == Zone.RISK_AREA)


def about(user: User, person: UUID | None) -> Enrolment | None:
    """The person and class of whom a stay may begin."""
    return cases.about(user, person)


def case_of(person: Person) -> Case | None:
    """The newest case of somebody that runs."""
    rows = Case.objects.filter(person=person, closed_at__isnull=True).select_related("school")
    return rows.order_by("-opened_at").first()


def book(school: Unit, on: date) -> list[tuple[str, Edition]]:
    """Diseases with rules here today: (id, edition)."""
    return [(disease.id, edition) for disease, edition in policies.rulebook(school, on) if edition]


def edition_of(school: Unit, disease: str, case: Case | None, on: date) -> Edition | None:
    """A case keeps the edition it was opened under; everybody else gets today's."""
    if case is not None and case.disease == disease:
        return cases.rules_of(case)
    file = diseases.catalog().get(disease)
    return policies.rules_of(file, school, on) if file else None


def apart(on: date, person: UUID | None = None) -> dict[int, set[UUID]]:
    """Who is kept apart on a day, by school: from the day a stay begins to the one before it ends, on one day alone
    too. What was entered by mistake never was. A school that somebody left that day is there, if with nobody."""
    first, after = datetime.combine(on, time.min, ZONE), datetime.combine(on + timedelta(days=1), time.min, ZONE)
    rows = Stay.objects.filter(person__isnull=False, began_at__lt=after)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=first))
    found: dict[int, set[UUID]] = {}
    for row in rows.filter(person=person) if person else rows:
        people = found.setdefault(row.school_id, set())
        lasts = row.ended_at is None or row.ended_at >= after or row.began_at >= first
        if row.person_id and lasts and row.ending != Leaving.MISTAKE:
            people.add(row.person_id)
    return found


def account(pk: int | None) -> User | None:
    """Who did what an event tells of."""
    return User.objects.filter(pk=pk or 0).first()


def legal(school: Unit, disease: str, edition: Edition, why: str, on: date) -> Legal | None:
    return rules.legal(edition, why, policies.level(school, on, disease))
