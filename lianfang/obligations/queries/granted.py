"""What is owed, as superiors have left it: a source with everybody left out who was let off, and with the later
deadlines of those who have longer. Ladders, askings, lists of the missing and home pages ask this, never a bare source.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lianfang.obligations import sources, spec
from lianfang.obligations.queries import grants
from lianfang.obligations.queries.grants import Grants
from lianfang.obligations.sources import Owed, Silent, Slot, Source, Standing
from lianfang.orgs.models import Unit
from lianfang.people.models import User

EVER = timedelta(days=2)  # after any deadline of a day that has come


@dataclass(frozen=True)
class Granted:
    """A `sources.Source` like the one it asks. A query more; some statements more where somebody below was granted
    something."""

    kind: str
    bare: Source

    @property
    def verb(self) -> str:
        return self.bare.verb

    @property
    def asks(self) -> str:
        return self.bare.asks

    @property
    def at(self) -> tuple[str, ...]:
        return self.bare.at

    @property
    def functions(self) -> tuple[str, ...]:
        return self.bare.functions

    @property
    def open_days(self) -> int:
        return self.bare.open_days

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        return [
            replace(slot, due_at=grants.moved(self.kind, slot.code, unit, on, slot.due_at))
            for slot in self.bare.slots(unit, on)
        ]

    def mine(self, user: User, now: datetime) -> list[Owed]:
        """Bare: what was granted is looked up once for the rows of all kinds (`web.today.granted`)."""
        return self.bare.mine(user, now)

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        found = dict(self.bare.standing(unit, slot, on, now))
        granted = grants.grants(self.kind, slot, on, unit)
        if not granted:
            return found
        free, later = self._eased(granted, slot, on, now + EVER, grants.below(unit, on))
        for child, row in _by_child(free.values(), found):
            found[child].owing -= row.things
            found[child].let_off += row.things
        over = [row for pk, row in free.items() if row.due_at < now]
        over += [row for pk, (row, due_at) in later.items() if pk not in free and row.due_at < now <= due_at]
        for child, row in _by_child(over, found):
            found[child].late -= row.things
            found[child].since = found[child].since if found[child].late else None
        return found

    def latest(self, slot: Slot, on: date) -> datetime:
        """The deadline of the slot, or the last that was granted instead anywhere."""
        return max([slot.due_at, *(due_at for _, due_at in grants.grants(self.kind, slot.code, on).later)])

    def in_time(self, unit: Unit, slot: str, on: date, now: datetime) -> int:
        """How many things below the unit are silent past the usual deadline, and have longer."""
        granted = grants.grants(self.kind, slot, on, unit)
        if not granted.later:
            return 0
        free, later = self._eased(granted, slot, on, now, grants.below(unit, on))
        return sum(row.things for pk, (row, due_at) in later.items() if pk not in free and row.due_at < now <= due_at)

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        granted = grants.grants(self.kind, slot, on)
        rows = self.bare.silent(slot, on, due_by, paths)
        return self._still(rows, granted, slot, on, due_by, paths) if granted else rows

    def _still(
        self, rows: Iterable[Silent], granted: Grants, slot: str, on: date, due_by: datetime, paths: Sequence[str]
    ) -> Iterator[Silent]:
        free, later = self._eased(granted, slot, on, due_by, paths)
        for row in rows:
            if row.unit_id in free:
                continue
            due_at = later[row.unit_id][1] if row.unit_id in later else row.due_at
            if due_at <= due_by:
                yield row if due_at == row.due_at else row._replace(due_at=due_at)

    def _eased(
        self, granted: Grants, slot: str, on: date, due_by: datetime, paths: Sequence[str]
    ) -> tuple[dict[int, Silent], dict[int, tuple[Silent, datetime]]]:
        """Silent units that owe nothing; and those that have longer, with their deadline. A statement for the first and
        one for each deadline that was granted."""
        free: dict[int, Silent] = {}
        later: dict[int, tuple[Silent, datetime]] = {}
        if inside := grants.within(granted.free, paths):
            free = {row.unit_id: row for row in self.bare.silent(slot, on, due_by, inside)}
        granted_until: dict[datetime, list[str]] = {}
        for path, due_at in granted.later:
            granted_until.setdefault(due_at, []).append(path)
        for due_at, longer in granted_until.items():
            if inside := grants.within(longer, paths):
                for row in self.bare.silent(slot, on, due_by, inside):
                    known = later.get(row.unit_id, (row, row.due_at))[1]
                    later[row.unit_id] = (row, max(known, due_at))
        return free, later


def source(kind: spec.Kind) -> Granted:
    """Of a kind that recurs. Raises `LookupError` for a source nobody wired: a mistake of the program."""
    return Granted(kind.id, sources.source(kind.source))


def recurring() -> dict[str, Granted]:
    """Kind → its source, for all kinds that have one."""
    return {kind.id: source(kind) for kind in spec.catalog().values() if kind.source}


def _by_child(rows: Iterable[Silent], stands: Mapping[int, Standing]) -> Iterator[tuple[int, Silent]]:
    """Each with the key it is counted under (`Source.standing`). One query."""
    listed = list(rows)
    paths = dict(Unit.objects.filter(pk__in={row.unit_id for row in listed}).values_list("pk", "path"))
    for row in listed:
        near = (row.unit_id, row.school_id, *map(int, filter(None, paths[row.unit_id].split("."))))
        child = next((pk for pk in near if pk in stands), None)
        if child is not None:
            yield child, row
