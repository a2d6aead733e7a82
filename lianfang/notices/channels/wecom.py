"""WeCom (企业微信): a message of one's own application to a member. The token is kept in this process until it ends;
one taken back early is asked for anew, once. WeCom itself drops a repeated message for half an hour
(``enable_duplicate_check``)."""

import hashlib
import json
import threading
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

STALE = {40001, 40014, 42001}
LATER = {-1, 45009, 45033}
LOGIN = {40013, 40056, 48002, 60020, 301002}
UNKNOWN_MEMBER = {40003, 60111, 81013}
_tokens: dict[tuple[str, str, bytes], tuple[str, float]] = {}
_turn = threading.Lock()


def send(message: Message, address: str, config: Config) -> str:
    body = {
        "touser": address,
        "msgtype": "text",
        "agentid": int(config["agent"]),
        "text": {"content": "\n".join(part for part in (message.subject, message.text, message.link) if part)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }
    said = _sent(body, config, _token(config, message.at.timestamp()))
    if said.get("errcode") in STALE:
        said = _sent(body, config, _token(config, message.at.timestamp(), anew=True))
    code = said.get("errcode")
    if code in LATER:
        raise Unavailable("busy", code)
    if code in LOGIN | STALE:
        raise Unavailable("login", code)
    if code in UNKNOWN_MEMBER or said.get("invaliduser"):
        raise Refused("address", code)
    if code != 0:
        raise Refused("rejected", code)
    return str(said.get("msgid", ""))


def _sent(body: dict[str, object], config: Config, token: str) -> dict[str, object]:
    url = f"{config['url'].rstrip('/')}/cgi-bin/message/send?{urlencode({'access_token': token})}"
    return reach.post(url, json.dumps(body).encode(), {"Content-Type": "application/json"}).json()


def _token(config: Config, now: float, *, anew: bool = False) -> str:
    whose = (config["url"], config["corp"], hashlib.sha256(config["secret"].encode()).digest())
    with _turn:
        token, until = _tokens.get(whose, ("", 0.0))
    if token and now < until and not anew:
        return token
    query = urlencode({"corpid": config["corp"], "corpsecret": config["secret"]})
    said = reach.get(f"{config['url'].rstrip('/')}/cgi-bin/gettoken?{query}").json()
    if said.get("errcode") != 0 or not said.get("access_token"):
        raise Unavailable("busy" if said.get("errcode") in LATER else "login", said.get("errcode", ""))
    token = str(said["access_token"])
    with _turn:
        _tokens[whose] = (token, now + float(said.get("expires_in", 0)) - 300)
    return token


DRIVER = Driver(
    name="wecom",
    channel="wecom",
    label=_("WeCom, to each person"),
    order=4,
    send=send,
    headings=True,
    own=True,
    settings=(
        Setting("corp", _("Company ID (corpid)")),
        Setting("agent", _("Application (agentid)"), kind="number"),
        Setting("secret", _("Secret of the application"), kind="secret"),
        Setting("url", _("Address"), kind="url", initial="https://qyapi.weixin.qq.com"),
    ),
)
