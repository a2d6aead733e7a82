"""Groups for their pages: which there are, who is in them today, who reports them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from lianfang.health.models import Group
from lianfang.health.queries import places
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import Lodging, Posting, User

VERB, MANAGE = places.VERB, "roll_group.manage"
_OF = ("school", "training", "campus", "department", "office")


def visible(user: User) -> QuerySet[Group]:
    """Those the user reports for, running ones first."""
    rows = Group.objects.filter(access.scope(user, VERB, "unit__")).select_related("unit")
    return rows.order_by("-to_on", "unit__path", "label")


def running(user: User, on: date) -> QuerySet[Group]:
    return visible(user).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))


def ended(user: User, on: date) -> QuerySet[Group]:
    return visible(user).filter(to_on__lt=on)


def units(user: User, on: date) -> UnitQuerySet:
    """Where a group can begin."""
    found = access.units_for(user, MANAGE).on(on).filter(school__isnull=False, kind__in=_OF)
    return found.order_by("path", "position")


def buildings(user: User, on: date) -> list[str]:
    """Of boarders of the user's schools, as the roster has them."""
    schools = units(user, on).values("school_id")
    current = Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
    rows = Lodging.objects.filter(current, school_id__in=schools, kind="boarder").exclude(building="")
    return sorted(rows.order_by().values_list("building", flat=True).distinct())


def reporters(wanted: Iterable[Unit], on: date) -> dict[int, list[Posting]]:
    """Of each unit, who reports for its groups: those nearest to it; somebody above all the same may. One query."""
    wanted = list(wanted)
    roles = [name for name, role in access.ROLES.items() if VERB in role.below]
    posts = access.holders({above for unit in wanted for above in unit.ancestor_ids}, roles, on)
    found = {}
    for unit in wanted:
        for above in reversed(unit.ancestor_ids):
            if near := [post for post in posts if post.unit_id == above]:
                found[unit.pk] = near
                break
    return found
