"""What is over goes by itself, a little at a time; and the counters of attempts that `core` keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from lianfang.core import datamap
from lianfang.core.models import Allowance

CHUNK = 2000


@dataclass(frozen=True)
class Sweep:
    """Rows of ``table`` (a label of the data map) that ``due`` says are over at a moment. ``empties``: columns that are
    emptied where the row itself has to stay; without it the row goes."""

    table: str
    due: Callable[[datetime], QuerySet[Any]]
    empties: Mapping[str, Any] = field(default_factory=dict)


def cut(rule: str, now: datetime) -> datetime:
    """What is older than this is over, by that rule of ``processing.yaml``."""
    return now - timedelta(days=datamap.days(rule))


def sweep(sweeps: Sequence[Sweep], now: datetime) -> dict[str, int]:
    """Table → how many rows went or were emptied. In chunks of their own transactions; stopped half-way, the next run
    goes on."""
    done: dict[str, int] = {}
    for one in sweeps:
        last = None
        while keys := _chunk(one, now, last):
            done[one.table], last = done.get(one.table, 0) + len(keys), keys[-1]
    return done


@transaction.atomic
def _chunk(one: Sweep, now: datetime, last: Any) -> list[Any]:
    """The keys of the next rows behind ``last``: emptied rows stay in the table, and each chunk passes them over once
    instead of reading all of them again. What was used or changed since the keys were read is not due any more."""
    due = one.due(now)
    ahead = due.filter(pk__gt=last) if last is not None else due
    keys = list(ahead.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    rows = due.filter(pk__in=keys)
    if one.empties:
        rows.update(**one.empties)
    else:
        rows.delete()
    return keys


SWEEPS = (Sweep("core.Allowance", lambda now: Allowance.objects.filter(began_at__lt=cut("allowance", now))),)
