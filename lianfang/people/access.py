"""Who may do what where: one table role → verbs, and two functions over one rule.

The rule: *a current posting at this unit whose role has the verb here, or at a unit above whose role has it below.*
Looking at persons can also come from a grant (`people.models.Grant`), for a limited time.
"Above" is the territorial tree by path; for the verbs in ``SPONSOR`` it is also the sponsoring line. ``can`` asks for
one unit and ``units_for`` for all, so a list and its single rows cannot disagree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.core.compiled import Compiled
from lianfang.orgs.models import Unit, UnitQuerySet, sponsored_by
from lianfang.people.models import Grant, Leave, Posting, User
from lianfang.people.rules import APART


@dataclass(frozen=True)
class Role:
    """``here`` are verbs at the very unit of the posting, ``below`` at that unit and everything under it, ``under``
    only at what lies under it (nobody reopens or sends back their own unit's report from above).

    ``guarded`` roles open personal data or give rights: the security administrator confirms each posting.
    ``two_factors`` roles act only after a second factor (control A06: administrators, reporters, exporters)."""

    label: str | Promise
    here: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()
    guarded: bool = False
    two_factors: bool = False

    @property
    def verbs(self) -> frozenset[str]:
        return self.here | self.below | self.under


def _verbs(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOOK = (
    "unit.view duty.view return.view board.view notice.read event.view health.board analysis.view emergency.view"
    " cluster.view plan.view"
)
# Whoever works at a school may report an emergency there at once, by nobody's leave (《传染病防治法》第五十条).
_ALARM = " emergency.report"
_ROSTER = "unit.view duty.view notice.read person.view person.reveal code.manage subject.answer"
_CLASS = (
    _ROSTER + _ALARM + " roll.submit finding.view absence.trace held.mend survey.view key_person.trace record.view"
    " emergency.view notice.families clearance.view observation.take"
)

ROLES: dict[str, Role] = {
    "department": Role(
        _("Department reporter"), here=_verbs("return.fill_part notice.read unit.view duty.view cleaning.do" + _ALARM)
    ),
    "clerk": Role(
        _("Prevention office clerk"),
        here=_verbs(
            "return.fill return.submit return.import return.export analysis.make emergency.follow emergency.contacts"
            " duty.manage announcement.write isolation.view isolation.manage plan.run" + _ALARM
        ),
        below=_verbs(_LOOK + " return.fill_part notice.post notice.families leave.view cleaning.do"),
    ),
    "office_head": Role(
        _("Head of the prevention office"),
        here=_verbs(
            "return.fill return.submit return.sign_office return.send_back return.export leave.agree survey.open"
            " calendar.manage"
            " analysis.make analysis.decide emergency.follow emergency.contacts"
            " duty.manage duty.lead announcement.write announcement.publish isolation.view isolation.manage"
            " cluster.follow plan.run" + _ALARM
        ),
        below=_verbs(_LOOK + " notice.post notice.families group.manage leave.view grant.ask break_glass cleaning.do"),
        under=_verbs("obligation.exempt"),
    ),
    "leader": Role(
        _("Leading group"),
        here=_verbs(
            "return.sign_leader return.send_back return.export analysis.make analysis.decide emergency.follow duty.lead"
            " announcement.publish plan.run" + _ALARM
        ),
        below=_verbs(_LOOK + " notice.post notice.families group.manage area.view area.visit leave.view leave.agree"),
    ),
    "principal": Role(
        _("First responsible person"),
        here=_verbs(
            "return.sign_leader return.send_back return.export analysis.make analysis.decide emergency.follow duty.lead"
            " calendar.manage announcement.publish plan.run" + _ALARM
        ),
        below=_verbs(
            _LOOK + " notice.post notice.families group.manage area.view area.manage area.visit leave.view leave.agree"
            " request.decide purge.decide grant.watch duty.manage"
        ),
        under=_verbs("obligation.exempt"),
    ),
    "class_teacher": Role(_("Class teacher"), below=_verbs(_CLASS), guarded=True),
    "counsellor": Role(_("Counsellor"), below=_verbs(_CLASS), guarded=True),
    # 学籍管理员: keeps the roster; whoever takes names out of the house needs a second factor and a second person.
    "registrar": Role(
        _("Keeper of the roster"),
        below=_verbs(_ROSTER + _ALARM + " person.history person.manage person.import person.merge person.export"),
        guarded=True,
        two_factors=True,
    ),
    # 校医, 学校疫情报告人 (GB 28932 3.3): alone sees what stands about health.
    "doctor": Role(
        _("School doctor and epidemic reporter"),
        below=_verbs(
            "unit.view duty.view notice.read notice.post notice.families person.view person.reveal person.history"
            " person.health break_glass health.board roll.submit finding.view absence.trace absence.watch held.mend"
            " hint.view sender.manage roll_group.manage"
            " survey.view survey.open survey.manage key_person.trace key_person.manage record.view"
            " emergency.view emergency.follow emergency.contacts"
            " case.view case.manage clearance.view isolation.view isolation.manage observation.take"
            " cleaning.do cluster.view cluster.follow plan.view plan.run" + _ALARM
        ),
        guarded=True,
        two_factors=True,
    ),
    "liaison": Role(
        _("Liaison"),
        here=_verbs(
            "return.gather return.sign_gathered terms.of_area survey.open analysis.make analysis.decide"
            " duty.manage duty.lead announcement.write announcement.publish"
        ),
        below=_verbs(
            _LOOK
            + " calendar.manage"
            + " return.chase return.export notice.post notice.families gap.view area.view grant.ask break_glass"
            " emergency.contacts"
        ),
        under=_verbs("return.turn_back return.reopen terms.decide obligation.exempt"),
    ),
    "inspector": Role(_("Inspector"), below=_verbs(_LOOK + " return.export gap.view area.view grant.ask")),
    # Three administrators kept apart (三员分立, GB/T 22239; `rules.APART`). The system administrator (系统管理员) runs
    # units, accounts and ordinary postings; the security administrator (安全管理员) confirms what opens personal data,
    # decides requests, reviews emergencies and destroys; the auditor (审计员) reads what everybody did
    # and changes nothing.
    "unit_admin": Role(
        _("Unit administrator"),
        here=_verbs("terms.of_area"),
        below=_verbs(
            "unit.view unit.manage unit.import posting.manage gap.view notice.read notice.post"
            " response.manage channel.manage calendar.manage"
        ),
        under=_verbs("terms.decide"),
        two_factors=True,
    ),
    "security_admin": Role(
        _("Security administrator"),
        below=_verbs(
            "unit.view notice.read gap.view posting.confirm request.decide grant.review purge.manage"
            " purge.decide hold.manage assessment.manage"
        ),
        guarded=True,
        two_factors=True,
    ),
    "auditor": Role(
        _("Auditor"),
        below=_verbs("unit.view event.view event.audit notice.read grant.watch"),
        guarded=True,
        two_factors=True,
    ),
}

VERBS: frozenset[str] = frozenset().union(*(role.verbs for role in ROLES.values()))

# What a sponsoring authority sees and does with the schools it sponsors. Correcting and reopening stay with the
# territorial authority (属地管理), so that a school never gets two contradicting orders.
SPONSOR = _verbs(
    "unit.view duty.view return.view board.view return.export return.chase notice.post gap.view health.board"
    " emergency.view cluster.view plan.view"
)


# What a grant beyond one's posting can give (`people.models.Grant`): looking, never changing.
GRANTABLE = _verbs("person.view person.reveal person.health person.history person.export")


def postings(user: User | AnonymousUser, day: date | None = None) -> list[Posting]:
    """The user's current postings with their units, and those of people they stand in for while these are on leave;
    read once per request (kept on the user object). The three administrators neither stand in nor are stood in for."""
    if not isinstance(user, User) or not user.is_active:
        return []
    day = day or clock.today()
    kept: tuple[date, list[Posting]] | None = getattr(user, "_postings", None)
    if kept is None or kept[0] != day:
        rows = _POSTINGS.rows(user=user.pk, day=day)
        kept = user._postings = (day, _felt(rows, user.pk))  # type: ignore[attr-defined]
    return kept[1]


def _of_user(user: int, day: date) -> QuerySet[Posting]:
    # One list of people to look up: told as "mine OR somebody's", PostgreSQL reads every account there is.
    people = User.objects.filter(pk=user).values("pk").union(_away(day, [user]).values("user_id"), all=True)
    return Posting.objects.on(day).filter(user__in=people).select_related("unit").order_by("deputy", "pk")


_POSTINGS = Compiled(_of_user, {"user": -1, "day": date.min}, ("unit", Unit))


def with_postings(users: Collection[int], day: date) -> dict[int, User]:
    """The users by their keys, with the `postings` of all of them read in three queries."""
    if not users:
        return {}
    found = User.objects.in_bulk(users)
    people: dict[int, set[int]] = {user: {user} for user in found}
    for who, whose in _away(day, found).values_list("stand_in_id", "user_id"):
        people[who].add(whose)
    rows = Posting.objects.on(day).filter(user__in=set().union(*people.values())).select_related("unit")
    of_user: dict[int, list[Posting]] = defaultdict(list)
    for row in rows:
        of_user[row.user_id].append(row)
    for pk, user in found.items():
        own = sorted((row for one in people[pk] for row in of_user[one]), key=lambda row: (row.deputy, row.pk))
        user._postings = (day, _felt(own, pk))  # type: ignore[attr-defined]
    return found


def _away(day: date, stand_ins: Iterable[User | int]) -> QuerySet[Leave]:
    return Leave.objects.filter(
        stand_in__in=stand_ins, from_on__lte=day, to_on__gte=day, agreed_at__isnull=False, recalled_at__isnull=True,
        back_at__isnull=True,
    )  # fmt: skip


def _felt(rows: list[Posting], user: int) -> list[Posting]:
    """Of one's own postings and those of people one stands in for: what one may act by."""
    mine = [row for row in rows if row.user_id == user]
    apart = any(row.role in APART for row in mine)
    kept = mine if apart else [row for row in rows if row.user_id == user or row.role not in APART]
    return [row for row in kept if row.role in ROLES]


def holds(user: User | AnonymousUser, verb: str) -> bool:
    """Has the verb anywhere at all (menus, the door of a view)."""
    if any(verb in ROLES[post.role].verbs for post in postings(user)):
        return True
    return verb in GRANTABLE and any(verb in grant.verbs.split() for grant in grants(user))


def grants(user: User | AnonymousUser) -> list[Grant]:
    """Rights beyond the postings that hold at this moment, read once per request."""
    if not isinstance(user, User) or not user.is_active:
        return []
    now = clock.now()
    kept: list[Grant] | None = getattr(user, "_grants", None)
    if kept is None:
        held = Grant.objects.filter(user=user, until__gt=now, from_at__lte=now, ended_at__isnull=True)
        kept = list(held.select_related("unit"))
        user._grants = kept  # type: ignore[attr-defined]
    return kept


def needs_two_factors(user: User) -> bool:
    """Whether one of the user's duties may only be done after a second factor."""
    return any(ROLES[post.role].two_factors for post in postings(user))


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
            above += _sponsoring(post)
    if verb in GRANTABLE and any(
        verb in grant.verbs.split() and unit.path.startswith(grant.unit.path) for grant in grants(user)
    ):
        return True
    if verb not in SPONSOR or not above or unit.school_id is None:
        return False
    return sponsored_by(above, clock.today()).filter(unit_id=unit.school_id).exists()


def highest(user: User | AnonymousUser, *verbs: str) -> Unit | None:
    """Of the units of the user's postings, the highest at which one of the verbs holds: where pages begin."""
    units = [post.unit for post in postings(user) if any(can(user, verb, post.unit) for verb in verbs)]
    return min(units, key=lambda unit: (unit.path.count("."), unit.path), default=None)


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
            below += _sponsoring(post)
            at |= Q(**{f"{prefix}path__startswith": post.unit.path})
        elif verb in role.under:
            at |= Q(**{f"{prefix}path__startswith": post.unit.path}) & ~Q(**{f"{prefix}id": post.unit_id})
        elif verb in role.here:
            at |= Q(**{f"{prefix}id": post.unit_id})
    if verb in GRANTABLE:
        for grant in grants(user):
            if verb in grant.verbs.split():
                at |= Q(**{f"{prefix}path__startswith": grant.unit.path})
    if below and verb in SPONSOR:
        at |= Q(**{f"{prefix}school_id__in": sponsored_by(below, clock.today())})
    return at


def _sponsoring(post: Posting) -> list[str]:
    """Where sponsors may stand in the reach of a posting: areas and authorities only, nothing inside a school. To ask
    for sponsors below a class all the same costs a walk through every unit there is."""
    return [] if post.unit.school_id else [post.unit.path]


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
