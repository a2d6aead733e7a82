"""DingTalk (钉钉): a robot in a group chat with the security setting 加签: timestamp and HMAC-SHA256. It says numbers
only."""

import base64
import hashlib
import hmac
import json
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

LATER = {-1, 130101, 410100}
LOGIN = {300001, 310000, 400013}


def send(message: Message, address: str, config: Config) -> str:
    stamp = str(int(message.at.timestamp() * 1000))
    url = f"{config['url']}&timestamp={stamp}&sign={quote_plus(signature(config['secret'], stamp))}"
    content = "\n".join(part for part in (message.text, message.link) if part)
    body = {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}
    answer = reach.post(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    code = answer.json().get("errcode")
    if code in LATER or answer.status >= 500:
        raise Unavailable("busy", code)
    if code in LOGIN:
        raise Unavailable("login", code)
    if code != 0:
        raise Refused("rejected", code)
    return ""


def signature(secret: str, stamp: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()).decode()


DRIVER = Driver(
    name="dingtalk",
    channel="dingtalk",
    label=_("DingTalk, robot of a group chat"),
    order=6,
    send=send,
    group=True,
    settings=(
        Setting("url", _("Webhook address"), _("With its access_token, as DingTalk shows it."), kind="secret"),
        Setting("secret", _("Secret of the signature"), _("Begins with SEC."), kind="secret"),
    ),
)
