"""Targets: a response, an assessment, a list for destruction, a granted request and a hold, here and beyond."""

from datetime import timedelta
from typing import Any

from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Hold, Person, PurgeRun, SubjectRequest
from lianfang.policies.models import Assessment, Response
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    made: dict[str, list[Any]] = {}
    for where, unit in (("school", cast.school), ("beyond", beyond(cast))):
        made |= {f"{where}_{what}": [row.pk] for what, row in _rows(cast, unit).items()}
    return made


def _rows(cast: Cast, unit: Unit) -> dict[str, Any]:
    by: dict[str, Any] = {"by_id": cast.admin.pk, "by_name": cast.admin.name, "at": cast.now}
    person = Person.objects.create(name="张三")
    Enrolment.objects.create(person=person, school=unit, unit=unit, as_a="student", from_on=cast.day)
    tally: dict[str, Any] = {"people": [], "tables": {}, "held": 0}
    return {
        "response": Response.objects.create(unit=unit, name="流感", level=4, reason="流行", from_on=cast.day, **by),
        "assessment": Assessment.objects.create(
            unit=unit, module="roster", necessity="必要", risks="低", measures="加密", valid_to=cast.day, **by
        ),
        "purge": PurgeRun.objects.create(unit=unit, why="retention", tally=tally, **by),
        "purge_done": PurgeRun.objects.create(
            unit=unit, why="retention", tally=tally, begun_at=cast.now, done_at=cast.now,
            certificate={"people": 0, "left_out": 0}, **by,
        ),
        "deletion": SubjectRequest.objects.create(
            person=person, kind="delete", granted=True, at=cast.now, answered_at=cast.now
        ),
        "hold": Hold.objects.create(
            unit=unit, reason="取证", assessment="调查", from_on=cast.day, to_on=cast.day + timedelta(days=3), **by
        ),
    }  # fmt: skip
