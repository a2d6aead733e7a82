"""Who is responsible for what a unit owes: the holder of the duty, or whoever is next above where nobody holds it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lianfang.obligations import spec
from lianfang.obligations.sources import Source
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting, User
from lianfang.people.queries import leave

# Who is asked for what the units below owe; at the unit that owes it is the roles of the kind.
_SCHOOL = ("liaison", "clerk", "office_head")
_AREA = ("liaison",)


@dataclass(frozen=True)
class Holder:
    """``unit``: where the duty is held. ``own`` False: nobody holds it at the unit itself. ``away_for``: whom the
    person stands in for."""

    user: User
    unit: Unit
    own: bool
    away_for: str = ""

    @property
    def phone(self) -> str:
        return self.user.work_phone


def holders(units: Collection[Unit], kind: spec.Kind, source: Source, on: date) -> dict[int, Holder]:
    """By unit; one is missing where nobody is responsible up to the root. Two queries."""
    above = {pk for unit in units for pk in unit.ancestor_ids}
    held: dict[int, list[Posting]] = {}
    for post in access.holders(above, {*kind.roles, *_SCHOOL, *_AREA}, on):
        held.setdefault(post.unit_id, []).append(post)
    away = leave.stand_ins({post.user_id for posts in held.values() for post in posts}, on)
    found = {}
    for unit in units:
        for pk in reversed(unit.ancestor_ids):
            first = _first(held.get(pk, ()), kind, source, away)
            if first is not None:
                found[unit.pk] = _holder(first, unit, away)
                break
    return found


def _first(posts: Iterable[Posting], kind: spec.Kind, source: Source, away: dict[int, User | None]) -> Posting | None:
    """Whoever is there before whoever is away; holders before deputies."""
    fits = [(roles.index(post.role), post) for post in posts if post.role in (roles := _roles(post.unit, kind, source))]
    best = min(fits, key=lambda one: (_gone(one[1], away), one[1].deputy, one[0], one[1].pk), default=None)
    return best[1] if best else None


def _gone(post: Posting, away: dict[int, User | None]) -> bool:
    return post.user_id in away and away[post.user_id] is None


def _holder(post: Posting, unit: Unit, away: dict[int, User | None]) -> Holder:
    stand_in = away.get(post.user_id)
    return Holder(stand_in or post.user, post.unit, post.unit_id == unit.pk, post.user.name if stand_in else "")


def _roles(unit: Unit, kind: spec.Kind, source: Source) -> tuple[str, ...]:
    if unit.kind in source.at:
        return kind.roles
    return _SCHOOL if unit.school_id else _AREA
