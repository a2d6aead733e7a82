"""Chasing: what was not done by its time is said to whoever the ladder of its kind names, once a step.

Each step of a unit is a row of the ledger (`models.Chase`), entered in the transaction that delivers its messages: two
workers at once, one that was killed, and a clock that was set back all meet the row and say nothing twice. Who is still
silent is asked in that same transaction, so that nobody is chased for what they have just done.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from lianfang.core import clock, prepared
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.notices.actions import many as notices
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import addresses, rules, sources, spec
from lianfang.obligations.actions import climbing
from lianfang.obligations.models import Chase
from lianfang.obligations.queries import exemptions, holders, ledger
from lianfang.obligations.queries.holders import Place
from lianfang.obligations.sources import Silent, Source
from lianfang.orgs import queries as orgs

logger = logging.getLogger(__name__)
BLOCK = 20_000  # units chased in one transaction
_ENTER = """
INSERT INTO obligations_chase (school_id, "on", unit_id, kind, slot, step, at, due_at, told, notice_id)
SELECT w.school_id, %s, w.unit_id, %s, %s, %s, %s, w.due_at, w.told, w.notice_id
FROM unnest(%s::int[], %s::int[], %s::timestamptz[], %s::smallint[], %s::uuid[])
    AS w (school_id, unit_id, due_at, told, notice_id)
ON CONFLICT DO NOTHING
RETURNING unit_id
"""


@dataclass(frozen=True)
class _Step:
    """One rung, for one deadline of a kind's day."""

    kind: spec.Kind
    source: Source
    slot: str
    number: int
    on: date
    now: datetime

    @property
    def rung(self) -> spec.Rung:
        return self.kind.ladder[self.number]

    @property
    def code(self) -> str:
        return rules.code(self.number)


@dataclass
class _Group:
    """Units for which the same people are told. ``unit``: where these were found; 0: nobody was, up to the root."""

    unit: int
    rows: list[Silent] = field(default_factory=list)
    users: dict[int, tuple[int, ...]] = field(default_factory=dict)


def run(*, now: datetime) -> int:
    """Take every step whose moment has come; how many were taken. May run at the same time anywhere.

    A kind whose source fails does not keep the others back."""
    taken = 0
    minute = now.astimezone(clock.ZONE).time()
    for kind in spec.catalog().values():
        if not kind.ladder or (not kind.urgent and rules.is_quiet(minute, kind.quiet.since, kind.quiet.until)):
            continue
        try:
            taken += _recurring(kind, clock.day_of(now), now) if kind.source else climbing.climb(kind, now=now)
        except DatabaseError:
            raise  # nothing can be said to anybody; the next minute tries again
        except Exception:
            logger.exception("what is owed as %s could not be chased", kind.id)
    return taken


def _recurring(kind: spec.Kind, on: date, now: datetime) -> int:
    root, source = orgs.root(), sources.source(kind.source)
    if root is None:
        return 0
    months.ensure({on}, [Chase])
    taken = 0
    for slot in source.slots(root, on):
        due: dict[int, list[Silent]] = defaultdict(list)
        free = exemptions.covers(kind.id, slot.code, on)
        numbers: dict[datetime, int | None] = {}
        for row in source.silent(slot.code, on, rules.earliest(kind.ladder, now)):
            if row.due_at not in numbers:
                numbers[row.due_at] = rules.reached(kind.ladder, row.due_at, now)
            if (number := numbers[row.due_at]) is not None:
                due[number].append(row)
        for number, rows in due.items():
            taken += _take(_Step(kind, source, slot.code, number, on, now), rows, free)
    return taken


def _take(step: _Step, rows: list[Silent], free: exemptions.Covers) -> int:
    """Those who have not been told by this step or a later one (a clock may be set back)."""
    told = ledger.taken(step.kind.id, step.slot, step.on, step.code)
    rows = [row for row in rows if row.unit_id not in told]
    if not rows:
        return 0
    known = holders.places({row.unit_id for row in rows})
    rows = [row for row in rows if row.unit_id in known and not free(known[row.unit_id].above, step.now)]
    groups = _groups(step, rows, known)
    return sum(_block(step, block, known) for block in _blocks(groups))


