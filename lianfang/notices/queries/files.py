"""Reads of files."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.notices.models import Attachment, Delivery, Notice
from lianfang.notices.queries.telling import seen_by
from lianfang.people.models import Person, User


def own(by: User, ids: Collection[UUID]) -> list[Attachment]:
    """Those of the ids that the person has chosen, without their content; also what was sent already, for a page that
    is sent twice."""
    return list(Attachment.objects.filter(pk__in=ids, by=by).defer("content").order_by("at", "pk")) if ids else []


def of_notice(notice: Notice) -> list[Attachment]:
    """For a list, without their content."""
    return list(notice.attachments.defer("content").order_by("at", "pk"))


def for_staff(user: User) -> QuerySet[Attachment]:
    """Files that a person may open: of notices they got, as long as these are not withdrawn; of those whose recipients
    they see; their own that wait."""
    got = Delivery.objects.filter(notice=OuterRef("notice"), user=user, notice__withdrawn_at=None)
    sent = seen_by(user).filter(pk=OuterRef("notice"))
    return Attachment.objects.filter(Exists(got) | Exists(sent) | Q(by=user, notice=None, edition=None))


def for_family(person: Person) -> QuerySet[Attachment]:
    """Files of notices to a pupil and their family."""
    return Attachment.objects.filter(notice__deliveries__person=person, notice__withdrawn_at=None)
