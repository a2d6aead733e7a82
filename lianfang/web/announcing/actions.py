"""An announcement that waits for its second person is owed by whoever may publish it (handlers of events)."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from lianfang.core.models import Event
from lianfang.notices.models import Announcement, Edition
from lianfang.obligations.actions import singles
from lianfang.people.models import User

WITHIN = timedelta(hours=24)


@transaction.atomic
def waits(event: Event) -> None:
    edition = Edition.objects.select_related("announcement__unit").get(pk=event.subject_id)
    if edition.published_at or edition.refused_at or edition.announcement.withdrawn_at:
        return  # quicker than the worker
    with override("zh-hans"):
        label = str(_("An announcement to be published"))
    singles.owe(
        kind="announcement_publish", key=_key(edition.pk), unit=edition.announcement.unit, due_at=event.at + WITHIN,
        by=_who(event), label=label, url=reverse("notices:letter", args=[edition.announcement_id]), now=event.at,
    )  # fmt: skip


@transaction.atomic
def decided(event: Event) -> None:
    singles.fulfil(key=_key(UUID(event.subject_id)), by=_who(event), now=event.at)


@transaction.atomic
def withdrawn(event: Event) -> None:
    for edition in Announcement.objects.get(pk=event.subject_id).editions.all():
        singles.withdraw(key=_key(edition.pk), by=_who(event), reason=event.reason, now=event.at)


def _key(edition: UUID) -> str:
    return f"edition {edition}"


def _who(event: Event) -> User | None:
    return User.objects.filter(pk=event.by_id).first() if event.by_id else None
