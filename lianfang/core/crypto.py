"""Sealing personal values, and finding them again without opening all of them.

A sealed value is: two bytes key number, nonce, ciphertext, tag. An index value (*blind index*) is: two bytes key
number, then 16 bytes of a keyed digest of the normalised value; equal values have equal digests under one key, and
without the key nobody can try out the few billion telephone numbers there are.
"""

import base64
import re
import unicodedata

from lianfang.core import keyring
from lianfang.core.ciphers import Damaged

KEY_BYTES, INDEX_BYTES = 2, 16
# A sealed value inside a text: "sealed.", key number, ".", the rest in base64.
IN_TEXT = re.compile(r"sealed\.(\d{1,5})\.([A-Za-z0-9_-]+)")


def seal(plain: bytes, place: str) -> bytes:
    """``place`` is "table.column": bytes moved to another column do not open."""
    return seal_with(keyring.active(), plain, place)


def seal_with(key: keyring.Key, plain: bytes, place: str) -> bytes:
    return key.number.to_bytes(KEY_BYTES) + key.cipher.seal(plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Raises `ciphers.Damaged` for changed bytes and `keyring.KeysMissing` for a key that is gone."""
    return keyring.ring().key(key_number(sealed)).cipher.open(sealed[KEY_BYTES:], place.encode())


def key_number(stored: bytes) -> int:
    """Which key sealed this value, or made this index. Raises `ciphers.Damaged` for what is too short to tell."""
    if len(stored) < KEY_BYTES:
        raise Damaged
    return int.from_bytes(stored[:KEY_BYTES])


def seal_text(plain: str, place: str) -> str:
    """For text columns of other packages. They are made known with `register_text`, or no rotation finds them."""
    token = seal(plain.encode(), place)
    body = base64.urlsafe_b64encode(token[KEY_BYTES:]).decode().rstrip("=")
    return f"sealed.{key_number(token)}.{body}"


def open_text(sealed: str, place: str) -> str:
    """Raises as `unseal` does."""
    found = IN_TEXT.fullmatch(sealed)
    if found is None or int(found[1]) > keyring.HIGHEST:
        raise Damaged
    try:
        body = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
    except ValueError:
        raise Damaged from None
    return unseal(int(found[1]).to_bytes(KEY_BYTES) + body, place).decode()


_texts: set[tuple[str, str]] = set()


def register_text(model: str, field: str) -> None:
    """Say (at start-up) that a text or JSON column of a model ("mfa.Authenticator") holds values of `seal_text`, sealed
    under its "table.column"."""
    _texts.add((model, field))


def text_columns() -> set[tuple[str, str]]:
    return set(_texts)


def blind(use: str, value: str) -> bytes:
    """The index of a value under the active key. ``use`` ("phone", "identity") keeps kinds apart."""
    return _blind(keyring.active(), use, value)


def sought(use: str, value: str) -> list[bytes]:
    """The index of a value under every key there is: what to look for while a rotation is under way."""
    return [_blind(key, use, value) for key in keyring.ring().keys.values()]


def _blind(key: keyring.Key, use: str, value: str) -> bytes:
    digest = key.cipher.digest(b"index " + use.encode(), normal(use, value).encode())
    return key.number.to_bytes(KEY_BYTES) + digest[:INDEX_BYTES]


def normal(use: str, value: str) -> str:
    """What counts as the same value: digits of a telephone number without the code of China, a document number without
    blanks and in capitals. People type both with and without."""
    text = unicodedata.normalize("NFKC", value).strip()
    if use == "phone":
        return _digits(text)
    if use == "identity":
        return re.sub(r"[\s-]", "", text).upper()
    return text


def _digits(phone: str) -> str:
    """+86 138…, 0086138… and 138… are one number; so are +86 731… and 0731…."""
    text = re.sub(r"[^\d+]", "", phone)
    national = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", text)
    if national != text and not re.fullmatch(r"1\d{10}|0\d*", national):
        national = "0" + national
    return re.sub(r"\D", "", national)
