"""What leaves the house is written down in the transaction of the notice; who sends it and when is `sending`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from lianfang.core import clock
from lianfang.core.actions import months
from lianfang.notices import channels as known
from lianfang.notices.models import Notice, Send
from lianfang.notices.rules import timing

_ROW = (
    'INSERT INTO notices_send (school_id, "on", notice_id, channel, user_id, unit_id, urgent, state, attempts, at,'
    " next_at, code, said, reference)"
    " SELECT %(school)s, %(on)s, %(notice)s, c.channel, c.user_id, %(unit)s, %(urgent)s, 'waiting', 0, %(now)s,"
    " %(next)s, '', '', '' FROM ({whom}) AS c ON CONFLICT DO NOTHING"
)
# Everybody over the channels that the sender named; the others as each person wants it.
_NAMED = (
    "SELECT n.channel, d.user_id FROM notices_delivery d, unnest(%(people)s::text[]) AS n (channel)"
    " WHERE d.notice_id = %(notice)s AND d.user_id IS NOT NULL"
)
_WANTED = (
    "SELECT DISTINCT a.channel, a.user_id FROM notices_delivery d JOIN notices_address a ON a.user_id = d.user_id"
    " WHERE d.notice_id = %(notice)s AND a.always AND a.verified_at IS NOT NULL AND a.channel <> ALL (%(people)s)"
)
_CHATS = "SELECT n.channel, 0 AS user_id FROM unnest(%(chats)s::text[]) AS n (channel)"


def queue(*, notice: Notice, channels: Collection[str], urgent: bool, now: datetime) -> None:
    """Call it in the transaction that delivers, and again for recipients who are added: nothing is written twice.
    ``channels``: "app" is the delivery itself. Raises ValueError for a channel that nobody speaks."""
    named = sorted(set(channels) - {"app"})
    if unknown := set(named) - known.names():
        raise ValueError(f"no channel {', '.join(sorted(unknown))}")
    chats = [name for name in named if known.of_channel(name).group]
    day = clock.day_of(notice.at)
    months.ensure([day], [Send])
    values: dict[str, Any] = {
        "school": notice.unit.school_id or notice.unit_id,
        "on": day,
        "notice": notice.pk,
        "unit": notice.unit_id,
        "urgent": urgent,
        "now": now,
        "next": now if urgent else now + timing.GATHER,
        "people": [name for name in named if name not in chats],
        "chats": chats,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROW.format(whom=" UNION ALL ".join((_NAMED, _WANTED, _CHATS))), values)
        written = cursor.rowcount
    if urgent and written:
        app.configure_task("notices.send_now", queue="sending").defer(timestamp=int(now.timestamp()))


_MANY = (
    'INSERT INTO notices_send (school_id, "on", notice_id, channel, user_id, unit_id, urgent, state, attempts, at,'
    " next_at, code, said, reference)"
    " SELECT coalesce(u.school_id, u.id), %(on)s, c.notice_id, c.channel, c.user_id, u.id, %(urgent)s, 'waiting', 0,"
    " %(now)s, %(next)s, '', '', '' FROM ("
    " SELECT d.notice_id, n.channel, d.user_id FROM notices_delivery d, unnest(%(people)s::text[]) AS n (channel)"
    " WHERE d.notice_id = ANY(%(notices)s) AND d.user_id IS NOT NULL"
    " UNION ALL SELECT DISTINCT d.notice_id, a.channel, d.user_id FROM notices_delivery d"
    " JOIN notices_address a ON a.user_id = d.user_id"
    " WHERE d.notice_id = ANY(%(notices)s) AND a.always AND a.verified_at IS NOT NULL"
    " AND a.channel <> ALL (%(people)s)"
    " UNION ALL SELECT n.id, w.channel, 0 FROM notices_notice n, unnest(%(chats)s::text[]) AS w (channel)"
    " WHERE n.id = ANY(%(notices)s)"
    ") AS c JOIN notices_notice n ON n.id = c.notice_id JOIN orgs_unit u ON u.id = n.unit_id ON CONFLICT DO NOTHING"
)


def queue_many(*, notices: Collection[UUID], channels: Collection[str], urgent: bool, now: datetime) -> None:
    """As `queue`, for very many notices of one moment in one statement."""
    named = sorted(set(channels) - {"app"})
    chats = [name for name in named if known.of_channel(name).group]
    day = clock.day_of(now)
    months.ensure([day], [Send])
    values: dict[str, Any] = {
        "on": day, "urgent": urgent, "now": now, "next": now if urgent else now + timing.GATHER,
        "notices": list(notices), "people": [name for name in named if name not in chats], "chats": chats,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MANY, values)
        written = cursor.rowcount
    if urgent and written:
        app.configure_task("notices.send_now", queue="sending").defer(timestamp=int(now.timestamp()))
