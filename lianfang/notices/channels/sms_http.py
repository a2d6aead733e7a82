"""SMS through a gateway of one's own network or operator: one signed request, described in docs/channels.md, for which
most gateways need a few lines in between. ``Idempotency-Key`` lets the gateway send a repeated message once."""

import hashlib
import hmac
import json

from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

LATER = {408, 425, 429}


def send(message: Message, address: str, config: Config) -> str:
    text = f"{message.text}{message.link}"
    body = json.dumps({"id": message.key, "to": address, "text": text}, ensure_ascii=False).encode()
    stamp = str(int(message.at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.key,
        "X-Lianfang-Timestamp": stamp,
        "X-Lianfang-Signature": f"sha256={signature(config['secret'], stamp, body)}",
    }
    answer = reach.post(config["url"], body, headers)
    if answer.status in LATER or answer.status >= 500:
        raise Unavailable("busy", answer.status)
    if answer.status in (401, 403):
        raise Unavailable("login", answer.status)
    if not 200 <= answer.status < 300:
        raise Refused("address" if answer.status == 422 else "rejected", answer.status)
    return str(answer.json().get("id", ""))


def signature(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


DRIVER = Driver(
    name="sms_http",
    channel="sms",
    called=_("SMS"),
    label=_("SMS through one's own gateway"),
    order=3,
    send=send,
    settings=(
        Setting("url", _("Address"), _("https, or http in a network that the operator has named."), kind="url"),
        Setting("secret", _("Secret of the signature"), kind="secret"),
    ),
)
