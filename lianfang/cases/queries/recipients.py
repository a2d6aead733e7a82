"""Who is told of an emergency by rule, and who may confirm for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lianfang.cases.models import Emergency, OutsideContact, Recipient
from lianfang.cases.rules import emergencies as rules
from lianfang.cases.rules.emergencies import Part
from lianfang.orgs import queries as orgs
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import leave


@dataclass(frozen=True)
class Planned:
    """One who will be told: the accounts that hold the duty at ``unit``; none of an outside body or a gap."""

    part: Part
    unit: Unit | None
    users: list[int] = field(default_factory=list)

    @property
    def gap(self) -> bool:
        return self.part.at != "outside" and not self.users


def plan(school: Unit, kind: str, on: date) -> list[Planned]:
    """Everybody who is told, in order of the catalogue. Where nobody holds a duty, that stands there as a gap; where an
    authority above has nobody, the next above gets it. A fixed number of queries."""
    above = [unit for unit in reversed(orgs.ancestors(school)) if unit.pk != school.pk]
    sponsors = orgs.sponsors_of(school, on)
    held = _held([school, *above, *sponsors], on)
    found: list[Planned] = []
    for part in rules.parts(kind):
        places = _places(part, school, above, sponsors, held)
        told = {one.unit.pk for one in found if one.unit and one.part.at != "school"}
        found += [
            Planned(part, unit, _users(unit, part, held)) for unit in places if unit is None or unit.pk not in told
        ]
    return found


Held = dict[tuple[int, str], list[int]]


def _held(units: Iterable[Unit], on: date) -> Held:
    """(unit, role) → accounts, with those who stand in for whoever is away."""
    roles = {role for part in rules.catalog().recipients for role in part.roles}
    posts = access.holders([unit.pk for unit in units], roles, on)
    away = leave.stand_ins({post.user_id for post in posts}, on)
    found: Held = {}
    for post in posts:
        told = found.setdefault((post.unit_id, post.role), [])
        told.append(post.user_id)
        stand_in = away.get(post.user_id)
        if stand_in is not None:
            told.append(stand_in.pk)
    return found


def _places(
    part: Part, school: Unit, above: Sequence[Unit], sponsors: Sequence[Unit], held: Held
) -> Sequence[Unit | None]:
    if part.at == "outside":
        return [None]
    if part.at == "school":
        return [school]
    if part.at == "sponsor":
        return sponsors
    having = {unit for unit, role in held if role in part.roles}
    chosen, passed = rules.next_above([unit.pk for unit in above], having)
    by_key = {unit.pk: unit for unit in above}
    return [by_key[pk] for pk in (*passed, chosen) if pk is not None]


def _users(unit: Unit | None, part: Part, held: Held) -> list[int]:
    return sorted({user for role in part.roles for user in held.get((unit.pk, role), [])}) if unit else []


def holders(emergency: Emergency, on: date) -> list[int]:
    """Accounts that hold a told duty today, and whoever reported it."""
    rows = [row for row in emergency.recipients.all() if row.unit_id and not row.gap]
    held = _held([row.unit for row in rows if row.unit], on)
    told = {user for row in rows for user in _users(row.unit, rules.part(row.part), held)}
    return sorted(told | {emergency.by_id})


def answerable(user: User, emergency: Emergency) -> list[Recipient]:
    """What the person may confirm of it now: what they were told by their own duties or those they stand in for."""
    return [row for row in _told(user, emergency) if row.acknowledged_at is None]


def was_told(user: User, emergency: Emergency) -> bool:
    return bool(_told(user, emergency))


def _told(user: User, emergency: Emergency) -> list[Recipient]:
    duties = {(post.unit_id, post.role) for post in access.postings(user)}
    return [
        row
        for row in emergency.recipients.all()
        if not row.gap and any((row.unit_id, role) in duties for role in rules.part(row.part).roles)
    ]


def outside(emergency: UUID, body: str) -> Recipient:
    return Recipient.objects.get(emergency=emergency, part=body, unit=None)


def contacts(unit: Unit) -> dict[str, OutsideContact]:
    """Whom to call outside, by body: that of the unit, else of the nearest one above. One query."""
    order = unit.ancestor_ids
    rows = OutsideContact.objects.filter(unit__in=order, ended_at__isnull=True).select_related("unit")
    return {row.body: row for row in sorted(rows, key=lambda row: order.index(row.unit_id))}
