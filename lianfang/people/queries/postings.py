"""Reads of postings: what waits for confirmation, and who works where."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting, User


def waiting_in(user: User, day: date) -> QuerySet[Posting]:
    """What the person may confirm, never their own, in the order of the tree. One query."""
    rows = Posting.objects.waiting(day).filter(access.scope(user, "posting.confirm", "unit__")).exclude(user=user)
    return rows.select_related("user", "unit__school").order_by("unit__path", "role", "pk")


def rested_among(postings: Iterable[Posting]) -> dict[int, Event]:
    """Those that held before somebody else set the person's password → how that came. One query."""
    keys = [str(post.pk) for post in postings]
    found = Event.objects.filter(verb="posting.rested", subject_kind="posting", subject_id__in=keys)
    return {int(event.subject_id): event for event in found.order_by("at", "pk")}


def waiting_of(user: User, day: date) -> list[Posting]:
    """The person's own duties that do not hold yet."""
    return list(Posting.objects.waiting(day).filter(user=user).select_related("unit").order_by("pk"))


def staff_of(unit: Unit, day: date) -> QuerySet[User]:
    """Everybody who holds a duty at the unit or below on that day, by name."""
    held = Posting.objects.on(day).filter(user=OuterRef("pk"), unit__path__startswith=unit.path)
    return User.objects.filter(Exists(held)).order_by("name", "username")


def leaders_for(unit: Unit, day: date) -> QuerySet[User]:
    """Who can be made answerable for the unit: those whose duty there or above has "area.visit"."""
    roles = [name for name, role in access.ROLES.items() if "area.visit" in role.verbs]
    held = Posting.objects.on(day).filter(user=OuterRef("pk"), unit_id__in=unit.ancestor_ids, role__in=roles)
    return User.objects.filter(Exists(held)).order_by("name", "username")


def confirming(user: User, day: date) -> list[int]:
    """Who confirms what waits of the person's: the nearest security administrators above each of the units."""
    found: set[int] = set()
    for post in waiting_of(user, day):
        above = post.unit.ancestor_ids
        held = access.holders(above, ["security_admin"], day)
        near = max((above.index(one.unit_id) for one in held if one.user_id != user.pk), default=-1)
        found |= {one.user_id for one in held if above.index(one.unit_id) == near}
    return sorted(found - {user.pk})
