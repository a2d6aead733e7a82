"""Who was found ill, missing or with symptoms on a day, by name: for those who look after them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from lianfang.health.models import Absence, Check, DayStatus, Roll, Stage
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import FINDINGS, Status
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


@dataclass(frozen=True)
class Finding:
    """One person's day. ``tenths``: the highest temperature that counts; ``since``: the first day of the absence that
    goes on, else when it began as somebody said."""

    day: DayStatus
    person: Person
    unit: Unit
    tenths: int | None
    seen_by_doctor: bool
    since: date | None
    absence: Absence | None

    @property
    def status(self) -> Status:
        return Status(self.day.status)


def of_unit(unit: Unit, on: date) -> list[Finding]:
    """Findings of a school or class, by class and name. Six queries, whatever the number of people."""
    school = unit.school_id or unit.pk
    units = {one.pk: one for one in Unit.objects.filter(school_id=school, path__startswith=unit.path)}
    rows = DayStatus.objects.filter(school_id=school, on=on, status__in=[int(one) for one in FINDINGS])
    if unit.pk != school:
        rows = rows.filter(unit_id__in=list(units))
    days = {UUID(str(row.person_id)): row for row in rows if row.unit_id in units}
    people = Person.objects.filter(purged_at__isnull=True).in_bulk(list(days))
    said = _in_force(school, on, list(people))
    absences = _absences(school, on, list(people))
    found = [
        _finding(day, people[who], units[day.unit_id], said.get(who, []), absences.get(who))
        for who, day in days.items()
        if who in people
    ]
    return sorted(found, key=lambda one: (one.unit.path, one.person.pinyin, str(one.person.pk)))


def _finding(day: DayStatus, person: Person, unit: Unit, said: list[Check], absence: Absence | None) -> Finding:
    measured = [one.temperature_again or one.temperature for one in said if one.temperature_again or one.temperature]
    began = [one.onset_on for one in said if one.onset_on]
    return Finding(
        day, person, unit, max((value for value in measured if value), default=None),
        any(one.seen_by_doctor for one in said), absence.from_on if absence else min(began, default=None), absence,
    )  # fmt: skip


def _in_force(school: int, on: date, people: list[UUID]) -> dict[UUID, list[Check]]:
    """What was said of each that no later version has replaced. Two queries."""
    if not people:
        return {}
    rolls = Roll.objects.filter(school_id=school, on=on)
    followed = set(rolls.filter(after__isnull=False).values_list("after", flat=True))
    rows = list(Check.objects.filter(school_id=school, on=on, person_id__in=people))
    corrected = {(row.person_id, row.source, row.after) for row in rows if row.after is not None}
    found: dict[UUID, list[Check]] = {}
    for row in rows:
        replaced = row.key in followed if row.source == Source.ROLL else False
        if not replaced and (row.person_id, row.source, row.key) not in corrected:
            found.setdefault(UUID(str(row.person_id)), []).append(row)
    return found


def _absences(school: int, on: date, people: list[UUID]) -> dict[UUID, Absence]:
    """The absence that each day is part of."""
    rows = Absence.objects.filter(
        Q(last_on__gte=on) | Q(closed_at__isnull=True), school_id=school, person_id__in=people, from_on__lte=on
    ).exclude(stage=Stage.WITHDRAWN)  # fmt: skip
    return {UUID(str(row.person_id)): row for row in rows.order_by("from_on")}
