"""Real outbreaks at schools, as what class teachers would have seen each morning.

The files are test data that we may not hand on (``outbreaks`` of R, GPL): they lie in ``data/outbreaks`` beside the
code, or in the folder that ``LIANFANG_OUTBREAKS`` names. Tests that need them are skipped where they are not.
"""

import csv
import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from lianfang.health.rules.sent import Named
from tests.cast import DAY

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("LIANFANG_OUTBREAKS") or ROOT / "data" / "outbreaks")
there = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real outbreaks are not here (LIANFANG_OUTBREAKS)")
DAYS = range(1, 31)


def on(day: int) -> date:
    """The days of the norovirus are numbers 1 … 30; which dates they were is not known."""
    return DAY + timedelta(days=day - 1)


@dataclass(frozen=True)
class Child:
    """A child of the primary school in Derbyshire, 2001. ``absent`` is the first day missed, the only one known."""

    number: int
    school_class: str
    absent: int | None
    ill: range
    vomited: int | None

    def seen(self, day: int) -> str:
        """ "ill" and "unknown" (missed), "symptomatic" (ill at school), or "" (nothing)."""
        sick = day in self.ill or day == self.vomited
        if day == self.absent:
            return "ill" if sick else "unknown"
        return "symptomatic" if sick else ""

    def named(self, person: UUID, day: int) -> Named | None:
        """What the roll says of the child. That somebody was ill stands as diarrhoea: how, the records do not tell."""
        seen = self.seen(day)
        if not seen:
            return None
        symptoms = ["diarrhoea"] if day in self.ill else []
        symptoms += ["vomiting"] if day == self.vomited else []
        return Named(
            person=person, absent=None if seen == "symptomatic" else seen, symptoms=symptoms,
            onset_on=on(self.ill[0]) if day in self.ill else None,
        )  # fmt: skip


def children() -> list[Child]:
    return [
        Child(
            int(line["child_id"]), line["class"], _number(line["day_absent"]),
            range(_number(line["start_illness"]) or 0, (_number(line["end_illness"]) or -1) + 1),
            _number(line["day_vomiting"]),
        )
        for line in _lines("norovirus_derbyshire_2001_school.csv")
    ]  # fmt: skip


def totals() -> dict[int, dict[str, int]]:
    """Of each day what the file of days says: onset, first_absent, vomited_in_school, ill."""
    return {
        int(line["day"]): {name: int(value) for name, value in line.items() if name != "day"}
        for line in _lines("norovirus_derbyshire_2001_daily.csv")
    }


def influenza() -> dict[date, int]:
    """New cases of each day at a school in Pennsylvania, 2009, weekends among them."""
    lines = _lines("flu2009_pennsylvania_school_daily.csv")
    return {date.fromisoformat(line["dates"]): int(line["I"]) for line in lines}


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