def _groups(step: _Step, rows: Iterable[Silent], known: dict[int, Place]) -> list[_Group]:
    rows = list(rows)
    rung = step.rung
    wanted = [known[row.unit_id] for row in rows]
    roles = rung.roles or step.kind.roles
    found = holders.tell(wanted, rung.at, roles, known, step.on)
    groups: dict[int, _Group] = {}
    for row in rows:
        unit, users = found.get(row.unit_id, (0, ()))
        if named := tuple(sorted({user for role, user in row.named if role in roles})):
            unit, users = row.unit_id, named
        group = groups.setdefault(unit, _Group(unit))
        group.rows.append(row)
        group.users[row.unit_id] = users
    return [groups[unit] for unit in sorted(groups)]


def _blocks(groups: Iterable[_Group]) -> Iterator[list[_Group]]:
    """Whoever gets one digest stands in one block."""
    block: list[_Group] = []
    size = 0
    for group in groups:
        if block and size + len(group.rows) > BLOCK:
            yield block
            block, size = [], 0
        block.append(group)
        size += len(group.rows)
    if block:
        yield block


@transaction.atomic
def _block(step: _Step, block: list[_Group], known: dict[int, Place]) -> int:
    """Enter the step for those who are still silent, and tell; what another worker has entered is left to it."""
    rows = {row.unit_id: (row, group) for group in block for row in group.rows}
    still = _still(step, [row for row, _ in rows.values()], known)
    notes: dict[tuple[int, datetime | None], UUID] = {}
    entered = _enter(
        step, [(row, group, _note(notes, group, row)) for row, group in rows.values() if row.unit_id in still]
    )
    drafts = _drafts(step, [rows[unit] for unit in entered], notes, known)
    notices.post_many(drafts=drafts, channels=step.rung.channels, urgent=step.kind.urgent, now=step.now)
    return len(entered)


def _still(step: _Step, rows: Sequence[Silent], known: dict[int, Place]) -> set[int]:
    paths = sorted({_path(known[row.unit_id]) for row in rows})
    due_by = rules.earliest(step.kind.ladder[step.number :], step.now)
    return {row.unit_id for row in step.source.silent(step.slot, step.on, due_by, paths)}


def _path(place: Place) -> str:
    """That of the school around it: a thousand schools are named shorter than their classes."""
    line = place.above[: place.above.index(place.school_id) + 1] if place.school_id in place.above else place.above
    return "".join(f"{pk}." for pk in line)


def _note(notes: dict[tuple[int, datetime | None], UUID], group: _Group, row: Silent) -> UUID | None:
    """The message a unit is told of by: the unit's own people share one a deadline, each superior has one of theirs."""
    if not group.users[row.unit_id]:
        return None
    key = (0, row.due_at) if group.unit == row.unit_id else (group.unit, None)
    return notes.setdefault(key, uuid7())


def _enter(step: _Step, rows: Sequence[tuple[Silent, _Group, UUID | None]]) -> list[int]:
    """Units for which the step was not taken before."""
    if not rows:
        return []
    values: list[Any] = [
        step.on, step.kind.id, step.slot, step.code, step.now,
        prepared.listed(row.school_id for row, _, _ in rows), prepared.listed(row.unit_id for row, _, _ in rows),
        [row.due_at for row, _, _ in rows], prepared.listed(len(group.users[row.unit_id]) for row, group, _ in rows),
        [note for _, _, note in rows],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        return [unit for (unit,) in cursor.fetchall()]


def _drafts(
    step: _Step,
    entered: Iterable[tuple[Silent, _Group]],
    notes: dict[tuple[int, datetime | None], UUID],
    known: dict[int, Place],
) -> list[Draft]:
    own: dict[UUID, Draft] = {}
    when = "soon" if step.rung.minutes < 0 else "late"
    for row, group in entered:
        pk = _note(notes, group, row)
        if pk is None:
            continue
        if pk not in own:
            below = group.unit != row.unit_id
            at = f"{row.due_at.astimezone(clock.ZONE):%H:%M}"
            params = {"unit": known[group.unit].label if group.unit else "", "due": at, "count": 0}
            word = f"owed.{'below' if below else when}.{step.kind.id}"
            url = addresses.missing(group.unit, step.kind.id, step.slot, step.on) if below else addresses.home()
            own[pk] = Draft(pk, word, params, group.unit if below else _root(known[row.unit_id]), url, set())
        own[pk].params["count"] += 1
        own[pk].to.update(group.users[row.unit_id])
    return list(own.values())


def _root(place: Place) -> int:
    return place.above[0]
