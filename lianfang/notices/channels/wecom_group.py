"""WeCom: a robot in a group chat. Everybody in the chat reads it, so it says numbers only."""

import json

from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

LATER = {-1, 45009, 45033}


def send(message: Message, address: str, config: Config) -> str:
    content = "\n".join(part for part in (message.text, message.link) if part)
    body = {"msgtype": "text", "text": {"content": content}}
    answer = reach.post(config["url"], json.dumps(body).encode(), {"Content-Type": "application/json"})
    code = answer.json().get("errcode")
    if code in LATER or answer.status >= 500:
        raise Unavailable("busy", code)
    if code != 0:
        raise Refused("rejected", code)
    return ""


DRIVER = Driver(
    name="wecom_group",
    channel="wecom_group",
    label=_("WeCom, robot of a group chat"),
    order=5,
    send=send,
    group=True,
    # whoever has this address can write into the chat: it is the secret
    settings=(Setting("url", _("Webhook address"), _("Copied from the robot's card."), kind="secret"),),
)
