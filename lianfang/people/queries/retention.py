"""How old things are, table by table, against the rules of the data map (control G04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Min

from lianfang.core import clock
from lianfang.core.datamap import Kept, datamap


@dataclass(frozen=True)
class Line:
    """``due`` is how many rows the daily run would clear now; None where it clears none by itself. ``oldest`` is None
    for an empty table and for one whose rows have no date."""

    table: str
    kept: Kept
    rows: int
    oldest: date | None
    due: int | None


def report(sweeps: Sequence[Any], now: datetime) -> list[Line]:
    """Every table about people and every one that is swept. ``sweeps`` are `core.actions.sweeping.Sweep`s. Counts whole
    tables: for the console and the weekly look, not for a page many open."""
    found = datamap()
    due: dict[str, int] = {}
    for one in sweeps:
        due[one.table] = due.get(one.table, 0) + one.due(now).count()
    lines = []
    for label, table in found.tables.items():
        if table.about_people or label in due:
            rows = apps.get_model(label)._default_manager.all()
            oldest = rows.aggregate(oldest=Min(table.dated))["oldest"] if table.dated else None
            day = clock.day_of(oldest) if isinstance(oldest, datetime) else oldest
            lines.append(Line(label, found.kept[table.kept], rows.count(), day, due.get(label)))
    return lines
