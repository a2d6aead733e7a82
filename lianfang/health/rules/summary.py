"""附表2, the summary of the checks of a school: heads with each symptom, today and over three days, a line a class."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from lianfang.health.rules import symptoms

_FILE = Path(__file__).parents[1] / "catalog" / "summary.yaml"
OTHER = "other"


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    symptoms: tuple[str, ...]
    days: int
    source: str
    reliability: Literal["official", "copy", "unverified", "computed"]


@dataclass(frozen=True)
class Found:
    """What was found about one person on one day."""

    unit_id: int
    on: date
    person: UUID
    symptoms: int
    fever: bool = False


@dataclass
class Heads:
    """People by column of the sheet (codes of symptoms, and `OTHER`): one who coughs on two days counts once."""

    of: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def counts(self) -> list[int]:
        return [len(self.of[code]) for code in columns()]


@cache
def layout() -> Layout:
    """Raises `ValueError` for a symptom that the catalogue does not have."""
    found = msgspec.yaml.decode(_FILE.read_bytes(), type=Layout)
    if unknown := [code for code in found.symptoms if not symptoms.known(code)]:
        raise ValueError(f"{_FILE.name}: {unknown[0]} is no symptom")
    return found


def columns() -> tuple[str, ...]:
    return (*layout().symptoms, OTHER)


def marks(found: Found) -> set[str]:
    """The columns somebody falls into: a measured fever is a fever, whatever was ticked."""
    own = {one.code for one in symptoms.unpacked(found.symptoms)} | ({"fever"} if found.fever else set())
    named = own & {*layout().symptoms}
    return named | ({OTHER} if own - named else set())


def heads(found: Iterable[Found]) -> dict[int, Heads]:
    """By class. Give the findings of one day, or of several."""
    by_class: dict[int, Heads] = defaultdict(Heads)
    for one in found:
        for code in marks(one):
            by_class[one.unit_id].of[code].add(one.person)
    return by_class


@dataclass(frozen=True)
class Line:
    """A class on the sheet. ``present`` and ``ill`` None: it has not reported, and nothing was found. ``today`` and
    ``days``: counts by `columns`, None where nothing is known."""

    unit_id: int
    expected: int | None
    reported: bool
    present: int | None
    ill: int | None
    today: tuple[int, ...] | None
    days: tuple[int, ...] | None

    @property
    def zero(self) -> bool:
        """It has reported, everybody came and nobody had a symptom today."""
        return self.reported and self.present == self.expected and not any(self.today or ())


def sums(lines: Sequence[Line]) -> Line:
    """All classes together, as far as they are known."""
    return Line(
        unit_id=0, expected=_sum(line.expected for line in lines), reported=all(line.reported for line in lines),
        present=_sum(line.present for line in lines), ill=_sum(line.ill for line in lines),
        today=_columns(line.today for line in lines), days=_columns(line.days for line in lines),
    )  # fmt: skip


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _columns(rows: Iterable[tuple[int, ...] | None]) -> tuple[int, ...] | None:
    known = [row for row in rows if row is not None]
    return tuple(sum(column) for column in zip(*known, strict=True)) if known else None
