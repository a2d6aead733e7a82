"""Targets: an emergency of each class of the first school, one of another school; calls and statements of them."""

from typing import Any

from lianfang.cases.actions import emergencies
from lianfang.cases.models import Emergency
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    own, other, beyond = (
        _emergency(cast, unit, by)
        for unit, by in (
            (cast.class_one, cast.teacher), (cast.class_two, cast.teacher_two), (cast.second, cast.head_second)
        )
    )  # fmt: skip
    return {
        "emergency": [own.pk], "emergency_of_two": [other.pk], "emergency_beyond": [beyond.pk],
        "emergency_call": [own.pk, _call(own)], "emergency_call_beyond": [beyond.pk, _call(beyond)],
        "emergency_call_swapped": [own.pk, _call(beyond)], "emergency_first": [own.pk, own.statements.get().pk],
        "emergency_first_beyond": [beyond.pk, beyond.statements.get().pk],
        "emergency_first_swapped": [own.pk, beyond.statements.get().pk],
        "contacts": [cast.school.pk], "contacts_beyond": [cast.second.pk],
    }  # fmt: skip


def _emergency(cast: Cast, unit: Unit, by: User) -> Emergency:
    return emergencies.report(
        by=by, key=uuid7(), school=unit.school or unit, unit=unit, kind="person", discovered_at=cast.now,
        facts=Facts(count=1), now=cast.now,
    )  # fmt: skip


def _call(emergency: Emergency) -> Any:
    return emergency.recipients.get(part="disease_control").pk
