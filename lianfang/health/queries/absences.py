"""Absences for pages: lists by due time, everything about one of them, the register of a class or school."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Prefetch, Q, QuerySet

from lianfang.core.clock import ZONE
from lianfang.health.models import Absence, DayStatus, Stage, Step, Tally
from lianfang.health.rules import tracing
from lianfang.health.rules.sent import Round
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Guardianship, User
from lianfang.people.rules.identity import age

VERB = "absence.trace"
OPEN = Q(closed_at__isnull=True)
_LATELY = timedelta(days=30)  # what is over stands in the list for so long

# By which checks somebody was missed, by the versions that count.
_MISSED = """
SELECT DISTINCT c.school_id, c.person_id, c."on", c.round
FROM unnest(%s::int[], %s::uuid[], %s::date[], %s::date[]) AS w (school_id, person_id, first, last)
JOIN health_check c ON c.school_id = w.school_id AND c.person_id = w.person_id AND c."on" BETWEEN w.first AND w.last
    AND c.source = 2 AND c.absence IN (1, 3)
WHERE NOT EXISTS (
    SELECT FROM health_roll n
    WHERE n.school_id = c.school_id AND n."on" = c."on" AND n.unit_id = c.unit_id AND n.round = c.round
      AND n.after = c.key)
"""


def visible(user: User) -> QuerySet[Absence]:
    """Those of the classes the user traces."""
    return Absence.objects.filter(access.scope(user, VERB, "unit__"))


def waiting(user: User) -> QuerySet[Absence]:
    """Open ones: what is due first, then what waits for the return only."""
    rows = visible(user).filter(OPEN).select_related("person", "unit", "school")
    return rows.order_by(F("due_at").asc(nulls_last=True), "from_on", "pk")


def over(user: User, now: datetime) -> QuerySet[Absence]:
    """Those that ended lately, the newest end first."""
    rows = visible(user).filter(closed_at__gt=now - _LATELY).exclude(stage=Stage.WITHDRAWN)
    return rows.select_related("person", "unit", "school").order_by("-closed_at", "pk")


def due_count(user: User, now: datetime) -> int:
    """How many wait for the user now."""
    return visible(user).filter(OPEN, due_at__lte=now).count()


def due_today(user: User, now: datetime) -> tuple[int, datetime | None]:
    """How many the user has to follow up until midnight, and until when the first."""
    rows = visible(user).filter(OPEN, due_at__lt=datetime.combine(now.date() + timedelta(days=1), time.min, ZONE))
    told = rows.aggregate(count=Count("pk"), first=Min("due_at"))
    return told["count"], told["first"]


def stages(user: User, now: datetime) -> Counter[str]:
    """How many are open by stage, "late" among them once more, and "over"."""
    found: Counter[str] = Counter()
    for stage, due_at in visible(user).filter(OPEN).values_list("stage", "due_at"):
        found[stage] += 1
        found["late"] += due_at is not None and due_at <= now
    found["over"] = visible(user).filter(closed_at__gt=now - _LATELY).exclude(stage=Stage.WITHDRAWN).count()
    return found


@dataclass(frozen=True)
class Opened:
    """One absence with what its page shows. ``day`` is the newest day missed, as it was found."""

    absence: Absence
    steps: list[Step]
    guardians: list[Guardianship]
    day: DayStatus | None


def guardians(absence: Absence) -> QuerySet[Guardianship]:
    return Guardianship.objects.filter(person=absence.person_id).select_related("guardian")


def opened(absence: Absence) -> Opened:
    """Three queries."""
    guardians = Guardianship.objects.filter(person=absence.person_id, to_on__isnull=True).select_related("guardian")
    day = DayStatus.objects.filter(school_id=absence.school_id, on=absence.last_on, person_id=absence.person_id)
    return Opened(
        absence, list(absence.steps.order_by("at", "pk")), list(guardians.order_by("position", "pk")), day.first()
    )


# ── the register ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One absence in the register. ``lost`` is in days of the span asked for; ``symptoms`` is a number of
    `rules.symptoms`."""

    absence: Absence
    age: int | None
    guardian: Guardianship | None
    symptoms: int
    steps: Sequence[Step]
    lost: Decimal

    @property
    def onset_on(self) -> date | None:
        return next((step.onset_on for step in reversed(self.steps) if step.onset_on), None)

    @property
    def seen_on(self) -> date | None:
        return next((step.seen_on for step in reversed(self.steps) if step.seen_on), None)

    @property
    def by(self) -> str:
        return self.steps[-1].by_name if self.steps else ""


