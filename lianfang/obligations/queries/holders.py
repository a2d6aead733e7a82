"""Whom a rung tells: the holders of its roles at the unit or, where nobody holds them, next above."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models.expressions import RawSQL

from lianfang.core import prepared
from lianfang.obligations.spec import At
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people.models import Posting, User
from lianfang.people.queries import leave

Post = tuple[int, bool]  # who holds it, and whether as a deputy
AREAS = ("county", "city", "province", "nation")


@dataclass(frozen=True, slots=True)
class Place:
    """As much of a unit as the way up needs: its ancestors from the root to itself."""

    pk: int
    label: str
    kind: str
    tier: str
    school_id: int | None
    above: tuple[int, ...]

    @property
    def path(self) -> str:
        return "".join(f"{pk}." for pk in self.above)


def places(units: Collection[int]) -> dict[int, Place]:
    """The units and everything above them. Two queries, whatever their number."""
    rows = _read(Unit.objects.filter(pk__in=units))
    lacking = {pk for place in rows.values() for pk in place.above} - rows.keys()
    return rows | (_read(Unit.objects.filter(pk__in=lacking)) if lacking else {})


def way_up(place: Place, at: At, known: dict[int, Place]) -> list[int]:
    """Where to look for holders, nearest first. ``own``: from the unit itself; ``school``: from its school; ``above``:
    from the authority next above it; ``county`` …: from the area of that step, or the next one up."""
    line = [known[pk] for pk in reversed(place.above)]
    if at == "own":
        return [one.pk for one in line]
    if at == "school":
        return [one.pk for one in line if one.pk == place.school_id or one.school_id is None]
    areas = [one for one in line if one.pk != place.pk and one.kind in AREAS]
    if at == "above":
        return [one.pk for one in areas]
    return [one.pk for one in areas if AREAS.index(one.kind) >= AREAS.index(at)]


def tell(
    wanted: Iterable[Place], at: At, roles: Sequence[str], known: dict[int, Place], on: date
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Unit → where somebody was found, and their users; a unit is missing when nobody holds the duty up to the root.
    Whoever is away is left to their stand-in, else to the deputies. Two queries."""
    ways = {place.pk: way_up(place, at, known) for place in wanted}
    held = _held({pk for way in ways.values() for pk in way}, roles, on)
    found: dict[int, tuple[int, tuple[int, ...]]] = {}
    for unit, way in ways.items():
        for pk in way:
            if users := held.get(pk):
                found[unit] = (pk, users)
                break
    return found


def tell_many(
    rows: Collection[tuple[int, int]], at: At, roles: Sequence[str], on: date
) -> dict[int, tuple[int, tuple[int, ...]]]:  # fmt: skip
    """As `tell`, of very many units, each with its school (itself where it belongs to none): schools are looked at
    once, and of the units only those that have nobody of their own."""
    if at != "own":
        known = places({school for _, school in rows})
        of_school = tell([known[pk] for pk in {school for _, school in rows} if pk in known], at, roles, known, on)
        return {unit: of_school[school] for unit, school in rows if school in of_school}
    found = {unit: (unit, users) for unit, users in _held({unit for unit, _ in rows}, roles, on).items()}
    left = [unit for unit, _ in rows if unit not in found]
    known = places(left) if left else {}
    return found | tell([known[pk] for pk in left if pk in known], at, roles, known, on)


def in_person(users: Collection[int], on: date) -> dict[int, tuple[int, ...]]:
    """Who is told in place of each of these people: themselves, else whoever stands in for them. Somebody who has left,
    or is away without anybody, is missing: it goes to the holders of the duty. Two queries."""
    if not users:
        return {}
    away = leave.stand_ins(users, on)
    there = User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)
    found: dict[int, tuple[int, ...]] = {pk: (pk,) for pk in there if pk not in away}
    return found | {pk: (one.pk,) for pk, one in away.items() if one is not None}


def _held(units: Collection[int], roles: Sequence[str], on: date) -> dict[int, tuple[int, ...]]:
    """Who is told at each unit, none of which is closed. Very many units travel as one array."""
    posts: dict[int, list[Post]] = defaultdict(list)
    these = RawSQL("SELECT unnest(%s::bigint[])", [prepared.listed(units)])
    rows = Posting.objects.counted_on(on).filter(unit_id__in=these, role__in=roles) if units else Posting.objects.none()
    for unit, user, deputy in rows.values_list("unit_id", "user_id", "deputy"):
        posts[unit].append((user, deputy))
    away = leave.stand_ins({user for held in posts.values() for user, _ in held}, on) if posts else {}
    found = {unit: present(held, away) for unit, held in posts.items()}
    return {unit: users for unit, users in found.items() if users}


def present(posts: Sequence[Post], away: dict[int, User | None]) -> tuple[int, ...]:
    """Holders who are there and stand-ins of those who are not; where there is neither, the deputies."""
    for deputies in (False, True):
        users = set()
        for user, deputy in posts:
            if deputy is not deputies:
                continue
            stand_in = away.get(user)
            if user not in away:
                users.add(user)
            elif stand_in is not None:
                users.add(stand_in.pk)
        if users:
            return tuple(sorted(users))
    return ()


def _read(rows: UnitQuerySet) -> dict[int, Place]:
    names = ("pk", "short_name", "name", "kind", "tier", "school_id", "path")
    return {
        pk: Place(pk, short or name, kind, tier, school, tuple(int(part) for part in path.split(".") if part))
        for pk, short, name, kind, tier, school, path in rows.values_list(*names)
    }
