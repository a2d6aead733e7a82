"""Who may do what where: one table role → verbs, and two functions over one rule.

The rule: *a current posting at this unit whose role has the verb here, or at a unit above whose role has it below.*
"Above" is the territorial tree by path; for the verbs in ``SPONSOR`` it is also the sponsoring line. ``can`` asks for
one unit and ``units_for`` for all, so a list and its single rows cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.orgs.models import Unit, UnitQuerySet, sponsored_by
from lianfang.people.models import Posting, User


@dataclass(frozen=True)
class Role:
    """``here`` are verbs at the very unit of the posting, ``below`` at that unit and everything under it, ``under``
    only at what lies under it (nobody reopens or sends back their own unit's report from above)."""

    label: str | Promise
    here: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()

    @property
    def verbs(self) -> frozenset[str]:
        return self.here | self.below | self.under


def _verbs(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOOK = "unit.view return.view board.view notice.read event.view"

ROLES: dict[str, Role] = {
    "department": Role(_("Department reporter"), here=_verbs("return.fill_part notice.read unit.view")),
    "clerk": Role(
        _("Prevention office clerk"),
        here=_verbs("return.fill return.submit return.import return.export"),
        below=_verbs(_LOOK + " return.fill_part notice.post"),
    ),
    "office_head": Role(
        _("Head of the prevention office"),
        here=_verbs("return.fill return.submit return.sign_office return.send_back return.export"),
        below=_verbs(_LOOK + " notice.post"),
    ),
    "leader": Role(
        _("Leading group"),
        here=_verbs("return.sign_leader return.send_back return.export"),
        below=_verbs(_LOOK + " notice.post"),
    ),
    "principal": Role(
        _("First responsible person"),
        here=_verbs("return.sign_leader return.send_back return.export"),
        below=_verbs(_LOOK + " notice.post"),
    ),
    "liaison": Role(
        _("Liaison"),
        here=_verbs("return.gather return.sign_gathered terms.of_area"),
        below=_verbs(_LOOK + " return.chase return.export notice.post gap.view"),
        under=_verbs("return.turn_back return.reopen terms.decide"),
    ),
    "inspector": Role(_("Inspector"), below=_verbs(_LOOK + " return.export gap.view")),
    "unit_admin": Role(
        _("Unit administrator"),
        here=_verbs("terms.of_area"),
        below=_verbs("unit.view unit.manage unit.import posting.manage gap.view notice.read notice.post"),
        under=_verbs("terms.decide"),
    ),
    # Kept apart from the administrators (`rules.APART`): an auditor is appointed by the operator of the installation
    # with ``manage.py auditor``, reads what everybody did (``event.audit``: accounts too) and changes nothing.
    "auditor": Role(_("Auditor"), below=_verbs("unit.view event.view event.audit notice.read")),
}

VERBS: frozenset[str] = frozenset().union(*(role.verbs for role in ROLES.values()))

# What a sponsoring authority sees and does with the schools it sponsors. Correcting and reopening stay with the
# territorial authority (属地管理), so that a school never gets two contradicting orders.
SPONSOR = _verbs("unit.view return.view board.view return.export return.chase notice.post gap.view")


def postings(user: User | AnonymousUser, day: date | None = None) -> list[Posting]:
    """The user's current postings with their units, read once per request (kept on the user object)."""
    if not isinstance(user, User) or not user.is_active:
        return []
    day = day or clock.today()
    kept: tuple[date, list[Posting]] | None = getattr(user, "_postings", None)
    if kept is None or kept[0] != day:
        rows = list(Posting.objects.on(day).filter(user=user).select_related("unit").order_by("deputy", "pk"))
        kept = (day, [row for row in rows if row.role in ROLES])
        user._postings = kept  # type: ignore[attr-defined]
    return kept[1]


def holds(user: User | AnonymousUser, verb: str) -> bool:
    """Has the verb anywhere at all (menus, the door of a view)."""
    return any(verb in ROLES[post.role].verbs for post in postings(user))


def can(user: User | AnonymousUser, verb: str, unit: Unit) -> bool:
    """May the user do this at this unit today?"""
    _known(verb)
    above = []
    for post in postings(user):
        role = ROLES[post.role]
        if post.unit_id == unit.pk and (verb in role.here or verb in role.below):
            return True
        if verb in role.below or verb in role.under:
            if unit.path.startswith(post.unit.path) and unit.pk != post.unit_id:
                return True
            above.append(post.unit.path)
    if verb not in SPONSOR or not above or unit.school_id is None:
        return False
    return sponsored_by(above, clock.today()).filter(unit_id=unit.school_id).exists()


def units_for(user: User | AnonymousUser, verb: str) -> UnitQuerySet:
    """All units at which `can` says yes."""
    _known(verb)
    return Unit.objects.filter(scope(user, verb))


def scope(user: User | AnonymousUser, verb: str, prefix: str = "") -> Q:
    """The rule as a condition on units; ``prefix`` is the way to the unit from the filtered table ("unit__")."""
    at = Q(pk__in=[])
    below = []
    for post in postings(user):
        role = ROLES[post.role]
        if verb in role.below:
            below.append(post.unit.path)
            at |= Q(**{f"{prefix}path__startswith": post.unit.path})
        elif verb in role.under:
            at |= Q(**{f"{prefix}path__startswith": post.unit.path}) & ~Q(**{f"{prefix}id": post.unit_id})
        elif verb in role.here:
            at |= Q(**{f"{prefix}id": post.unit_id})
    if below and verb in SPONSOR:
        at |= Q(**{f"{prefix}school_id__in": sponsored_by(below, clock.today())})
    return at


def roles_with(verb: str) -> list[str]:
    """Names of the roles that hold the verb at their own unit (whom to tell that something waits)."""
    return [name for name, role in ROLES.items() if verb in role.here]


def holders(units: Iterable[int], roles: Iterable[str], day: date) -> list[Posting]:
    """Current postings with these roles at these units, holders before deputies, with user and unit."""
    return list(
        Posting.objects.on(day)
        .filter(unit_id__in=list(units), role__in=list(roles))
        .select_related("user", "unit")
        .order_by("unit_id", "deputy", "pk")
    )


def _known(verb: str) -> None:
    if verb not in VERBS:
        raise LookupError(f"no role has the verb {verb!r}")
