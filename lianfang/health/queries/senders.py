"""Whose token it is, and for whom it may speak at this moment: read with every batch, so a right that was taken back is
gone with the next one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lianfang.health.models import Sender, SenderKind
from lianfang.health.rules.parcels import Author
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import claims


@dataclass(frozen=True)
class Rights:
    """``people``: a family's telephone speaks for these. ``school_id``: a gateway speaks for its whole school.
    ``user``: a teacher's telephone speaks as the user."""

    author: Author
    people: frozenset[UUID] = field(default=frozenset())
    school_id: int | None = None
    user: User | None = None

    def may_report(self, unit: object) -> bool:
        if self.user is not None:
            return access.can(self.user, "roll.submit", unit)  # type: ignore[arg-type]
        return self.school_id is not None and getattr(unit, "school_id", None) == self.school_id


def rights(digests: Collection[bytes], now: datetime) -> dict[bytes, Rights]:
    """Digest of the token → what it may; tokens nobody knows, or that were taken back, are missing."""
    found: dict[bytes, Rights] = {}
    senders = Sender.objects.filter(token_index__in=digests, revoked_at__isnull=True, until__gt=now)
    for sender in senders.select_related("user"):
        if sender.kind == SenderKind.GATEWAY:
            made = Rights(Author(sender_id=sender.pk), school_id=sender.school_id)
        elif sender.user is None or not sender.user.is_active:
            continue
        else:
            made = Rights(Author(sender.user_id, sender.pk), user=sender.user)
        found[bytes(sender.token_index)] = made
    left = [one for one in digests if one not in found]
    for token, device, person in claims.spoken_for(left, now) if left else ():
        before = found.get(token) or Rights(Author(sender_id=device))
        found[token] = Rights(before.author, before.people | {person})
    return found