def register(units: QuerySet[Unit], first: date, last: date) -> list[Line]:
    """Whoever of these units was missed between the days, in the order in which it began. Six queries."""
    rows = list(
        Absence.objects.filter(unit__in=units, from_on__lte=last, last_on__gte=first)
        .exclude(stage=Stage.WITHDRAWN).select_related("person", "unit").order_by("from_on", "unit__path", "pk")
        .prefetch_related(Prefetch("steps", queryset=Step.objects.order_by("at", "pk")))
    )  # fmt: skip
    people = [row.person_id for row in rows]
    guardians: dict[UUID, Guardianship] = {}
    held = Guardianship.objects.filter(person__in=people, to_on__isnull=True).select_related("guardian")
    for one in held.order_by("position", "pk"):
        guardians.setdefault(one.person_id, one)
    symptoms, lost = _symptoms(rows), _lost(rows, first, last)
    return [
        Line(
            row, age(row.person.born_on, last) if row.person.born_on else None, guardians.get(row.person_id),
            symptoms[row.pk], list(row.steps.all()), lost[row.pk],
        )
        for row in rows
    ]  # fmt: skip


def _symptoms(rows: Sequence[Absence]) -> Counter[UUID]:
    """Everything that was found on the days of each."""
    found: Counter[UUID] = Counter()
    if not rows:
        return found
    days = DayStatus.objects.filter(
        school_id__in={row.school_id for row in rows}, person_id__in={row.person_id for row in rows},
        on__gte=min(row.from_on for row in rows), on__lte=max(row.last_on for row in rows),
    )  # fmt: skip
    of_person = defaultdict(list)
    for day in days:
        of_person[day.school_id, day.person_id].append(day)
    for row in rows:
        for day in of_person[row.school_id, row.person_id]:
            if row.from_on <= day.on <= row.last_on:
                found[row.pk] |= day.symptoms
    return found


def _lost(rows: Iterable[Absence], first: date, last: date) -> dict[UUID, Decimal]:
    spans = [(row.school_id, row.person_id, max(row.from_on, first), min(row.last_on, last)) for row in rows]
    missed: dict[tuple[int, UUID, date], set[Round]] = defaultdict(set)
    if spans:
        with connection.cursor() as cursor:
            cursor.execute(_MISSED, [list(column) for column in zip(*spans, strict=True)])
            for school, person, on, number in cursor.fetchall():
                missed[school, person, on].add(Round(number))
    return {
        row.pk: sum(
            (tracing.lost(tracing.lessons(rounds)) for (school, person, on), rounds in missed.items()
             if (school, person) == (row.school_id, row.person_id) and row.from_on <= on <= row.last_on),
            Decimal(0),
        )
        for row in rows
    }  # fmt: skip


def causes(lines: Iterable[Line]) -> list[tuple[str, int, Decimal]]:
    """Cause ("" where it is not known yet), people, days lost: the most frequent first."""
    people: dict[str, set[UUID]] = defaultdict(set)
    days: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        people[line.absence.cause].add(line.absence.person_id)
        days[line.absence.cause] += line.lost
    return sorted(((cause, len(who), days[cause]) for cause, who in people.items()), key=lambda one: (-one[1], one[0]))


def attendance(unit: Unit, on: date) -> dict[str, Any] | None:
    """Expected, there, absent, through illness, on that day; None: no roll came, which is no zero."""
    row = Tally.objects.filter(school_id=unit.school_id or unit.pk, on=on, unit_id=unit.pk).first()
    if row is None or row.expected is None or not (row.morning or row.noon or row.evening):
        return None
    absent = row.ill + row.leave + row.unknown
    return {"expected": row.expected, "there": row.expected - absent, "absent": absent, "ill": row.ill}
