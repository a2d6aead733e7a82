"""Files: kept as soon as they are chosen, so that nobody chooses them twice; given to what they were chosen for when it
is sent; swept out when it never is."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lianfang.core import limits
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.notices.models import Attachment, Edition, Notice
from lianfang.notices.rules import files as rules
from lianfang.notices.rules.questions import Wrong
from lianfang.people.models import User

WAITS = timedelta(days=1)
_MOST_AN_HOUR = 60


@transaction.atomic
def keep(*, by: User, name: str, content: bytes, now: datetime) -> Attachment:
    """A file that waits for its notice. Raises `Refused` for what may not be sent, and after sixty within an hour."""
    found = rules.judge(name, content)
    if isinstance(found, Wrong):
        raise Refused(Problem(found.code, found.cell, found.params))
    if not limits.within("attachment", str(by.pk), most=_MOST_AN_HOUR, every=timedelta(hours=1), now=now):
        raise refuse("notices.files_often", "files")
    return Attachment.objects.create(
        name=found.name, media=found.media, size=len(content), digest=hashlib.sha256(content).digest(),
        content=content, by=by, at=now,
    )  # fmt: skip


@transaction.atomic
def attach(*, by: User, files: Collection[UUID], notice: Notice | None = None, edition: Edition | None = None) -> None:
    """Give the files that a person has chosen to the notice or the edition; what belongs to another one already, after
    going back to its page, is given as a copy. Given twice, it is there once. Raises `Refused` for too many of them,
    and where one is not there any more or is another person's."""
    wanted = set(files)
    if len(wanted) > rules.MOST:
        raise refuse("notices.files_many", "files", most=rules.MOST, count=len(wanted))
    rows = Attachment.objects.select_for_update().filter(pk__in=wanted, by=by).defer("content")
    if len(rows) < len(wanted):
        raise refuse("notices.files_gone", "files")
    here = set(Attachment.objects.filter(notice=notice, edition=edition).values_list("name", "digest"))
    for row in rows:
        if row.notice_id is None and row.edition_id is None:
            Attachment.objects.filter(pk=row.pk).update(notice=notice, edition=edition)
        elif (row.name, row.digest) not in here:
            Attachment.objects.create(
                notice=notice, edition=edition, name=row.name, media=row.media, size=row.size, digest=row.digest,
                content=row.content, by=by, at=row.at,
            )  # fmt: skip


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Files whose notice was never sent go after a day; how many."""
    gone, _tables = Attachment.objects.filter(notice=None, edition=None, at__lt=now - WAITS).delete()
    return gone
