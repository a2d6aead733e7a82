"""Units that a superior let off (`obligations.models.Exemption`), as lists and counts feel it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from lianfang.obligations.models import Exemption
from lianfang.obligations.sources import Owed, Silent, Source, Standing
from lianfang.orgs.models import Unit

_EVER = timedelta(days=2)  # after any deadline of a day that has come


def leave_out(
    stands: dict[int, Standing], unit: Unit, source: Source, kind: str, slot: str, on: date, now: datetime
) -> None:  # fmt: skip
    """Take those of a standing who owe nothing out of it. One question where nobody was let off, three where somebody
    was."""
    free = _paths(kind, slot, on)
    inside = [path if path.startswith(unit.path) else unit.path for path in free if _meets(path, unit.path)]
    if not inside:
        return
    silent = list(source.silent(slot, on, now + _EVER, sorted(set(inside))))
    for child, row in _by_child(unit, silent, stands):
        stands[child].owing -= 1
        if row.due_at < now:
            stands[child].late -= 1


def owed_still(rows: Iterable[Owed], on: date) -> list[Owed]:
    """The rows without those of units that were let off the whole kind. One query, where there are rows."""
    listed = list(rows)
    open_ones = {row.kind for row in listed if row.kind and row.done_at is None and row.on in (None, on)}
    found = Exemption.objects.on(on).filter(kind__in=open_ones, slot="") if open_ones else ()
    free = {(one.kind, one.unit_id) for one in found}
    return [row for row in listed if row.done_at or not free or not _is_free(row, free)]


def _is_free(row: Owed, free: set[tuple[str, int]]) -> bool:
    return row.unit is not None and any((row.kind, pk) in free for pk in row.unit.ancestor_ids)


def _paths(kind: str, slot: str, on: date) -> list[str]:
    rows = Exemption.objects.on(on).filter(kind=kind, slot__in=("", slot))
    return list(rows.values_list("unit__path", flat=True))


def _meets(path: str, unit: str) -> bool:
    return path.startswith(unit) or unit.startswith(path)


def _by_child(
    unit: Unit, silent: list[Silent], stands: dict[int, Standing]
) -> Iterable[tuple[int, Silent]]:  # fmt: skip
    """Each silent unit with the key it is counted under (`Source.standing`)."""
    paths = dict(Unit.objects.filter(pk__in={row.unit_id for row in silent}).values_list("pk", "path"))
    for row in silent:
        near = (row.unit_id, row.school_id, *map(int, filter(None, paths[row.unit_id].split("."))))
        child = next((pk for pk in near if pk in stands), None)
        if child is not None:
            yield child, row
