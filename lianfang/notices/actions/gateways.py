"""Setting up a unit's channels, trying them, sending again what failed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.notices import channels, saying
from lianfang.notices.channels import reach
from lianfang.notices.channels.lanes import Job, Result, Target, sent
from lianfang.notices.channels.protocol import Message, Refused
from lianfang.notices.models import Gateway, Send, State
from lianfang.orgs.models import Unit
from lianfang.people.models import User


@transaction.atomic
def set_up(*, by: User, unit: Unit, driver: str, typed: Mapping[str, str], now: datetime) -> Gateway:
    """A channel of the unit, new or changed. A secret left blank stays as it is; what the driver makes itself is made
    once. Raises `notices.address_refused` at the field of an address that could never be used."""
    kind = channels.drivers()[driver]
    row = Gateway.objects.select_for_update().filter(unit=unit, channel=kind.channel, ended_at__isnull=True).first()
    kept = row.config if row and row.driver == driver and row.config else dict(kind.made())
    config = dict(kept)
    for setting in kind.settings:
        value = typed.get(setting.name, "").strip()
        if setting.kind != "secret" or value:
            config[setting.name] = value
        if setting.required and not config.get(setting.name):
            raise refuse("notices.setting_missing", setting.name)
        if setting.kind == "url" or setting.name == "url":
            _usable(config[setting.name], setting.name)
    if row is None:
        row = Gateway(unit=unit, channel=kind.channel, by=by, at=now)
    row.driver, row.config, row.by, row.at, row.tested_at, row.tested = driver, config, by, now, None, ""
    row.save()
    events.record("gateway.set", by=by, unit=unit, subject=row, detail={"driver": driver}, now=now)
    return row


def _usable(url: str, field: str) -> None:
    try:
        reach.checked(url)
    except Refused:
        raise refuse("notices.address_refused", field) from None


def probe(*, by: User, gateway: Gateway, address: str, now: datetime) -> Result:
    """Send a test message and tell what the other side said. Not in a transaction: it may take its time."""
    driver = channels.drivers()[gateway.driver]
    subject, text = saying.probe(by.language)
    message = Message(str(uuid7()), now, 1, subject, text, saying.link())
    result = sent(Job(gateway.pk, driver, message, (Target(gateway.config or {}, address),)))
    _tried(by, gateway, result, now)
    return result


@transaction.atomic
def _tried(by: User, gateway: Gateway, result: Result, now: datetime) -> None:
    gateway.tested_at, gateway.tested = now, "" if result.failure is None else result.failure.code
    gateway.save(update_fields=["tested_at", "tested"])
    outcome = "done" if result.failure is None else "failed"
    events.record("gateway.tested", by=by, unit=gateway.unit, subject=gateway, outcome=outcome, now=now)


@transaction.atomic
def end(*, by: User, gateway: Gateway, now: datetime) -> None:
    """Nothing leaves through it any more, and its passwords are gone."""
    if Gateway.objects.filter(pk=gateway.pk, ended_at__isnull=True).update(ended_at=now, config=None):
        events.record("gateway.ended", by=by, unit=gateway.unit, subject=gateway, now=now)


@transaction.atomic
def again(*, by: User, unit: Unit, channel: str, now: datetime, since: datetime) -> int:
    """What failed at a unit over a channel since then is tried anew, with all its tries; how many."""
    rows = Send.objects.filter(
        unit_id=unit.pk, channel=channel, state=State.FAILED, on__gte=since.date(), ended_at__gte=since
    )
    count = rows.update(state=State.WAITING, attempts=0, next_at=now, ended_at=None, code="", said="")
    if count:
        events.record("gateway.again", by=by, unit=unit, detail={"channel": channel, "count": count}, now=now)
    return count
