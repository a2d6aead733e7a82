"""Asking for reports that are missing: each class once a round, an area its schools once a round."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.health.queries import boards, classes
from lianfang.health.queries.classes import Row, chase_key
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

_AT_SCHOOLS = ("liaison", "clerk", "office_head")


@transaction.atomic
def chase_classes(*, by: User, unit: Unit, on: date, code: str, now: datetime) -> int:
    """Tell the class teachers of all classes (groups) of a school, or of a part of it, that have not reported and have
    not been asked before. How many classes; raises `Refused` when there is none."""
    waiting = [row for row in classes.day(unit, on).owing(code) if not row.reported(code)]
    before = classes.chased([row.key for row in waiting], on, code)
    waiting = [row for row in waiting if row.key not in before]
    if not waiting:
        raise refuse("health.nobody_to_chase")
    told = _told(waiting, on)
    for row in waiting:
        notices.post(
            by=by, unit=row.unit, to=told.get(row.key, []), key=chase_key(row.key, on, code), kind="roll.chased",
            params={"unit": row.label, "on": on.isoformat()},
            url=reverse("health:roll", args=[row.key, code, on]), now=now,
        )  # fmt: skip
    _record(by, unit, on, code, len(waiting), now)
    return len(waiting)


@transaction.atomic
def chase_schools(*, by: User, unit: Unit, on: date, code: str, now: datetime) -> int:
    """Tell every school of an area that lacks classes, once a round. How many schools; raises `Refused` when there is
    none or they were told before."""
    wanted = boards.lacking_ids(unit, on, code)
    if not wanted or classes.chased([str(unit.pk)], on, code):
        raise refuse("health.nobody_to_chase")
    people = access.holders(wanted, _AT_SCHOOLS, on)
    notices.post(
        by=by, unit=unit, to=[post.user_id for post in people], key=chase_key(str(unit.pk), on, code),
        kind="rolls.chased", params={"unit": unit.label, "on": on.isoformat()}, url=reverse("health:boards"), now=now,
    )  # fmt: skip
    _record(by, unit, on, code, len(wanted), now)
    return len(wanted)


def _told(rows: list[Row], on: date) -> dict[str, list[int]]:
    """Class teachers of a class with their deputies; where there is none, who counsels it."""
    held: dict[int, list[int]] = defaultdict(list)
    for post in access.holders({row.unit.pk for row in rows}, classes.TEACHERS, on):
        held[post.unit_id].append(post.user_id)
    nearest = classes.teachers([row for row in rows if row.unit.pk not in held], on)
    return {row.key: held[row.unit.pk] or [user.pk for user in [nearest.get(row.key)] if user] for row in rows}


def _record(by: User, unit: Unit, on: date, code: str, count: int, now: datetime) -> None:
    detail = {"round": code, "on": on.isoformat(), "count": count}
    events.record("roll.chased", by=by, unit=unit, detail=detail, now=now)
