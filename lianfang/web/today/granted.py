"""What superiors granted (`obligations.queries.grants`), as rows of 今日待办 feel it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE
from lianfang.obligations.models import Exemption, Extension
from lianfang.obligations.sources import Owed


def owed_still(rows: Iterable[Owed], on: date) -> list[Owed]:
    """Today's rows without those of units that were let off; whoever has longer is told until when. Two queries, where
    anything is open."""
    listed = list(rows)
    kinds = {row.kind for row in listed if _is_open(row, on)}
    free = {(one.kind, one.slot, one.unit_id) for one in Exemption.objects.on(on).filter(kind__in=kinds)}
    later = {
        (one.kind, one.slot, one.unit_id): one.due_at.astimezone(ZONE)
        for one in Extension.objects.standing(on).filter(kind__in=kinds)
    }
    return [_later(row, later, on) for row in listed if not (_is_open(row, on) and _is_free(row, free))]


def _is_open(row: Owed, on: date) -> bool:
    return bool(row.kind) and row.done_at is None and row.on in (None, on)


def _is_free(row: Owed, free: set[tuple[str, str, int]]) -> bool:
    above = row.unit.ancestor_ids if row.unit else ()
    return any((row.kind, slot, pk) in free for pk in above for slot in ("", row.slot))


def _later(row: Owed, later: dict[tuple[str, str, int], datetime], on: date) -> Owed:
    above = row.unit.ancestor_ids if row.unit and _is_open(row, on) else ()
    found = [later[key] for pk in above if (key := (row.kind, row.slot, pk)) in later]
    if not found or row.due_at is None or max(found) < row.due_at:
        return row
    until = max(found)
    note = _("until %(time)s (granted)") % {"time": f"{until:%H:%M}"}
    return replace(row, due_at=until, note=" · ".join(filter(None, (row.note, note))))
