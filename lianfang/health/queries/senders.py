"""Whose token it is, and for whom it may speak at this moment: read with every batch, so a right that was taken back is
gone with the next one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from lianfang.core import prepared
from lianfang.health.models import Sender, SenderKind
from lianfang.health.queries.seats import Reported
from lianfang.health.rules.parcels import Author
from lianfang.orgs.models import UnitQuerySet
from lianfang.people import access
from lianfang.people.models import User

VERB = "sender.manage"
_SENDERS = """
SELECT s.token_index, s.id, s.school_id, s.user_id, s.seen_on FROM unnest(%s::bytea[]) AS w (token)
JOIN health_sender s ON s.token_index = w.token
LEFT JOIN people_user u ON u.id = s.user_id
WHERE s.revoked_at IS NULL AND s.until > %s AND (s.user_id IS NULL OR u.is_active)
"""


@dataclass(frozen=True)
class Rights:
    """``people``: a family's telephone speaks for these. ``school_id``: a gateway speaks for its whole school.
    ``user``: a teacher's telephone speaks as the user."""

    author: Author
    people: frozenset[UUID] = field(default=frozenset())
    school_id: int | None = None
    user: User | None = None

    def may_report(self, place: Reported) -> bool:
        if self.user is not None:
            return access.can(self.user, "roll.submit", place.unit)
        return place.school_id == self.school_id


def asked(digests: Iterable[bytes], now: datetime) -> prepared.Question:
    """Gateways and telephones of staff; those of families are `people.queries.claims.speakers`."""
    return _SENDERS, [prepared.digests(digests), now]


def rights(senders: Iterable[tuple[Any, ...]], families: Iterable[tuple[Any, ...]], day: date) -> dict[bytes, Rights]:
    """Digest of the token → what it may, from the two answers; tokens nobody knows, or that were taken back, are
    missing. Users and their postings are read for all at once."""
    rows = list(senders)
    users = access.with_postings({user for _, _, _, user, _ in rows if user is not None}, day)
    found: dict[bytes, Rights] = {}
    for token, pk, school, user, _ in rows:
        if user is None:
            found[bytes(token)] = Rights(Author(sender_id=pk), school_id=school)
        else:
            found[bytes(token)] = Rights(Author(user, pk), user=users[user])
    people: dict[bytes, set[UUID]] = {}
    devices: dict[bytes, UUID] = {}
    for token, device, person in families:
        devices[bytes(token)] = device
        people.setdefault(bytes(token), set()).add(person)
    for one, device in devices.items():
        found[one] = Rights(Author(sender_id=device), frozenset(people[one]))
    return found


# ── for their page ────────────────────────────────────────────────────────────────────────────────────────────────────


def visible(user: User) -> QuerySet[Sender]:
    """Devices and systems of the user's schools; telephones of staff look after themselves."""
    rows = Sender.objects.filter(access.scope(user, VERB, "school__"), kind=SenderKind.GATEWAY)
    return rows.select_related("school").order_by(F("revoked_at").desc(nulls_first=True), "-at")


def schools(user: User, on: date) -> UnitQuerySet:
    return access.units_for(user, VERB).on(on).filter(kind__in=("school", "training")).order_by("path")


def state(sender: Sender, now: datetime) -> str:
    if sender.revoked_at:
        return "revoked"
    return "sends" if sender.until > now else "over"
