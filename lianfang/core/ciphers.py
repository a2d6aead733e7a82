"""The two families of algorithms that seal personal data, by the name a key carries in the key file.

``intl`` is AES-256-GCM with HMAC-SHA-256; ``sm`` is SM4-GCM with HMAC-SM3 (GB/T 32907, GB/T 32905), for installations
whose protection level asks for commercial cryptography. Both are software: an assessed installation (密评) puts a
certified module behind the same three methods.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG = 12, 16


class Damaged(Exception):
    """Sealed bytes were changed, cut, or moved to another column: the tag does not fit."""


class Suite(Protocol):
    """``secret`` has 32 bytes; data, index and audit keys are derived from it (HKDF, RFC 5869)."""

    def __init__(self, secret: bytes) -> None: ...

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Nonce, ciphertext and tag. ``place`` names the column and is bound in, not stored."""

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes. Raises `Damaged`."""

    def digest(self, use: bytes, message: bytes) -> bytes:
        """A keyed digest of 32 bytes; ``use`` separates the index from the audit chain."""


class International:
    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(_derived(secret, b"data", hashes.SHA256(), 32))
        self._mac = _derived(secret, b"mac", hashes.SHA256(), 32)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise Damaged from error

    def digest(self, use: bytes, message: bytes) -> bytes:
        return self.mac(use + b"\0" + message)

    def mac(self, message: bytes) -> bytes:
        return hmac.digest(self._mac, message, "sha256")


class Commercial:
    def __init__(self, secret: bytes) -> None:
        self._key = algorithms.SM4(_derived(secret, b"data", hashes.SM3(), 16))
        self._mac = _derived(secret, b"mac", hashes.SM3(), 32)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(place)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, place: bytes) -> bytes:
        try:
            nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
            decryptor = Cipher(self._key, modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(place)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise Damaged from error

    def digest(self, use: bytes, message: bytes) -> bytes:
        return self.mac(use + b"\0" + message)

    def mac(self, message: bytes) -> bytes:
        mac = HMAC(self._mac, hashes.SM3())  # not hashlib's: many systems' OpenSSL comes without SM3
        mac.update(message)
        return mac.finalize()


SUITES: Mapping[str, type[Suite]] = {"intl": International, "sm": Commercial}


def _derived(secret: bytes, use: bytes, algorithm: hashes.HashAlgorithm, length: int) -> bytes:
    return HKDF(algorithm, length, salt=None, info=b"lianfang " + use).derive(secret)
