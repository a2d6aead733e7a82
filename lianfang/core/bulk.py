"""Sealing and indexing many values at once: the key file is asked once, not for each of half a million values."""

from django.db import connection
from django.db.transaction import TransactionManagementError

from lianfang.core import crypto, keyring

SEALING = "lianfang sealing"  # the lock by which `keys retire` waits for batches that still seal with the old key


class Sealer:
    """Seals with the key that is active now. Make one for each batch, inside the transaction that writes it: a rotation
    may begin between two of them, and a key is not taken away while a batch is under way."""

    def __init__(self) -> None:
        if not connection.in_atomic_block:
            raise TransactionManagementError("a Sealer is made inside the transaction that writes what it seals")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [SEALING])
        self._key = keyring.active()
        self._all = list(keyring.ring().keys.values())
        self._mark = self._key.number.to_bytes(crypto.KEY_BYTES)
        self._digests: dict[tuple[int, str, str], bytes] = {}

    def seal(self, plain: bytes, place: str) -> bytes:
        """As `crypto.seal`."""
        return self._mark + self._key.cipher.seal(plain, place.encode())

    def text(self, plain: str | None, place: str) -> bytes | None:
        """A text for a sealed column; blank is None, "not known"."""
        return self.seal(plain.encode(), place) if plain else None

    def blind(self, use: str, value: str | None) -> bytes | None:
        """As `crypto.blind`; None for a blank value."""
        return self._digest(self._key, use, value) if value else None

    def sought(self, use: str, value: str) -> list[bytes]:
        """As `crypto.sought`."""
        return [self._digest(key, use, value) for key in self._all]

    def _digest(self, key: keyring.Key, use: str, value: str) -> bytes:
        """A value is looked for and then written: its digest is made once in a batch."""
        known = (key.number, use, value)
        if known not in self._digests:
            digest = key.cipher.digest(b"index " + use.encode(), crypto.normal(use, value).encode())
            self._digests[known] = key.number.to_bytes(crypto.KEY_BYTES) + digest[: crypto.INDEX_BYTES]
        return self._digests[known]


class Opener:
    """Opens sealed values of a batch."""

    def __init__(self) -> None:
        self._ring = keyring.ring()

    def open(self, sealed: bytes | None, place: str) -> str:
        """The text, "" for None. Raises what `crypto.unseal` raises."""
        if sealed is None:
            return ""
        key = self._ring.key(crypto.key_number(sealed))
        return key.cipher.open(bytes(sealed[crypto.KEY_BYTES :]), place.encode()).decode()
