"""A pupil of one school who is taken onto the roster of another: the first school hears of it, and can end its own
belonging or object. Nothing of the pupil is ended in silence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, User


def tell(*, by: User | None, school: Unit, people: "Iterable[UUID] | QuerySet[Any, Any]", now: datetime) -> None:
    """One event at each other school of which some of ``people`` are pupils today, after they joined ``school``. One
    pupil is named by their id, many by their number."""
    there: dict[int, list[Enrolment]] = {}
    rows = Enrolment.objects.filter(person__in=people, as_a="student", to_on__isnull=True).exclude(school=school)
    for row in rows.select_related("person", "unit", "school").order_by("school", "person"):
        there.setdefault(row.school_id, []).append(row)
    for found in there.values():
        first, alone = found[0], len(found) == 1
        unit, subject = (first.unit, first.person) if alone else (first.school, None)
        detail = {"people": len(found), "to": school.pk}
        events.record("person.also_elsewhere", by=by, unit=unit, subject=subject, detail=detail, now=now)
