"""Web push: RFC 8030 (delivery), RFC 8291 with RFC 8188 (the words are sealed for one browser; the push service cannot
read them), RFC 8292 (who we are). Only the number of notices goes. ``Topic`` lets the push service replace a message
that was not fetched yet, so a repetition is shown once."""

import base64
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Message, Refused, Setting, Unavailable

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
KEPT_SECONDS = 24 * 3600  # how long the push service holds it for a browser that is not there
VALID = timedelta(hours=12)


def send(message: Message, address: str, config: Config) -> str:
    """``address``: the subscription as the browser gave it, JSON."""
    try:
        given = json.loads(address)
        endpoint, keys = str(given["endpoint"]), given["keys"]
        words = json.dumps({"text": message.text, "count": message.count}, ensure_ascii=False).encode()
        body = sealed(words, decoded(keys["p256dh"]), decoded(keys["auth"]))
    except (ValueError, KeyError, TypeError):
        raise Refused("address") from None
    headers = {
        "Authorization": f"vapid t={token(endpoint, message, config)}, k={config['public']}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Topic": message.key.replace("-", "")[:32],
        "Urgency": "high" if message.urgent else "normal",
    }
    answer = reach.post(endpoint, body, headers)
    if answer.status in (404, 410):
        raise Refused("gone", answer.status)
    if answer.status in (408, 429) or answer.status >= 500:
        raise Unavailable("busy", answer.status)
    if answer.status in (401, 403):
        raise Unavailable("login", answer.status)
    if not 200 <= answer.status < 300:
        raise Refused("rejected", answer.status)
    return ""


def sealed(
    words: bytes, receiver: bytes, auth: bytes, *, salt: bytes = b"", own: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """RFC 8291 3.4. ``salt`` and ``own`` are fresh for each message; only a test of the RFC's example gives them."""
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, receiver)
    ours = point(own)
    secret = _derived(own.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + receiver + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_BYTES.to_bytes(4) + len(ours).to_bytes(1) + ours
    return head + AESGCM(key).encrypt(nonce, words + b"\2", None)


def token(endpoint: str, message: Message, config: Config) -> str:
    """Says to the push service of this endpoint, for half a day, who we are (JWT, ES256)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((message.at + VALID).timestamp()),
        "sub": f"mailto:{config['contact']}",
    }
    said = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    key = ec.derive_private_key(int.from_bytes(decoded(config["private"])), CURVE)
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{said}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"


def made() -> Mapping[str, str]:
    """The installation's pair of keys: browsers subscribe to its public half, so it is made once and kept."""
    key = ec.generate_private_key(CURVE)
    return {"public": encoded(point(key)), "private": encoded(key.private_numbers().private_value.to_bytes(32))}


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def decoded(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


DRIVER = Driver(
    name="push",
    channel="push",
    label=_("Messages of the browser"),
    order=7,
    send=send,
    own=True,
    made=made,
    settings=(
        Setting(
            "contact", _("E-mail of the operator"), _("Push services write there when something is wrong."), kind="mail"
        ),
    ),
)
