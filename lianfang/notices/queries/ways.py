"""Reads of gateways, addresses and sendings."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from lianfang.core import clock
from lianfang.notices.models import Address, Delivery, Gateway, Notice, Send, State
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

FAILED_DAYS = 30


def gateways(units: Iterable[Unit]) -> dict[tuple[int, str], Gateway]:
    """(unit, channel) → its own or the nearest above, for each of the units and every channel that has one."""
    wanted = {unit.pk: unit.ancestor_ids for unit in units}
    above = {pk for pks in wanted.values() for pk in pks}
    at = {(row.unit_id, row.channel): row for row in Gateway.objects.filter(unit_id__in=above, ended_at__isnull=True)}
    found: dict[tuple[int, str], Gateway] = {}
    for unit, path in wanted.items():
        for pk in path:  # from the root down: the last one is the nearest
            found |= {(unit, channel): row for (place, channel), row in at.items() if place == pk}
    return found


def gateway_for(user: User, channel: str) -> Gateway | None:
    """Through which a person's own address is made known: of all their duties the nearest."""
    units = [post.unit for post in access.postings(user)]
    found = gateways(units)
    rows = {unit.pk: (unit, found[unit.pk, channel]) for unit in units if (unit.pk, channel) in found}
    return min(rows.values(), key=lambda pair: (-len(pair[0].ancestor_ids), pair[0].pk), default=(None, None))[1]


def addresses(user: User) -> list[Address]:
    return list(Address.objects.filter(user=user).select_related("gateway").order_by("channel", "pk"))


def set_up(user: User) -> QuerySet[Gateway]:
    """The gateways a person looks after."""
    at = Gateway.objects.filter(access.scope(user, "channel.manage", "unit__"), ended_at__isnull=True)
    return at.select_related("unit").order_by("unit__path", "channel")


def of_notice(notice: Notice) -> QuerySet[Send]:
    """By the whole head of the key, so that one month is looked into and no other."""
    school = notice.unit.school_id or notice.unit_id
    return Send.objects.filter(school_id=school, on=clock.day_of(notice.at), notice_id=notice.pk)


def got_through(notice: Notice) -> list[Mapping[str, Any]]:
    """For the sender: per channel how many wait, were sent, failed (by reason), were not needed any more."""
    rows = of_notice(notice).values("channel", "state", "code").annotate(count=Count("user_id"))
    return list(rows.order_by("channel", "state", "code"))


def failed(user: User, now: datetime) -> QuerySet[Send]:
    """What lately failed in the units whose channels a person looks after, newest first."""
    units = access.units_for(user, "channel.manage").values("pk")
    since = now - timedelta(days=FAILED_DAYS)
    rows = Send.objects.filter(state=State.FAILED, unit_id__in=units, on__gte=since.date(), ended_at__gte=since)
    return rows.order_by("-ended_at", "notice_id", "channel", "user_id")


def failed_sums(user: User, now: datetime) -> list[dict[str, Any]]:
    """What lately failed, counted by unit and channel, with the unit."""
    counted = failed(user, now).order_by("unit_id", "channel").values("unit_id", "channel")
    rows = list(counted.annotate(count=Count("user_id")))
    units = Unit.objects.in_bulk({row["unit_id"] for row in rows})
    return [{**row, "unit": units[row["unit_id"]]} for row in rows]


def people(users: Iterable[int]) -> dict[int, User]:
    return User.objects.in_bulk(users)


def people_of(notices: Iterable[Notice]) -> int:
    """How many were told of these."""
    rows = Delivery.objects.filter(notice__in=[notice.pk for notice in notices])
    return rows.aggregate(people=Count("user", distinct=True))["people"] or 0


def named(rows: Iterable[Send]) -> list[dict[str, Any]]:
    """Sendings with the unit, the person and the notice they are about, in three queries."""
    rows = list(rows)
    units = Unit.objects.in_bulk({row.unit_id for row in rows})
    users = User.objects.in_bulk({row.user_id for row in rows})
    notices: dict[UUID, Notice] = Notice.objects.in_bulk({row.notice_id for row in rows})
    return [
        {"send": row, "unit": units.get(row.unit_id), "user": users.get(row.user_id),
         "notice": notices.get(row.notice_id)}
        for row in rows
    ]  # fmt: skip
