"""Who works in which group, and for what."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.actions import groups as orgs
from lianfang.orgs.models import Group
from lianfang.people.models import GroupMember, User


@transaction.atomic
def join(*, by: User, group: Group, user: User, head: bool, task: str, from_on: date, now: datetime) -> GroupMember:
    """Somebody works in the group from that day on; ``head`` leads it.

    Raises `Refused` when the group is dissolved or the person is in it already.
    """
    User.objects.select_for_update().get(pk=user.pk)
    group = orgs.held(group)
    if GroupMember.objects.filter(group=group, user=user, to_on__isnull=True).exists():
        raise refuse("people.member_already", "user", name=user.name)
    made = GroupMember.objects.create(group=group, user=user, head=head, task=task.strip(), from_on=from_on)
    told = {"group": group.pk, "user": user.pk, "head": head}
    events.record("group.member_joined", by=by, unit=group.unit, subject=made, detail=told, now=now)
    return made


@transaction.atomic
def part(*, by: User, member: GroupMember, to_on: date, now: datetime) -> GroupMember:
    """The person's part in the group ends with that day. Doing so twice changes nothing."""
    member = GroupMember.objects.select_for_update(of=("self",)).select_related("group__unit").get(pk=member.pk)
    if member.to_on is None:
        member.to_on = max(to_on, member.from_on)
        member.save(update_fields=["to_on"])
        told = {"group": member.group_id, "user": member.user_id}
        events.record("group.member_left", by=by, unit=member.group.unit, subject=member, detail=told, now=now)
    return member


@transaction.atomic
def dissolve(*, by: User, group: Group, to_on: date, now: datetime) -> Group:
    """The group and everybody's part in it end with that day."""
    group = orgs.dissolve_group(by=by, group=group, to_on=to_on, now=now)
    for member in GroupMember.objects.filter(group=group, to_on__isnull=True):
        part(by=by, member=member, to_on=to_on, now=now)
    return group
