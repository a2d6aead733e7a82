"""Reads of leading and working groups."""

from datetime import date

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from lianfang.orgs.models import Group, Unit
from lianfang.people.models import GroupMember


def groups_of(unit: Unit, day: date) -> QuerySet[Group]:
    """Groups that work on that day, the leading group first, each with ``now`` (its members, head first). Two
    queries."""
    working = Group.objects.filter(unit=unit).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
    members = GroupMember.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).select_related("user")
    first = Case(When(kind="leading", then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = working.prefetch_related(Prefetch("members", members.order_by("-head", "pk"), to_attr="now"))
    return rows.order_by(first, "from_on", "pk")


def past_groups(unit: Unit, day: date) -> QuerySet[Group]:
    """Groups that were dissolved, the latest first."""
    return Group.objects.filter(unit=unit, to_on__lt=day).order_by("-to_on", "pk")


def history(group: Group) -> QuerySet[GroupMember]:
    """Everybody who was ever in the group, present ones first."""
    return group.members.select_related("user").order_by("to_on", "-head", "from_on", "pk")
