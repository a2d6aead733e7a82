"""Reads of files."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.notices.models import Attachment, Delivery, Notice
from lianfang.notices.queries.telling import senders
from lianfang.people.models import Person, User


def waiting(by: User, ids: Collection[UUID]) -> list[Attachment]:
    """Those of the ids that are a person's own and belong to nothing yet, without their content."""
    rows = Attachment.objects.filter(pk__in=ids, by=by, notice=None, edition=None)
    return list(rows.defer("content").order_by("at", "pk")) if ids else []


def of_notice(notice: Notice) -> list[Attachment]:
    """For a list, without their content."""
    return list(notice.attachments.defer("content").order_by("at", "pk"))


def for_staff(user: User) -> QuerySet[Attachment]:
    """Files that a person may open: of notices they got, as long as these are not withdrawn; of notices of their units;
    their own that wait."""
    got = Delivery.objects.filter(notice=OuterRef("notice"), user=user, notice__withdrawn_at=None)
    sent = Q(notice__unit__in=senders(user), notice__by__isnull=False)
    return Attachment.objects.filter(Exists(got) | sent | Q(by=user, notice=None, edition=None))


def for_family(person: Person) -> QuerySet[Attachment]:
    """Files of notices to a pupil and their family."""
    return Attachment.objects.filter(notice__deliveries__person=person, notice__withdrawn_at=None)
