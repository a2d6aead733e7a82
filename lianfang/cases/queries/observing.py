"""Who is watched, what was measured, whose round waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from lianfang.cases.models import Observation, Reading
from lianfang.cases.rules import observing as rules
from lianfang.core import clock
from lianfang.health.queries import limits
from lianfang.people import access
from lianfang.people.models import User

VERB = "observation.take"


def visible(user: User) -> QuerySet[Observation]:
    """Those one may measure: of one's class, or of one's school."""
    rows = Observation.objects.filter(access.scope(user, VERB, "unit__"), person__isnull=False)
    return rows.select_related("person", "unit", "school")


def running(user: User) -> list[Observation]:
    return list(visible(user).filter(ended_at__isnull=True).order_by("unit__path", "person__pinyin", "pk"))


def taken(observations: Collection[UUID], on: date) -> set[tuple[UUID, str]]:
    """(observation, round) of the day that were measured."""
    rows = Reading.objects.filter(observation__in=observations, on=on, corrects__isnull=True)
    return set(rows.values_list("observation_id", "round"))


def due_count(user: User, now: datetime) -> int:
    """How many wait for their temperature at this moment."""
    on = clock.day_of(now)
    rows = list(visible(user).filter(ended_at__isnull=True))
    done = taken([row.pk for row in rows], on) if rows else set()
    return sum(bool(waiting(row, done, now)) for row in rows)


def last_day(row: Observation) -> date | None:
    """Who is kept apart is watched until that is over, whatever the days of a contact."""
    return None if row.reason == "isolation" else row.until


def waiting(row: Observation, done: set[tuple[UUID, str]], now: datetime) -> list[rules.Due]:
    local = now.astimezone(clock.ZONE)
    dues = rules.dues(row.pk, row.began_at, last_day(row), local.date(), local)
    return [due for due in dues if (row.pk, due.round) not in done]


@dataclass(frozen=True)
class Watched:
    """Somebody on the list of the day: the readings by round, and the rounds that wait."""

    observation: Observation
    readings: dict[str, Reading]
    dues: list[rules.Due]


def day(user: User, now: datetime) -> list[Watched]:
    """Whose round waits stands first. Two queries, whatever the number of people."""
    on = clock.day_of(now)
    rows = running(user)
    found = newest(Reading.objects.filter(observation__in=rows, on=on).select_related("by"))
    done = {(one.observation_id, one.round) for one in found}
    listed = [
        Watched(
            row, {one.round: one for one in found if one.observation_id == row.pk}, waiting(row, done, now)
        ) for row in rows
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (not one.dues, one.dues[0].due_at if one.dues else now))


def newest(rows: QuerySet[Reading]) -> list[Reading]:
    """What holds: without those that were corrected."""
    return list(rows.filter(correction__isnull=True).order_by("on", "at"))


def readings(observation: Observation) -> list[Reading]:
    """What holds of all days, oldest first."""
    return newest(Reading.objects.filter(observation=observation).select_related("by", "corrects__by"))


def by_day(found: Sequence[Reading]) -> list[tuple[date, dict[str, Reading]]]:
    days: dict[date, dict[str, Reading]] = {}
    for one in found:
        days.setdefault(one.on, {})[one.round] = one
    return sorted(days.items(), reverse=True)


def fever(observation: Observation, on: date) -> int:
    """Tenths of a degree from which it is one, at this school on that day."""
    return limits.fever(observation.school_id, on)
