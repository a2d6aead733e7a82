"""Sending what is due. Three steps that survive being killed between any two of them:

1. *claim*: in one transaction rows are grouped into messages, get the message's name, and come up again after a lease;
2. the message is *sent*, outside any transaction, many at a time (`channels.lanes`);
3. what became of it is *noted*.

A worker killed after the first step sends nothing, after the second it has sent without noting it: in both cases
another worker sends the message after the lease, under the same name. At least once, and never silently lost.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.notices import channels, saying
from lianfang.notices.channels.lanes import Job, Result, Target, deliver
from lianfang.notices.channels.protocol import Driver, Message, Unavailable
from lianfang.notices.models import Address, Delivery, Gateway, Hours, Notice, Send, State
from lianfang.notices.queries import ways
from lianfang.notices.rules import timing
from lianfang.people.models import User

AT_ONCE = 1000
# The worker has other work to do: what is left comes a minute later.
RUN_SECONDS = 40.0
_COLUMNS = ("state", "attempts", "next_at", "ended_at", "message_id", "gateway_id", "code", "said", "reference")
_STORE = """
UPDATE notices_send s SET state = v.state, attempts = v.attempts, next_at = v.next_at, ended_at = v.ended_at,
    message_id = v.message_id, gateway_id = v.gateway_id, code = v.code, said = v.said, reference = v.reference
