"""Keys with which a school's devices and systems send: given once, withdrawn at any moment."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.health.models import Sender, SenderKind
from lianfang.health.models.senders import LONGEST
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def make(*, by: User, school: Unit, name: str, until: datetime, now: datetime) -> tuple[Sender, str]:
    """The sender and its key, which is nowhere kept and cannot be shown again."""
    key = secrets.token_urlsafe(32)
    made = Sender.objects.create(
        token_index=hashlib.sha256(key.encode()).digest(), kind=SenderKind.GATEWAY, school=school,
        name=" ".join(name.split()), until=min(until, now + LONGEST), by_id=by.pk, by_name=by.name, at=now,
    )  # fmt: skip
    events.record("sender.made", by=by, unit=school, subject=made, now=now)
    return made, key


@transaction.atomic
def revoke(*, by: User, sender: Sender, now: datetime) -> None:
    """Holds from the next batch on. Twice is once."""
    if Sender.objects.filter(pk=sender.pk, revoked_at__isnull=True).update(revoked_at=now):
        events.record("sender.revoked", by=by, unit=sender.school, subject=sender, now=now)
