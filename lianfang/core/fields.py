"""Columns that are sealed at rest.

An attribute of such a field holds a `Sealed` or None. Nothing that prints it — a template, a log line, an exception —
shows more than its mask; ``open()`` is said on purpose.
"""

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models

from lianfang.core import crypto, masks

if TYPE_CHECKING:  # Django's fields take type arguments in the stubs only
    _TextField = models.Field["str | Sealed | None", "Sealed | None"]
    _AnyField = models.Field[Any, Any]
    _BytesField = models.Field["bytes | None", "bytes | None"]
else:
    _TextField = _AnyField = _BytesField = models.Field


class Sealed:
    """A personal value: sealed bytes from the database, or a plain text on its way there."""

    __slots__ = ("_mask", "_place", "_plain", "_token")

    def __init__(self, place: str, mask: str, *, token: bytes | None = None, plain: str | None = None) -> None:
        self._place, self._mask, self._token, self._plain = place, mask, token, plain

    def open(self) -> str:
        """The value itself. Raises `ciphers.Damaged` or `keyring.KeysMissing`."""
        if self._plain is None:
            self._plain = crypto.unseal(self._token or b"", self._place).decode()
        return self._plain

    def token(self) -> bytes:
        """The bytes for the database."""
        if self._token is None:
            self._token = crypto.seal((self._plain or "").encode(), self._place)
        return self._token

    @property
    def fresh(self) -> bool:
        """Assigned in this process: its index has to be made."""
        return self._plain is not None

    def masked(self) -> str:
        return masks.MASKS[self._mask](self.open())

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"<Sealed {self._place}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.open() == other.open()

    def __hash__(self) -> int:
        return hash(self.open())


class _Holder:
    """The attribute: what is assigned as text becomes `Sealed` at once, blank becomes None (not known)."""

    def __init__(self, field: "EncryptedText") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        return instance.__dict__[name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.wrapped(value)


class EncryptedText(_TextField):
    """Text, sealed under "table.column". ``mask`` is a key of `masks.MASKS`."""

    def __init__(self, *args: Any, mask: str = "text", **kwargs: Any) -> None:
        self.mask = mask
        kwargs |= {"null": True, "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["mask"] = self.mask
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Holder(self))

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def wrapped(self, value: Any) -> Sealed | None:
        if value is None or isinstance(value, Sealed):
            return value
        if not isinstance(value, str):  # F() and the like: a sealed column cannot be computed by the database
            raise TypeError(f"{self.place} takes text, not {type(value).__name__}")
        return Sealed(self.place, self.mask, plain=value) if value else None

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(self.place, self.mask, token=bytes(value))

    def get_prep_value(self, value: Any) -> bytes | None:
        sealed = self.wrapped(value)
        return sealed.token() if sealed else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it there?": equal values have different bytes, search goes through a `BlindIndex`."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class BlindIndex(models.BinaryField):
    """The searchable digest of a sealed column of the same row. ``use`` says which values are alike (`crypto.normal`).
    Save both columns together; the digest follows the sealed one. Search: ``…_index__in=crypto.sought(use, value)``.
    """

    def __init__(self, *args: Any, of: str = "", use: str = "", **kwargs: Any) -> None:
        self.of, self.use = of, use
        kwargs |= {"null": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": self.of, "use": self.use}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        sealed: Sealed | None = getattr(model_instance, self.of)
        if sealed is None:
            setattr(model_instance, self.attname, None)
        elif sealed.fresh:
            setattr(model_instance, self.attname, crypto.blind(self.use, sealed.open()))
        return getattr(model_instance, self.attname)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)


class EncryptedJSON(_AnyField):
    """A value JSON can hold, sealed as a whole; for rows of uploaded rosters and the like. Opened when read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True}
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else msgspec.json.decode(crypto.unseal(bytes(value), self.place))

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else crypto.seal(msgspec.json.encode(value), self.place)


class EncryptedBytes(_BytesField):
    """A file, sealed as a whole. Defer it in lists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True}
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else crypto.unseal(bytes(value), self.place)

    def get_prep_value(self, value: bytes | None) -> bytes | None:
        return None if value is None else crypto.seal(value, self.place)


SEALED = (EncryptedText, EncryptedJSON, EncryptedBytes)
