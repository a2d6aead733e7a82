"""An announcement that waits for its second person is owed by whoever may publish it (handlers of events)."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.notices.queries import announcing
from lianfang.obligations.actions import singles
from lianfang.people.models import User
from lianfang.people.queries import active

WITHIN = timedelta(hours=24)


@transaction.atomic
def waits(event: Event) -> None:
    edition = announcing.edition(UUID(event.subject_id))
    if edition.published_at or edition.refused_at or edition.announcement.withdrawn_at:
        return  # quicker than the worker
    singles.owe(
        kind="announcement_publish", key=_key(edition.pk), unit=edition.announcement.unit, due_at=event.at + WITHIN,
        by=_who(event), url=reverse("notices:letter", args=[edition.announcement_id]), now=event.at,
    )  # fmt: skip


@transaction.atomic
def decided(event: Event) -> None:
    singles.fulfil(key=_key(UUID(event.subject_id)), by=_who(event), now=event.at)


@transaction.atomic
def withdrawn(event: Event) -> None:
    for edition in announcing.editions(UUID(event.subject_id)):
        singles.withdraw(key=_key(edition), by=_who(event), reason=event.reason, now=event.at)


def _key(edition: UUID) -> str:
    return f"edition {edition}"


def _who(event: Event) -> User | None:
    return active([event.by_id]).first() if event.by_id else None
