"""Who fell ill after eating or drinking together: the other branch of the rule of 2006, where signs need not be alike.

The group is those who ate; it counts for what the rules ask of a suspected food poisoning, and class by class for what
they ask of people with the same signs. Counted is whoever falls ill (`rules.thresholds.episodes`) from that day on,
within `SPAN`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lianfang.core.clock import ZONE
from lianfang.health.models import DayStatus
from lianfang.health.rules import symptoms
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import Disease, Edition, Threshold
from lianfang.surveillance.models import Exposure
from lianfang.surveillance.queries.clusters import FOLLOW
from lianfang.surveillance.queries.counting import Hit
from lianfang.surveillance.rules.thresholds import episodes

# The longest usual time from a meal to the first sign (bacteria, noroviruses) is three days. 待核实: no text of the
# rules says how long a meal counts.
SPAN = timedelta(days=3)
_BEFORE = timedelta(days=14)
POISONING, ALIKE = "food_poisoning", "group_illness"


def of_meals(on: date, schools: Collection[int] | None = None) -> list[Hit]:
    """Thresholds that those who ate together have reached on that day. Three queries for each such meal."""
    rows = in_force().filter(had_at__date__gt=on - SPAN - timedelta(days=1), had_at__date__lte=on)
    if schools is not None:
        rows = rows.filter(school__in=schools)
    return [hit for exposure in rows.select_related("school") for hit in _reached(exposure, on)]


def in_force() -> QuerySet[Exposure]:
    return Exposure.objects.filter(withdrawn_at__isnull=True)


def _reached(exposure: Exposure, on: date) -> Iterator[Hit]:
    book = {disease.id: (disease, edition) for disease, edition in policies.rulebook(exposure.school, on)}
    disease, edition = book[POISONING]
    if edition is None:
        return
    together = fallen_ill(exposure, on, edition)
    everybody = {person: day for rows in together.values() for person, day in rows.items()}
    for row in edition.thresholds:
        persons = _within(everybody, on, row)
        if row.of == "symptomatic" and len(persons) >= row.cases:
            place = str(exposure.school_id)
            yield Hit(exposure.school_id, disease.id, edition.id, row, disease.id, "school", place, persons)
    yield from _of_classes(exposure, together, *book[ALIKE], on)


def _of_classes(
    exposure: Exposure, together: dict[int, dict[UUID, date]], disease: Disease, edition: Edition | None, on: date
) -> Iterator[Hit]:  # fmt: skip
    for row in edition.thresholds if edition else ():
        for unit, rows in sorted(together.items()):
            persons = _within(rows, on, row)
            if row.of == "symptomatic" and "class" in row.groups and edition and len(persons) >= row.cases:
                yield Hit(
                    exposure.school_id, disease.id, edition.id, row, POISONING, "class", str(unit), persons
                )  # fmt: skip


def _within(persons: dict[UUID, date], on: date, row: Threshold) -> dict[UUID, date]:
    return {person: day for person, day in persons.items() if on - timedelta(days=row.days) < day <= on}


def fallen_ill(exposure: Exposure, on: date, edition: Edition) -> dict[int, dict[UUID, date]]:
    """Unit → person → first day of an illness with signs of the rule, of those who ate, by the day ``on``."""
    had = exposure.had_at.astimezone(ZONE).date()
    bits = symptoms.packed({code for rule in edition.suspicion for code in (*rule.all, *rule.any)})
    days: dict[tuple[int, UUID], list[date]] = defaultdict(list)
    rows = DayStatus.objects.filter(
        school_id=exposure.school_id, on__gt=had - _BEFORE, on__lte=on, unit_id__in=exposure.units
    )
    for unit, person, day, signs in rows.values_list("unit_id", "person_id", "on", "symptoms"):
        if signs & bits:
            days[unit, person].append(day)
    found: dict[int, dict[UUID, date]] = defaultdict(dict)
    for (unit, person), told in days.items():
        after = [day for day in episodes(told) if had <= day <= had + SPAN]
        if after:
            found[unit][person] = after[0]
    return found


def schools(user: User) -> list[Unit]:
    """Where the user may note what was eaten together."""
    found = access.units_for(user, FOLLOW).filter(kind__in=(Kind.SCHOOL, Kind.TRAINING))
    return list(found.order_by("path"))


def classes(school: Unit, on: date) -> list[Unit]:
    rows = Unit.objects.on(on).filter(school=school, kind=Kind.CLASS)
    return list(rows.order_by("path", "position", "code"))


def noted(user: User) -> QuerySet[Exposure]:
    """At one's schools, the newest first."""
    rows = Exposure.objects.filter(access.scope(user, FOLLOW, "school__"))
    return rows.select_related("school", "by").order_by("-had_at", "-pk")


def of_school(school: Unit, last: date) -> list[Exposure]:
    """What was eaten together at a school in the days before ``last``."""
    rows = in_force().filter(school=school, had_at__date__gte=last - timedelta(days=14), had_at__date__lte=last)
    return list(rows.select_related("by").order_by("-had_at"))
