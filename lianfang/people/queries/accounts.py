"""Reads of accounts and postings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise

from lianfang.core import crypto
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.models import Posting, User


def username_for(typed: str) -> str:
    """The user name behind what was typed at sign-in: itself, or a telephone number that only one account has."""
    typed = rules.tidy(typed)
    if User.objects.filter(username=typed).exists():
        return typed
    if rules.phone_fits(typed):
        reached = User.objects.filter(phone_index__in=crypto.sought("phone", typed), is_active=True)
        names = list(reached.values_list("username", flat=True)[:2])
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


def account(username: str) -> User | None:
    return User.objects.filter(username=username).first()


# Views of the list of accounts: those who act today, and the others (duty over or still to begin, account closed).
STATES = ("", "resting")


def accounts(
    admin: User, day: date, *, words: str = "", role: str = "", unit: Unit | None = None, state: str = ""
) -> QuerySet[User]:
    """People with a posting in the units whose accounts ``admin`` looks after, by user name.

    Each row carries ``duties``: the postings there that hold on that day or later. ``words`` fit a name, a telephone or
    the beginning of a user name; ``unit`` means it and everything below.
    """
    mine = Posting.objects.filter(access.scope(admin, "posting.manage", "unit__"))
    wanted = mine.filter(unit__path__startswith=unit.path) if unit else mine
    if role:
        wanted = wanted.filter(role=role)
    acting = Q(is_active=True) & Exists(wanted.on(day).filter(user=OuterRef("pk")))
    rows = User.objects.filter(acting if state == "" else Q(Exists(wanted.filter(user=OuterRef("pk")))) & ~acting)
    if words := rules.tidy(words):
        rows = rows.filter(
            Q(name__icontains=words) | Q(username__istartswith=words) | Q(phone_index__in=crypto.sought("phone", words))
        )
    coming = (
        mine.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).select_related("unit").order_by("unit__path", "deputy")
    )
    return rows.prefetch_related(Prefetch("postings", coming, to_attr="duties")).order_by("username")


def postings_of(user: User) -> list[Posting]:
    """Every posting a person ever had, present ones first."""
    return list(Posting.objects.filter(user=user).select_related("unit").order_by("-from_on", "pk"))


def hands_off(admin: User, user: User, day: date) -> str:
    """Why ``admin`` may not change this account, as a code of `people.problems`; "" when nothing speaks against it.

    Everything a person holds must lie in the administrator's units; of somebody who holds nothing, what was held last.
    """
    if admin.pk == user.pk:
        return "people.own_account"
    posts = list(Posting.objects.filter(user=user))
    held = [post for post in posts if post.to_on is None or post.to_on >= day]
    if any(post.role in rules.WATCHERS for post in held):
        return "people.auditor_apart"
    last = max((post.to_on for post in posts if post.to_on), default=None)
    counted = held or [post for post in posts if post.to_on == last]
    units = {post.unit_id for post in counted}
    inside = access.units_for(admin, "posting.manage").filter(pk__in=units).count()
    if not units or (not inside and not held):
        return "people.nothing_held"
    return "" if inside == len(units) else "people.posted_elsewhere"


def in_hands_of(admin: User, day: date) -> QuerySet[User]:
    """Whose second factors ``admin`` may reset: people all of whose present duties lie in the admin's units.

    Those whose duty opens personal data are in the hands of the security administrator: whoever resets their password
    must not be able to sign in as them. A duty that waits or rests counts as one that holds. Administrators who watch
    others are the operator's (``reset_factors``)."""
    rows = Posting.objects.filter(user=OuterRef("pk"))
    now = (rows.on(day) | rows.waiting(day)).filter(from_on__lte=day)
    guarded = Exists(now.filter(role__in=[name for name, role in access.ROLES.items() if role.guarded]))
    found = User.objects.filter(is_active=True).exclude(pk=admin.pk)
    for verb, those in (("posting.confirm", Q(guarded)), ("posting.manage", ~Q(guarded))):
        inside = access.scope(admin, verb, "unit__")
        found = found.filter(~those | Q(Exists(now.filter(inside))) & ~Q(Exists(now.exclude(inside))))
    return found.exclude(Exists(now.filter(role__in=rules.WATCHERS)))


def opens_records(user: User, day: date) -> bool:
    """Whether a duty of the person's that holds or will hold opens personal data (``Role.guarded``)."""
    guarded = [name for name, role in access.ROLES.items() if role.guarded]
    held = Posting.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), user=user, role__in=guarded)
    return held.filter(confirmed_at__isnull=False).exists()


def active(ids: Iterable[int]) -> QuerySet[User]:
    """Those of these accounts that can still sign in."""
    return User.objects.filter(pk__in=list(ids), is_active=True)


def by_username(usernames: Iterable[str]) -> dict[str, User]:
    """Accounts by user name; names that nobody has are left out."""
    return {user.username: user for user in User.objects.filter(username__in=list(usernames))}


def how_many() -> int:
    """How many accounts there are."""
    return User.objects.count()


def opened_phone(sealed: bytes | memoryview | None) -> str:
    """The telephone of an account from its column, for lists read by SQL; "" when none is known."""
    return crypto.unseal(bytes(sealed), "people_user.phone").decode() if sealed else ""


def home_of(user: User) -> Unit | None:
    """The unit in whose activity list the doings of an account stand: that of its newest duty."""
    post = (
        Posting.objects.filter(user=user)
        .select_related("unit")
        .order_by(F("to_on").desc(nulls_first=True), "deputy", "pk")
        .first()
    )
    return post.unit if post else None


def user(pk: int) -> User:
    return User.objects.get(pk=pk)
