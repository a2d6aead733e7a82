"""The days of one person: what was said on each, and what it comes to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lianfang.core import prepared
from lianfang.health.models import Check, Group, Roll
from lianfang.health.queries import limits
from lianfang.health.queries import seats as places_in
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Absence, Day, Statement, derive, has_fever
from lianfang.people.models import Enrolment, Person, User

Key = tuple[int, date, int]  # school, day, key of a roll


@dataclass(frozen=True)
class OneDay:
    """``checks``: what was said of the person by name, as far as it is in force. A day at two schools is two."""

    on: date
    school_id: int
    day: Day
    checks: tuple[Check, ...]


def person_of(user: User) -> Person | None:
    """The person on the roster whom the account belongs to."""
    return Person.objects.filter(accounts=user, purged_at__isnull=True).first()


def belongings(person: Person) -> QuerySet[Enrolment]:
    """Everywhere the person belonged, the newest first."""
    return Enrolment.objects.filter(person=person).select_related("unit__school").order_by("-from_on")


def of_person(
    person: UUID, belongings: Sequence[Enrolment], first: date, last: date, schools: Collection[int]
) -> list[OneDay]:  # fmt: skip
    """In order. Days on which the person belonged to none of these schools are left out. Seven queries at most, however
    long; the checks are asked for by every single day, which is what their key finds."""
    span = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    seats = _seats([row for row in belongings if row.school_id in schools], span)
    if not seats:
        return []
    checks = Check.objects.filter(school_id__in=schools, on__in=span, person_id=person).order_by("at", "key")
    said: dict[tuple[int, date], list[Check]] = defaultdict(list)
    for check in checks:
        said[check.school_id, check.on].append(check)
    units = {row.unit_id for row in seats.values()} | {check.unit_id for rows in said.values() for check in rows}
    groups = dict(Group.objects.filter(unit__school__in=schools).values_list("pk", "unit_id"))
    counting = _counting(schools, span, units | {*groups.values()})
    whom = [(school, on, person) for school, on in seats]
    inside, elsewhere = places_in.in_groups(whom, groups), _interns(whom) if groups else set()
    return [
        _day(
            school,
            on,
            row,
            said.get((school, on), []),
            counting.get((school, on), []),
            {group for group, day, _ in inside if day == on},
            in_class=(on, person) not in elsewhere,
        )
        for (school, on), row in sorted(seats.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


def _interns(whom: Sequence[tuple[int, date, UUID]]) -> set[tuple[date, UUID]]:
    (groups,) = prepared.ask(places_in.intern_groups({school for school, _, _ in whom}))
    return places_in.interns(whom, groups)


def _seats(belongings: Sequence[Enrolment], span: Sequence[date]) -> dict[tuple[int, date], Enrolment]:
    """Where the person belonged on each day; of two places in one school the one that began last."""
    found = {}
    for row in sorted(belongings, key=lambda one: one.from_on):
        for on in span:
            if row.from_on <= on and (row.to_on is None or row.to_on >= on):
                found[row.school_id, on] = row
    return found


def _counting(
    schools: Collection[int], span: Sequence[date], units: Collection[int]
) -> dict[tuple[int, date], list[Roll]]:
    """Rolls of these units that no other version came after."""
    rows = list(Roll.objects.filter(school_id__in=schools, on__in=span, unit_id__in=units))
    followed = {(row.school_id, row.on, row.unit_id, row.group_id, row.round, row.after) for row in rows}
    found: dict[tuple[int, date], list[Roll]] = defaultdict(list)
    for row in rows:
        if (row.school_id, row.on, row.unit_id, row.group_id, row.round, row.key) not in followed:
            found[row.school_id, row.on].append(row)
    return found


def _day(
    school: int, on: date, belonging: Enrolment, said: Sequence[Check], rolls: Sequence[Roll],
    groups: Collection[int], *, in_class: bool,
) -> OneDay:  # fmt: skip
    """``groups``: those the person was in. ``in_class``: the roll of their class speaks of them."""
    keys, corrected = {row.key for row in rolls}, {(check.source, check.after) for check in said}
    checks = [
        check
        for check in said
        if (check.source != Source.ROLL or check.key in keys) and (check.source, check.key) not in corrected
    ]
    statements = [_statement(check) for check in checks]
    named = {check.key for check in checks}
    own = [
        row for row in rolls
        if row.key not in named
        and (row.group_id in groups if row.group_id else in_class and row.unit_id == belonging.unit_id)
    ]  # fmt: skip
    statements += [Statement(row.at, Absence.NONE, 0) for row in own]
    away = bool(
        belonging.away_from and belonging.away_from <= on and (not belonging.away_to or belonging.away_to >= on)
    )
    return OneDay(on, school, derive(statements, away=away), tuple(checks))


def _statement(check: Check) -> Statement:
    hot = False
    if check.temperature is not None or check.temperature_again is not None:
        hot = has_fever(check.temperature, check.temperature_again, limits.fever(check.school_id, check.on))
    absence = None if check.absence is None else Absence(check.absence)
    return Statement(check.at, absence, check.symptoms, hot)
