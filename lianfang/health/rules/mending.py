"""What can be put right in a record that was held back, and the record with it put right."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from lianfang.health.rules.sent import Card, Named, Roll, Source

# A place in a record (`rules.sent.Flaw.field`) that has a value of its own to put right.
_PLACE = re.compile(
    r"unit|round|on|(exceptions\.\d{1,3}\.)?(person|absent|symptoms|temperature|temperature_again|onset_on)"
)
LEFT_OUT = "out"  # for the person of an exception: whoever is meant is not named any more


def read(kind: int, sent: Mapping[str, Any]) -> Card | Roll:
    if kind == Source.ROLL:
        return msgspec.convert(dict(sent), Roll, strict=False)
    return msgspec.convert(dict(sent), Card, strict=False)


def place(field: str) -> str:
    """Where the value stands that is put right: of a symptom nobody knows the list it stands in, of a clock that is
    wrong the day. Empty: there is none (a card's answer nobody asks for is left out)."""
    found = re.sub(r"symptoms\.\d+$", "symptoms", "on" if field == "at" else field)
    return found if _PLACE.fullmatch(found) else ""


def places(fields: Iterable[str]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(found for field in fields if (found := place(field))))


def exception(field: str) -> int | None:
    """The number of the exception that a place belongs to."""
    parts = field.split(".")
    return int(parts[1]) if parts[0] == "exceptions" and len(parts) > 1 else None


def has(record: Card | Roll, field: str) -> bool:
    """Whether there is such a place in the record."""
    number = exception(field)
    if number is None:
        return field in record.__struct_fields__
    return isinstance(record, Roll) and number < len(record.exceptions)


def value(record: Card | Roll, field: str) -> Any:
    """What stands at a place."""
    number = exception(field)
    if isinstance(record, Roll) and number is not None:
        return getattr(record.exceptions[number], field.split(".")[-1])
    return getattr(record, field)


def people(record: Card | Roll) -> list[UUID]:
    """Whom it speaks of."""
    return [one.person for one in record.exceptions] if isinstance(record, Roll) else [record.person]


def mended(record: Card | Roll, put: Mapping[str, Any], wrong: Iterable[str]) -> Card | Roll:
    """With the values of ``put`` at their places. ``wrong`` are the fields of the flaws: answers among them are left
    out, a clock that is wrong is not kept, and what corrects a version nobody knows stands for itself."""
    wrong = set(wrong)
    own = {name: put[name] for name in put if "." not in name}
    if "at" in wrong:
        own["at"] = None
    if "after" in wrong:
        own["after"] = None
    if isinstance(record, Card):
        dropped = {field.removeprefix("answers.") for field in wrong if field.startswith("answers.")}
        if dropped and record.answers:
            own["answers"] = {name: told for name, told in record.answers.items() if name not in dropped} or None
        return msgspec.structs.replace(record, **own)
    if own.get("unit", record.unit) != record.unit:
        own["group"] = 0
    named = [_named(one, number, put) for number, one in enumerate(record.exceptions)]
    return msgspec.structs.replace(record, exceptions=[one for one in named if one is not None], **own)


def kept(record: Card | Roll, put: Mapping[str, Any]) -> list[int]:
    """Numbers of the exceptions of the record as it came that are still named."""
    named = range(len(record.exceptions) if isinstance(record, Roll) else 0)
    return [number for number in named if put.get(f"exceptions.{number}.person") != LEFT_OUT]


def as_it_came(field: str, kept: list[int]) -> str:
    """A place of the mended record as a place of the one that came."""
    number = exception(field)
    if number is None or number >= len(kept):
        return field
    return ".".join(["exceptions", str(kept[number]), *field.split(".")[2:]])


def _named(one: Named, number: int, put: Mapping[str, Any]) -> Named | None:
    begins = f"exceptions.{number}."
    own = {field.removeprefix(begins): told for field, told in put.items() if field.startswith(begins)}
    return None if own.get("person") == LEFT_OUT else msgspec.structs.replace(one, **own)


def guessed(degrees: float | None) -> float | None:
    """36.9 for 369: the point was left out."""
    return degrees / 10 if degrees is not None and 340 <= degrees <= 430 else None


def day(record: Card | Roll, came_on: date) -> date:
    """The day it is about as far as is known; a record without one belongs to the day it came."""
    return record.on or (record.at.date() if record.at else came_on)
