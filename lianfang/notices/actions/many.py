"""Very many messages of the system at once, in a few statements."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from lianfang.core import prepared
from lianfang.notices.actions import queueing
from lianfang.notices.models import Notice
from lianfang.notices.rules.drafts import Draft

_DELIVER = """
INSERT INTO notices_delivery (notice_id, user_id, delivered_at, as_guardian)
SELECT w.notice_id, w.user_id, %s, false FROM unnest(%s::uuid[], %s::int[]) AS w (notice_id, user_id)
"""


@transaction.atomic
def post_many(
    *, drafts: Sequence[Draft], channels: Collection[str] = ("app",), urgent: bool = False, now: datetime
) -> None:
    """Post them all. Whoever calls answers for it that nothing is said twice (the keys are the drafts' own), and leaves
    the trace: no event is written for each."""
    if not drafts:
        return
    Notice.objects.bulk_create(
        [
            Notice(
                id=one.pk,
                kind=one.kind,
                params=one.params,
                unit_id=one.unit,
                by_id=one.by,
                url=one.url,
                key=str(one.pk),
                at=now,
                recipients=len(one.to),
                complete_at=now,
            )
            for one in drafts
        ],
        batch_size=1000,
    )
    pairs = [(str(one.pk), user) for one in drafts for user in sorted(one.to)]
    told = "{" + ",".join([pk for pk, _ in pairs]) + "}"
    with connection.cursor() as cursor:
        cursor.execute(_DELIVER, [now, told, prepared.listed([user for _, user in pairs])])
    queueing.queue_many(notices=[one.pk for one in drafts], channels=channels, urgent=urgent, now=now)
