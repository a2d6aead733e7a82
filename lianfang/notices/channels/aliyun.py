"""SMS through Alibaba Cloud: SendSms, API 2017-05-25, signed by ACS3-HMAC-SHA256 (V3). The words are the template the
operator had approved there; of ours goes nothing but the number of notices. The service knows no key against
repetition; ``OutId`` names the message in its records."""

import hashlib
import hmac
import json
from datetime import UTC
from urllib.parse import quote, urlsplit
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

ALGORITHM = "ACS3-HMAC-SHA256"
_ADDRESS = {"isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.BLACK_KEY_CONTROL_LIMIT"}
_LATER = (
    "Throttling",
    "isp.",
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.OUT_OF_SERVICE",
    "ServiceUnavailable",
    "InternalError",
)
_LOGIN = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTimeStamp", "isv.AMOUNT_NOT_ENOUGH", "Forbidden")


def send(message: Message, address: str, config: Config) -> str:
    query = {
        "OutId": message.key,
        "PhoneNumbers": address.removeprefix("+86") if address.startswith("+86") else address.removeprefix("+"),
        "SignName": config["sign"],
        "TemplateCode": config["template"],
        "TemplateParam": json.dumps({"count": str(message.count)}),
    }
    url = f"{config['url'].rstrip('/')}/?{canonical(query)}"
    headers = {
        "host": urlsplit(url).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": message.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": "2017-05-25",
    }
    answer = reach.post(url, b"", headers | {"Authorization": authorization(query, headers, config)})
    said = answer.json()
    code = str(said.get("Code", ""))
    if answer.status == 200 and code == "OK":
        return str(said.get("BizId", ""))
    if code.startswith(_LATER) or answer.status >= 500 or answer.status == 429 or not code:
        raise Unavailable("busy", code or answer.status)
    if code.startswith(_LOGIN):
        raise Unavailable("login", code)
    raise Refused("address" if code in _ADDRESS else "rejected", code)


def canonical(query: Config) -> str:
    """Sorted, with everything but unreserved signs encoded (RFC 3986)."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def authorization(query: Config, headers: Config, config: Config) -> str:
    signed = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = "\n".join(("POST", "/", canonical(query), lines, signed, headers["x-acs-content-sha256"]))
    wanted = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(config["key_secret"].encode(), wanted.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={config['key_id']},SignedHeaders={signed},Signature={signature}"


DRIVER = Driver(
    name="aliyun",
    channel="sms",
    called=_("SMS"),
    label=_("SMS through Alibaba Cloud"),
    order=2,
    send=send,
    settings=(
        Setting("key_id", "AccessKey ID"),
        Setting("key_secret", "AccessKey Secret", kind="secret"),
        Setting("sign", _("Signature"), _("As approved by the operator, such as 联防.")),
        Setting("template", _("Template code"), _("Approved words, with ${count} as their only variable.")),
        Setting("url", _("Address"), kind="url", initial="https://dysmsapi.aliyuncs.com"),
    ),
)
