"""Who answers the 24 h telephone of units now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lianfang.core import clock
from lianfang.duty.models import Post, Shift
from lianfang.duty.queries.away import away
from lianfang.duty.rules.answering import Kept, Link, chain
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

# Who answers where nobody is on duty, in this order.
_FIRST = ("principal", "leader", "office_head", "liaison")


@dataclass(frozen=True)
class Called:
    """One of the chain: whom to call, why them, and where they hold it."""

    user: User
    unit: Unit
    why: str

    @property
    def phone(self) -> str:
        return self.user.work_phone


@dataclass(frozen=True)
class Answer:
    """``phone`` is the unit's 24 h number: of the post that answers, else the unit's own; "" when none is known.
    ``chain`` begins with who answers now; ``shift`` is the one that runs at the post, whoever answers."""

    unit: Unit
    post: Post | None
    phone: str
    shift: Shift | None
    chain: Sequence[Called]

    @property
    def now(self) -> Called | None:
        return self.chain[0] if self.chain else None

    @property
    def rostered(self) -> bool:
        """Whether the roster names somebody for this moment at all."""
        return self.shift is not None and self.shift.user_id is not None


def answering(units: Iterable[Unit], now: datetime) -> dict[int, Answer]:
    """By unit, for each of them. Five queries, whatever their number."""
    asked = list(units)
    above = {pk for unit in asked for pk in unit.ancestor_ids}
    places = Unit.objects.in_bulk(above)
    posts = {post.unit_id: post for post in Post.objects.filter(unit__in=above, answers=True, ended_at=None)}
    running = {shift.post.unit_id: shift for shift in _running(posts.values(), now)}
    day = clock.day_of(now)
    first: dict[int, list[User]] = defaultdict(list)
    for role in access.holders(above, _FIRST, day):
        first[role.unit_id].append(role.user)
        role.user.order = (_FIRST.index(role.role), role.deputy, role.pk)  # type: ignore[attr-defined]
    for held in first.values():
        held.sort(key=lambda user: user.order)  # type: ignore[attr-defined]
    people = _people(running.values(), first)
    absent = away(people, day, day)
    there: Callable[[int], bool] = lambda user: people[user].is_active and not absent(user, day)  # noqa: E731

    def of(unit: Unit) -> Answer:
        found = chain(
            reversed(unit.ancestor_ids), lambda pk: kept(running.get(pk)), lambda pk: [u.pk for u in first.get(pk, ())],
            there, now,
        )  # fmt: skip
        post = posts.get(unit.pk)
        phone = (post.duty_phone if post else "") or unit.phone
        return Answer(unit, post, phone, running.get(unit.pk), [_called(link, people, places) for link in found])

    return {unit.pk: of(unit) for unit in asked}


def kept(shift: Shift | None) -> Kept | None:
    if shift is None:
        return None
    checked = shift.check_in.at if hasattr(shift, "check_in") else None
    return Kept(shift.user_id, shift.leader_id or shift.post.leader_id, shift.from_at, shift.to_at, checked)


def _running(posts: Iterable[Post], now: datetime) -> Iterable[Shift]:
    shifts = Shift.objects.standing().filter(post__in=list(posts), from_at__lte=now, to_at__gt=now)
    return shifts.select_related("post__leader", "user", "leader", "check_in")


def _people(shifts: Iterable[Shift], first: dict[int, list[User]]) -> dict[int, User]:
    found = {user.pk: user for held in first.values() for user in held}
    for shift in shifts:
        found |= {user.pk: user for user in (shift.user, shift.leader, shift.post.leader) if user is not None}
    return found


def _called(link: Link, people: dict[int, User], places: dict[int, Unit]) -> Called:
    return Called(people[link.user], places[link.unit], link.why)
