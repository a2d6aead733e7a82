"""Where and when a person wants to be reached."""

import json
import secrets
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.notices import channels, saying
from lianfang.notices.channels import reach, webpush
from lianfang.notices.channels.lanes import Job, Result, Target, sent
from lianfang.notices.channels.protocol import Message, Refused
from lianfang.notices.models import Address, Gateway, Hours
from lianfang.notices.queries import ways
from lianfang.people.models import User

VALID = timedelta(minutes=30)
CODES, TRIES, EVERY = 5, 8, timedelta(hours=1)
DEVICES = 5


def add(*, by: User, channel: str, value: str, now: datetime) -> Address:
    """Send a code to an address. Raises `notices.no_channel`, `notices.address_wrong`, `notices.codes_many`,
    `notices.code_not_sent`; the address is kept only once the code has left."""
    gateway = ways.gateway_for(by, channel)
    if gateway is None:
        raise refuse("notices.no_channel")
    value = _clean(channel, value)
    if not limits.within("address code", str(by.pk), most=CODES, every=EVERY, now=now):
        raise refuse("notices.codes_many")
    digits = f"{secrets.randbelow(10**6):06}"
    subject, text = saying.code(digits, by.language)
    message = Message(str(uuid7()), now, 1, subject, text)
    driver = channels.drivers()[gateway.driver]
    result = sent(Job(gateway.pk, driver, message, (Target(gateway.config or {}, value),)))
    if result.failure is not None:
        raise refuse("notices.code_not_sent", "value")
    return _keep(by, channel, value, gateway, digits, now)


def _clean(channel: str, value: str) -> str:
    value = value.strip()
    try:
        if channel == "mail":
            validate_email(value)
    except ValidationError:
        raise refuse("notices.address_wrong", "value") from None
    if (
        not value.isprintable() or not 0 < len(value) <= 120 or "|" in value
    ):  # WeCom reads "|" as several, "@all" as all
        raise refuse("notices.address_wrong", "value")
    if (channel == "wecom" and not all(sign.isalnum() or sign in "._-@" for sign in value)) or value.startswith("@"):
        raise refuse("notices.address_wrong", "value")
    return value


@transaction.atomic
def _keep(by: User, channel: str, value: str, gateway: Gateway, digits: str, now: datetime) -> Address:
    Address.objects.filter(user=by, channel=channel, verified_at__isnull=True).delete()
    own = gateway if channels.of_channel(channel).own else None
    row = Address(user=by, channel=channel, value=value, gateway=own, at=now, code=digits, code_until=now + VALID)
    if ours := next((one for one in ways.addresses(by) if one.channel == channel and one.value == row.value), None):
        ours.code, ours.code_until, ours.gateway = row.code, row.code_until, own
        ours.save(update_fields=["code", "code_until", "gateway"])
        return ours
    row.save(force_insert=True)
    return row


def verify(*, by: User, address: Address, code: str, now: datetime) -> None:
    """Raises `notices.code_wrong`, and counts the try outside any transaction that this would undo. Another address of
    the same channel is replaced."""
    if not limits.within("address try", str(address.pk), most=TRIES, every=VALID, now=now):
        raise refuse("notices.code_wrong", "code")
    expected = address.code.open() if address.code else ""
    late = address.code_until is None or address.code_until < now
    if late or not secrets.compare_digest(code.strip().encode(), expected.encode()):
        raise refuse("notices.code_wrong", "code")
    _verified(by, address, now)


@transaction.atomic
def _verified(by: User, address: Address, now: datetime) -> None:
    address.verified_at, address.code, address.code_until = now, None, None
    address.save(update_fields=["verified_at", "code", "code_until"])
    Address.objects.filter(user=by, channel=address.channel).exclude(pk=address.pk).delete()
    events.record("address.verified", by=by, unit=None, subject=address, now=now)


@transaction.atomic
def subscribe(*, by: User, subscription: str, label: str, now: datetime) -> Address:
    """A browser that shows messages. Raises `notices.no_channel`, `notices.address_wrong`; the oldest of more than
    `DEVICES` goes."""
    gateway = ways.gateway_for(by, "push")
    if gateway is None:
        raise refuse("notices.no_channel")
    try:
        given = json.loads(subscription)
        keys = {name: str(given["keys"][name]) for name in ("auth", "p256dh")}
        reach.checked(str(given["endpoint"]))
        webpush.sealed(b"", webpush.decoded(keys["p256dh"]), webpush.decoded(keys["auth"]))
    except (ValueError, KeyError, TypeError, Refused):
        raise refuse("notices.address_wrong") from None
    value = json.dumps({"endpoint": str(given["endpoint"]), "keys": keys}, sort_keys=True)
    row = Address(user=by, channel="push", value=value, gateway=gateway, label=label[:60], at=now, verified_at=now)
    own = [one for one in ways.addresses(by) if one.channel == "push"]
    same = next((one for one in own if one.value == row.value), None)
    if same is not None:
        return same
    for old in own[: max(0, len(own) - DEVICES + 1)]:
        old.delete()
    row.save(force_insert=True)
    events.record("address.verified", by=by, unit=None, subject=row, now=now)
    return row


def probe(*, by: User, address: Address, gateway: Gateway, now: datetime) -> Result:
    """A test message to oneself."""
    subject, text = saying.probe(by.language)
    message = Message(str(uuid7()), now, 1, subject, text, saying.link())
    value = address.value.open() if address.value else ""
    driver = channels.drivers()[gateway.driver]
    return sent(Job(gateway.pk, driver, message, (Target(gateway.config or {}, value, address.pk),)))


@transaction.atomic
def always(*, by: User, address: Address, wanted: bool, now: datetime) -> None:
    """Every notice, or only those whose sender asks for this channel."""
    if Address.objects.filter(pk=address.pk, user=by).exclude(always=wanted).update(always=wanted):
        events.record("address.changed", by=by, unit=None, subject=address, detail={"always": wanted}, now=now)


@transaction.atomic
def remove(*, by: User, address: Address, now: datetime) -> None:
    events.record("address.removed", by=by, unit=None, subject=address, now=now)
    address.delete()


@transaction.atomic
def choose_hours(*, by: User, begin: time, end: time, now: datetime) -> None:
    """Quiet hours of one's own; both the same: none."""
    Hours.objects.update_or_create(user=by, defaults={"begin": begin, "end": end})
    events.record("address.hours", by=by, unit=None, now=now)
