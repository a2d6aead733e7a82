"""Reads of accounts and postings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise

from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access, rules
from lianfang.people.models import Posting, User


def username_for(typed: str) -> str:
    """The user name behind what was typed at sign-in: itself, or a telephone number that only one account has."""
    typed = rules.tidy(typed)
    if User.objects.filter(username=typed).exists():
        return typed
    if rules.phone_fits(typed):
        names = list(User.objects.filter(phone=typed, is_active=True).values_list("username", flat=True)[:2])
        if len(names) == 1:
            return names[0]
    return typed


@dataclass(frozen=True)
class Duty:
    """A role at a unit and who holds it, holders before deputies."""

    role: str
    label: str | Promise
    postings: list[Posting]


def duty_holders(unit: Unit, day: date) -> list[Duty]:
    """Who holds which duty at the unit on that day, responsible person and liaison first. One query."""
    held: dict[str, list[Posting]] = {}
    for post in access.holders([unit.pk], access.ROLES, day):
        held.setdefault(post.role, []).append(post)
    order = ["principal", "liaison", *(role for role in access.ROLES if role not in ("principal", "liaison"))]
    return [Duty(role, access.ROLES[role].label, held[role]) for role in order if role in held]


def gaps(units: UnitQuerySet, day: date, duties: Collection[str] = ()) -> UnitQuerySet:
    """Those of the units in which a duty they must have filled (`rules.REQUIRED`) has no holder on that day.

    ``duties`` limits the list to these duties (all by default). Rows carry ``lacks_<duty>`` for each of the duties and
    come in the order of the tree, with their superior.
    """
    wanted = [duty for duty in rules.DUTIES if not duties or duty in duties]
    lacking = Q(pk__in=[])
    rows = units.on(day)
    for duty in wanted:
        kinds = [kind for kind, required in rules.REQUIRED.items() if duty in required]
        held = Posting.objects.on(day).filter(unit=OuterRef("pk"), role__in=rules.DUTIES[duty])
        rows = rows.annotate(**{f"lacks_{duty}": Q(kind__in=kinds) & ~Exists(held)})
        lacking |= Q(**{f"lacks_{duty}": True})
    return rows.filter(lacking).select_related("parent").order_by("path")


def account(username: str) -> User | None:
    return User.objects.filter(username=username).first()
