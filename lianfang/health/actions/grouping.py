"""Groups that are checked beside the classes begin and end. What they reported stays."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.health.models import Group, GroupKind
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def begin(
    *, by: User, unit: Unit, kind: str, label: str, building: str, from_on: date, now: datetime
) -> Group:  # fmt: skip
    """Raises `Refused` where a group of the unit is called so already, and for boarders of no building."""
    label = " ".join(label.split())
    if kind == GroupKind.DORMITORY and not building:
        raise refuse("health.group_building", "building")
    inside = building if kind == GroupKind.DORMITORY else ""
    try:
        with transaction.atomic():
            made = Group.objects.create(unit=unit, kind=kind, label=label, building=inside, from_on=from_on)
    except IntegrityError as twice:
        raise refuse("health.group_twice", "label") from twice
    events.record("roll_group.begun", by=by, unit=unit, subject=made, detail={"kind": kind}, now=now)
    return made


@transaction.atomic
def end(*, by: User, group: Group, to_on: date, now: datetime) -> None:
    """``to_on`` is its last day. Raises `Refused` before its first one, and when it has ended already."""
    row = Group.objects.select_for_update(of=("self",)).select_related("unit").get(pk=group.pk)
    if row.to_on is not None:
        raise refuse("health.decided_meanwhile")
    if to_on < row.from_on:
        raise refuse("health.group_backwards", "to_on")
    row.to_on = to_on
    row.save(update_fields=["to_on"])
    events.record("roll_group.ended", by=by, unit=row.unit, subject=row, detail={"on": to_on.isoformat()}, now=now)
