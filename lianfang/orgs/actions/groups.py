"""Leading and working groups of a unit (领导小组, 工作专班): formed, changed, dissolved. Members stand in `people`."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Group, Unit


@transaction.atomic
def form_group(
    *, by: events.Actor | None, unit: Unit, kind: str, name: str, task: str, from_on: date, now: datetime
) -> Group:
    """A new group of the unit. Raises `Refused` when one of that name works there already, or the name is missing."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    name = _free_name(unit, name)
    made = Group.objects.create(unit=unit, kind=kind, name=name, task=task.strip(), from_on=from_on)
    events.record("group.formed", by=by, unit=unit, subject=made, detail={"kind": kind}, now=now)
    return made


@transaction.atomic
def change_group(*, by: events.Actor, group: Group, kind: str, name: str, task: str, now: datetime) -> Group:
    """Name, kind and task. Raises `Refused` for a dissolved group, or a name another group of the unit has."""
    group = held(group)
    name = _free_name(Unit.objects.select_for_update().get(pk=group.unit_id), name, but=group)
    before = {"kind": group.kind, "name": group.name, "task": group.task}
    group.kind, group.name, group.task = kind, name, task.strip()
    changed = [field for field, value in before.items() if getattr(group, field) != value]
    if changed:
        group.save(update_fields=changed)
        events.record("group.changed", by=by, unit=group.unit, subject=group, detail={"fields": changed}, now=now)
    return group


@transaction.atomic
def dissolve_group(*, by: events.Actor, group: Group, to_on: date, now: datetime) -> Group:
    """The group works up to and including that day. Its members are ended by `people.actions.groups`."""
    group = held(group)
    if to_on < group.from_on:
        raise refuse("orgs.group_ends_before_start", "to_on")
    group.to_on = to_on
    group.save(update_fields=["to_on"])
    events.record("group.dissolved", by=by, unit=group.unit, subject=group, now=now)
    return group


def held(group: Group) -> Group:
    """The row of a group that works, locked. Raises `Refused` for one that was dissolved."""
    group = Group.objects.select_for_update(of=("self",)).select_related("unit").get(pk=group.pk)
    if group.to_on is not None:
        raise refuse("orgs.group_over")
    return group


def _free_name(unit: Unit, name: str, but: Group | None = None) -> str:
    name = name.strip()
    if not name:
        raise refuse("orgs.group_name_missing", "name")
    others = Group.objects.filter(unit=unit, name=name, to_on__isnull=True)
    if any(other != but for other in others):
        raise refuse("orgs.group_name_taken", "name", name=name)
    return name
