"""Columns that are sealed at rest.

An attribute of an `EncryptedText` holds a `Sealed` or None. Nothing that prints it — a template, a log line, an
exception — shows more than its mask; ``open()`` is said on purpose, in the files that `tests.house.unmasking` lists.
"""

import logging
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models
from django.db.models import Q
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from lianfang.core import crypto, keyring, masks
from lianfang.core.ciphers import Damaged

if TYPE_CHECKING:  # Django's fields take type arguments in the stubs only
    _TextField = models.Field["str | Sealed | None", "Sealed | None"]
    _AnyField = models.Field[Any, Any]
    _BytesField = models.Field["bytes | None", "bytes | None"]
    _BinaryField = models.BinaryField["bytes | None", "bytes | None"]
    _Base = models.Field[Any, Any]
else:
    _TextField = _AnyField = _BytesField = models.Field
    _BinaryField, _Base = models.BinaryField, object

logger = logging.getLogger(__name__)


class Sealed:
    """A personal value: sealed bytes from the database, or a plain text on its way there. ``paired`` says that the
    index beside it is written too (`EncryptedText.get_prep_value`)."""

    __slots__ = ("_mask", "_place", "_plain", "_token", "paired")

    def __init__(self, place: str, mask: str, *, token: bytes | None = None, plain: str | None = None) -> None:
        self._place, self._mask, self._token, self._plain = place, mask, token, plain
        self.paired = False

    @property
    def place(self) -> str:
        return self._place

    def open(self) -> str:
        """The value itself. Raises `ciphers.Damaged` or `keyring.KeysMissing`."""
        if self._plain is None:
            self._plain = crypto.unseal(self._token or b"", self._place).decode()
        return self._plain

    def token(self) -> bytes:
        """The bytes for the database, under the active key: whoever writes a row back that was read before a change of
        keys does not bring the old key back."""
        if self._token is None or crypto.key_number(self._token) != keyring.ring().active:
            self._token = crypto.seal(self.open().encode(), self._place)
        return self._token

    def masked(self) -> str:
        """What may be shown to everybody. One damaged value does not take the page of a class along."""
        try:
            return masks.MASKS[self._mask](self.open())
        except Damaged:
            logger.error("a sealed value of %s is damaged; manage.py keys check names the row", self._place)
            return _("(unreadable)")

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"<Sealed {self._place}>"

    def __format__(self, spec: str) -> str:
        return format(self.masked(), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.open() == other.open()

    def __hash__(self) -> int:
        return hash(self.open())

    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled or copied travels sealed."""
        return _from_token, (self._place, self._mask, self.token())


def _from_token(place: str, mask: str, token: bytes) -> Sealed:
    return Sealed(place, mask, token=token)


class _AtRest(_Base):
    """What all sealed columns have in common."""

    @property
    def place(self) -> str:
        """Bound into every value: bytes moved to another column do not open."""
        return f"{self.model._meta.db_table}.{self.column}"

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it there?": equal values have different bytes, search goes through a `BlindIndex`."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.place} is sealed and is not serialised; a backup is a copy of the database")


class _Holder(DeferredAttribute):
    """The attribute: what is assigned as text becomes `Sealed` at once, blank becomes None (not known)."""

    field: "EncryptedText"

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.wrapped(value)
        if self.field.index is not None:
            # Django saves what is loaded: who holds the value holds its index, also when that was deferred
            instance.__dict__.setdefault(self.field.index.attname, None)


class EncryptedText(_AtRest, _TextField):
    """Text, sealed under "table.column". ``mask`` is a key of `masks.MASKS`."""

    descriptor_class = _Holder

    def __init__(self, *args: Any, mask: str = "text", **kwargs: Any) -> None:
        self.mask = mask
        kwargs |= {"null": True, "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["mask"] = self.mask
        return name, path, args, kwargs

    @cached_property
    def index(self) -> "BlindIndex | None":
        """The index of this column, where it has one."""
        beside = (field for field in self.model._meta.local_fields if isinstance(field, BlindIndex))
        return next((field for field in beside if field.of == self.name), None)

    def wrapped(self, value: Any) -> Sealed | None:
        if value is None or value == "":
            return None
        if isinstance(value, Sealed):  # of another column: sealed anew for this one
            return value if value.place == self.place else Sealed(self.place, self.mask, plain=value.open())
        if not isinstance(value, str):  # F() and the like: a sealed column cannot be computed by the database
            raise TypeError(f"{self.place} takes text, not {type(value).__name__}")
        return Sealed(self.place, self.mask, plain=value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(self.place, self.mask, token=bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A new row writes every column; of a changed one the index says itself that it is written (`_Follower`)."""
        sealed: Sealed | None = getattr(model_instance, self.attname)
        if sealed is not None and add:
            sealed.paired = True
        return sealed

    def get_prep_value(self, value: Any) -> bytes | None:
        """Raises `TypeError` when the value would be written without its index: the row could not be found by it."""
        sealed = self.wrapped(value)
        if sealed is None:
            return None
        if self.index is not None and not (isinstance(value, Sealed) and value.paired):
            raise TypeError(f"{self.place}: assign it to a row and save it together with {self.index.attname}")
        sealed.paired = False  # the next write has to say it again
        return sealed.token()


class _Follower(DeferredAttribute):
    """The index is what follows from the sealed value; only where that is deferred, what the database said."""

    field: "BlindIndex"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        if self.field.of not in instance.__dict__:
            return super().__get__(instance, cls)
        sealed: Sealed | None = instance.__dict__[self.field.of]
        if sealed is None:
            return None
        sealed.paired = True
        return crypto.blind(self.field.use, sealed.open())

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class BlindIndex(_BinaryField):
    """The searchable digest of a sealed column of the same row. ``use`` says which values are alike (`crypto.normal`).
    Save both columns together; the digest follows the sealed one. Search: ``…_index__in=crypto.sought(use, value)``.

    Uniqueness: while keys are being rotated, rows that were not reached yet have another index for the same value. An
    action that wants a value to be unique looks for it with `crypto.sought` first; the constraint is for the race.
    """

    descriptor_class = _Follower

    def __init__(self, *args: Any, of: str = "", use: str = "", **kwargs: Any) -> None:
        self.of, self.use = of, use
        kwargs |= {"null": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": self.of, "use": self.use}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)


def indexed(of: str, *, name: str) -> models.CheckConstraint:
    """A row has both the sealed column and its index, or neither: no number is forgotten whose index still finds it."""
    index = f"{of}_index"
    both, neither = ({f"{column}__isnull": absent for column in (of, index)} for absent in (False, True))
    return models.CheckConstraint(condition=Q(**both) | Q(**neither), name=name)


class EncryptedJSON(_AtRest, _AnyField):
    """A value JSON can hold, sealed as a whole; for rows of uploaded rosters and the like. Opened when read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"null": True, "blank": True})

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else msgspec.json.decode(crypto.unseal(bytes(value), self.place))

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else crypto.seal(msgspec.json.encode(value), self.place)


class EncryptedBytes(_AtRest, _BytesField):
    """A file, sealed as a whole. Defer it in lists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"null": True, "blank": True})

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else crypto.unseal(bytes(value), self.place)

    def get_prep_value(self, value: bytes | None) -> bytes | None:
        return None if value is None else crypto.seal(value, self.place)


SEALED = (EncryptedText, EncryptedJSON, EncryptedBytes)
