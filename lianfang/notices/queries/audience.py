"""Whom a notice reaches."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from lianfang.core import crypto
from lianfang.notices.rules.audience import DUTIES, FAMILIES, GROUPS, PUPIL_LIST, Audience
from lianfang.notices.rules.lists import Matched, match
from lianfang.orgs.models import Group, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, GroupMember, Posting, User
from lianfang.people.models.roster import Belonging

POST, FAMILY = "notice.post", "notice.families"
MOST_GROUPS = 200  # offered for choice
_SHORTEST_PHONE = 7


def verb(how: str) -> str:
    """What somebody needs at a unit to choose recipients there."""
    return FAMILY if how in (FAMILIES, PUPIL_LIST) else POST


def may_write(user: User) -> bool:
    return access.holds(user, POST) or access.holds(user, FAMILY)


def chosen(audience: Audience, *, by: User | None, day: date, after: Any = None) -> QuerySet[Any, Any]:
    """Ids of users, or of pupils, each once and in order; those after one where so asked. The units and groups were
    looked at when they were chosen (`within`): whoever may write to a unit may write to all that is below it."""
    rows: QuerySet[Any]
    if audience.how == FAMILIES:
        column, rows = "person_id", _pupils(day).filter(_below(audience.units))
    elif audience.how == GROUPS:
        column, rows = "user_id", _members(audience.groups, day).exclude(user=by)
    else:
        column, rows = "user_id", Posting.objects.on(day).filter(_at(audience, day)).exclude(user=by)
        rows = rows.filter(role__in=audience.roles) if audience.how == DUTIES else rows
    if after is not None:
        rows = rows.filter(**{f"{column}__gt": after})
    return rows.order_by(column).values_list(column, flat=True).distinct()


def within(audience: Audience, user: User) -> bool:
    """Whether the user may write to all that was chosen, now."""
    groups = set(offered_groups(user).filter(pk__in=audience.groups).values_list("pk", flat=True))
    units = access.units_for(user, verb(audience.how)).filter(pk__in=audience.units).count()
    return units == len(audience.units) and groups == set(audience.groups)


def offered_groups(user: User) -> QuerySet[Group]:
    """Working groups the user may write to, in the order of the tree."""
    mine = Group.objects.filter(access.scope(user, POST, "unit__"), Q(to_on=None))
    return mine.select_related("unit").order_by("unit__path", "pk")


def staff_named(by: User, lines: Sequence[str], day: date) -> Matched[int]:
    """Colleagues in the sender's reach by user name, full name or work telephone. One query."""
    phones = {index: line for line in lines if _is_phone(line) for index in crypto.sought("phone", line)}
    named = Q(user__username__in=lines) | Q(user__name__in=lines) | Q(user__phone_index__in=list(phones))
    rows = Posting.objects.on(day).filter(access.scope(by, POST, "unit__"), named)
    known: list[tuple[str, int]] = []
    columns = ("user_id", "user__username", "user__name", "user__phone_index")
    for pk, username, name, index in rows.order_by("user_id").values_list(*columns).distinct():
        known += [(username, pk), (name, pk)]
        known += [(phones[bytes(index)], pk)] if index is not None and bytes(index) in phones else []
    return match(lines, known)


def pupils_named(by: User, lines: Sequence[str], day: date) -> Matched[UUID]:
    """Pupils by the school's number or by name, only where the sender sees the roster: a list must not tell who is a
    pupil of a school. A number goes before a name. One query."""
    scope = access.scope(by, FAMILY, "unit__") & access.scope(by, "person.view", "unit__")
    rows = _pupils(day).filter(scope, Q(number__in=lines) | Q(person__name__in=lines))
    found = list(rows.order_by("person_id").values_list("person_id", "number", "person__name"))
    numbers = {number for _, number, _ in found if number}
    known = [(number, pk) for pk, number, _ in found]
    known += [(name, pk) for pk, _, name in found if name not in numbers]
    return match(lines, known)


def _pupils(day: date) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.on(day).filter(as_a=Belonging.STUDENT)
    return rows.filter(person__purged_at=None, person__merged_into=None)


def _members(groups: Iterable[int], day: date) -> QuerySet[GroupMember]:
    there = Q(to_on=None) | Q(to_on__gte=day)
    return GroupMember.objects.filter(there, group__in=groups, from_on__lte=day, user__is_active=True)


def _at(audience: Audience, day: date) -> Q:
    if not audience.whole:
        return Q(unit__in=audience.units)
    at = Q(pk__in=[])
    for unit in Unit.objects.filter(pk__in=audience.units):
        at |= Q(unit__in=Unit.objects.reporting_to(unit, day))
    return at


def _below(units: Iterable[int]) -> Q:
    at = Q(pk__in=[])
    for path in Unit.objects.filter(pk__in=units).values_list("path", flat=True):
        at |= Q(unit__path__startswith=path)
    return at


def _is_phone(line: str) -> bool:
    return sum(sign.isdecimal() for sign in line) >= _SHORTEST_PHONE