FROM unnest(%s::int[], %s::date[], %s::uuid[], %s::text[], %s::int[], %s::text[], %s::smallint[], %s::timestamptz[],
    %s::timestamptz[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[])
    AS v (school_id, day, notice_id, channel, user_id, state, attempts, next_at, ended_at, message_id, gateway_id, code,
        said, reference)
WHERE s.school_id = v.school_id AND s."on" = v.day AND s.notice_id = v.notice_id AND s.channel = v.channel
    AND s.user_id = v.user_id AND s.state = 'waiting'
"""


@dataclass
class _Known:
    """What has to be known of the rows of one claim, each read once."""

    notices: dict[UUID, Notice]
    gateways: dict[tuple[int, str], Gateway]
    users: dict[int, User]
    hours: dict[int, Hours]
    done: set[tuple[UUID, int]]
    addresses: dict[tuple[int, str], list[Address]] = field(default_factory=lambda: defaultdict(list))


def send_due(*, now: datetime, at_once: int = AT_ONCE) -> Counter[str]:
    """Send what is due; how many messages ended how. Several workers may run it at the same time."""
    count: Counter[str] = Counter()
    until, more = time.monotonic() + RUN_SECONDS, True
    while more and time.monotonic() < until:
        jobs, more = claim(now=now, at_once=at_once)
        for job, result in deliver(jobs):
            count[note(job=job, result=result, now=now)] += 1
    return count


@transaction.atomic
def claim(*, now: datetime, at_once: int = AT_ONCE) -> tuple[list[Job], bool]:
    """The messages that are due, each of them ours until the lease is over; and whether more may be due. What needs no
    message ends here."""
    rows = _due(now, at_once)
    known = _read(rows)
    jobs = [job for of_one in _together(rows, known) if (job := _job(of_one, known, now))]
    _store(rows)
    return jobs, len(rows) >= at_once


@transaction.atomic
def note(*, job: Job, result: Result, now: datetime) -> str:
    """Write down what became of a message; the state its rows are in now."""
    rows: list[Send] = job.about
    for row in rows:
        if result.failure is None:
            row.state, row.ended_at, row.next_at, row.code, row.said = State.SENT, now, None, "", ""
            row.reference = result.reference[:120]
            continue
        row.code, row.said = result.failure.code, result.failure.said
        row.next_at = timing.again_at(now, row.attempts) if isinstance(result.failure, Unavailable) else None
        if row.next_at is None:
            row.state, row.ended_at = State.FAILED, now
    _store(rows)
    if result.gone:  # the browser has left: nothing reaches it any more
        Address.objects.filter(pk__in=result.gone).delete()
    return rows[0].state


def _due(now: datetime, at_once: int) -> list[Send]:
    """What is due, and with it what waits for the same people to be gathered."""
    waiting = Send.objects.select_for_update(skip_locked=True).filter(state=State.WAITING)
    rows = list(waiting.filter(next_at__lte=now).order_by("next_at")[:at_once])
    fresh = {(row.channel, row.user_id) for row in rows if row.message_id is None}
    if fresh:
        soon = waiting.filter(
            next_at__gt=now, next_at__lte=now + timing.GATHER, message_id=None, user_id__in={user for _, user in fresh}
        )
        rows += [row for row in soon if (row.channel, row.user_id) in fresh]
    return rows


def _read(rows: Sequence[Send]) -> _Known:
    users, notices = {row.user_id for row in rows}, {row.notice_id for row in rows}
    told = Notice.objects.select_related("unit", "by").in_bulk(notices)
    over = Q(read_at__isnull=False, notice__to_confirm=False) | Q(confirmed_at__isnull=False)
    done = Delivery.objects.filter(over, notice_id__in=notices, user_id__in=users)
    known = _Known(
        notices=told,
        gateways=ways.gateways({notice.unit for notice in told.values()}),
        users=ways.people(users),
        hours=Hours.objects.in_bulk(users),
        done=set(done.values_list("notice_id", "user_id")),
    )
    verified = Address.objects.filter(user_id__in=users, verified_at__isnull=False).select_related("gateway")
    for address in verified.order_by("pk"):
        known.addresses[address.user_id, address.channel].append(address)
    return known


def _together(rows: Sequence[Send], known: _Known) -> Iterable[list[Send]]:
    """Rows that leave as one message: those that did so before, else those of one person, channel and gateway."""
    groups: dict[Any, list[Send]] = defaultdict(list)
    for row in rows:
        gateway = known.gateways.get((row.unit_id, row.channel))
        groups[row.message_id or (row.channel, row.user_id, gateway and gateway.pk, row.urgent)].append(row)
    return groups.values()


def _job(rows: list[Send], known: _Known, now: datetime) -> Job | None:
    """The message of these rows; none where it has become needless, cannot be sent, or must wait for the morning."""
    left = [row for row in rows if not _needless(row, known, now)]
    if not left:
        return None
    first = left[0]
    morning = _free_from(first, known, now)
    found = _targets(first, known)
    if isinstance(found, str):
        for row in left:
            row.state, row.ended_at, row.next_at, row.code = State.FAILED, now, None, found
        return None
    if morning > now:
        for row in left:
            row.next_at = morning
        return None
    gateway, targets = found
    name = first.message_id or uuid7()
    for row in left:
        row.message_id, row.gateway_id, row.attempts = name, gateway.pk, row.attempts + 1
        row.next_at = now + timing.LEASE
    driver = channels.drivers()[gateway.driver]
    return Job(gateway.pk, driver, _message(driver, name, left, known, now), targets, about=left)


def _needless(row: Send, known: _Known, now: datetime) -> bool:
    """Read or withdrawn in the meantime, or its person has left: ended without a message."""
    user, notice = known.users.get(row.user_id), known.notices.get(row.notice_id)
    if notice is not None and notice.withdrawn_at is not None:
        code = "withdrawn"
    elif notice is None or (row.user_id and (user is None or not user.is_active)):
        code = "closed"
    elif (row.notice_id, row.user_id) in known.done:
        code = "read"
    else:
        return False
    row.state, row.ended_at, row.next_at, row.code = State.DROPPED, now, None, code
    return True


def _free_from(row: Send, known: _Known, now: datetime) -> datetime:
    own = known.hours.get(row.user_id)
    quiet = (own.begin, own.end) if own else timing.QUIET
    return now if row.urgent else timing.free_from(now.astimezone(clock.ZONE), quiet)


def _targets(row: Send, known: _Known) -> tuple[Gateway, tuple[Target, ...]] | str:
    """Through which gateway to which addresses, or the code of what is lacking."""
    kind = channels.of_channel(row.channel)
    gateway = known.gateways.get((row.unit_id, row.channel))
    own = known.addresses[row.user_id, row.channel]
    if kind.own:
        pairs = [(one.gateway, one) for one in own if one.gateway and one.gateway.ended_at is None and one.value]
        targets = tuple(Target(via.config or {}, one.value.open(), one.pk) for via, one in pairs if one.value)
        return (pairs[0][0], targets) if targets else "no_address"
    if gateway is None or gateway.driver not in channels.drivers():
        return "no_gateway"
    if kind.group:
        return gateway, (Target(gateway.config or {}, ""),)
    phone = known.users[row.user_id].work_phone
    places = [phone] if row.channel == "sms" and phone else [one.value.open() for one in own if one.value]
    return (gateway, (Target(gateway.config or {}, places[0]),)) if places else "no_address"


def _message(driver: Driver, name: UUID, rows: Sequence[Send], known: _Known, now: datetime) -> Message:
    notices = [known.notices[row.notice_id] for row in rows]
    user = known.users.get(rows[0].user_id)
    people = 0 if user else ways.people_of(notices)
    language = user.language if user else settings.LANGUAGE_CODE
    subject, text = saying.said(driver, notices, people=people, language=language)
    return Message(str(name), now, len(notices), subject, text, saying.link(), urgent=rows[0].urgent)


def _store(rows: Sequence[Send]) -> None:
    """All rows in one statement; one that has ended meanwhile stays as it is."""
    key = ("school_id", "on", "notice_id", "channel", "user_id")
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [[getattr(row, column) for row in rows] for column in (*key, *_COLUMNS)])
