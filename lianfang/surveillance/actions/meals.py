"""What several people ate or drank together: noted, and taken back where it was wrong."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.surveillance.actions import clusters
from lianfang.surveillance.models import Exposure

_OLDEST = timedelta(days=14)


def note(
    *, by: User, school: Unit, kind: str, had_at: datetime, words: str, units: Collection[Unit], key: UUID,
    now: datetime,
) -> Exposure:  # fmt: skip
    """Those of ``units`` ate or drank together; thresholds are looked at at once. The same ``key`` twice is one. Raises
    `Refused` for a time that is ahead or long past, for nobody, for classes elsewhere, and for the same meal twice."""
    made = _noted(by, school, kind, had_at, words, units, key, now)
    clusters.watch(on=clock.day_of(now), schools=[school.pk], now=now)
    return made


@transaction.atomic
def _noted(
    by: User, school: Unit, kind: str, had_at: datetime, words: str, units: Collection[Unit], key: UUID, now: datetime
) -> Exposure:  # fmt: skip
    if found := Exposure.objects.filter(key=key).first():
        return found
    if had_at > now:
        raise refuse("surveillance.meal_ahead", "had_at")
    if had_at < now - _OLDEST:
        raise refuse("surveillance.meal_past", "had_at")
    if not units:
        raise refuse("surveillance.meal_nobody", "units")
    if any(unit.school_id != school.pk for unit in units):
        raise refuse("surveillance.meal_elsewhere", "units")
    made = Exposure(
        school=school, kind=kind, had_at=had_at, words=words.strip() or None, units=sorted(one.pk for one in units),
        at=now, by=by, key=key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise refuse("surveillance.meal_known", "had_at") from None
    events.record("exposure.noted", by=by, unit=school, subject=made, now=now)
    return made


@transaction.atomic
def withdraw(*, by: User, exposure: Exposure, now: datetime) -> None:
    """It was noted by mistake; alarms that were raised stay as they were. Doing it again changes nothing."""
    row = Exposure.objects.select_for_update(of=("self",)).select_related("school").get(pk=exposure.pk)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawn_by = now, by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    events.record("exposure.withdrawn", by=by, unit=row.school, subject=row, now=now)
