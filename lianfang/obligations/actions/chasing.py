"""Chasing: what was not done by its time is said to whoever the ladder of its kind names, once a step.

Each step of a unit is a row of the ledger (`models.Chase`), entered in the transaction that delivers its messages: two
workers at once, one that was killed, and a clock that was set back all meet the row and say nothing twice. Who is still
silent is asked in that same transaction, so that nobody is chased for what they have just done.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from lianfang.core import clock
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import addresses, rules, spec
from lianfang.obligations.actions import climbing, telling
from lianfang.obligations.actions.telling import Found, Step
from lianfang.obligations.models import Chase
from lianfang.obligations.queries import granted, holders, ledger
from lianfang.obligations.queries.holders import Place
from lianfang.obligations.sources import Silent, Slot, Source
from lianfang.orgs import queries as orgs

logger = logging.getLogger(__name__)
_DAY, _MORNING = timedelta(days=1), timedelta(hours=12)


def run(*, now: datetime) -> int:
    """Take every step whose moment has come; how many were taken. May run at the same time anywhere.

    A kind whose source fails does not keep the others back."""
    with _undisturbed():
        return _run(now)


def _run(now: datetime) -> int:
    taken = 0
    minute = now.astimezone(clock.ZONE).time()
    for kind in spec.catalog().values():
        if not kind.ladder or (not kind.urgent and rules.is_quiet(minute, kind.quiet.since, kind.quiet.until)):
            continue
        try:
            taken += _recurring(kind, now) if kind.source else climbing.climb(kind, now=now)
        except DatabaseError:
            raise  # nothing can be said to anybody; the next minute tries again
        except Exception:
            logger.exception("what is owed as %s could not be chased", kind.id)
    return taken


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A province's silent units are some millions of small objects that live until the end, none of them in a circle:
    to look for circles among them would take a third of the time."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def _recurring(kind: spec.Kind, now: datetime) -> int:
    """Deadlines of today; and of yesterday the steps that reach over midnight."""
    root, source, today = orgs.root(), granted.source(kind), clock.day_of(now)
    if root is None:
        return 0
    taken = sum(_slot(kind, source, slot, today, now, root.pk) for slot in source.slots(root, today))
    midnight = datetime.combine(today, time(), clock.ZONE)
    if now - midnight > _MORNING:
        return taken
    since = midnight if kind.urgent else rules.reaches_over(midnight, kind.quiet.since, kind.quiet.until)
    for slot in source.slots(root, today - _DAY):
        if source.latest(slot, today - _DAY) + timedelta(minutes=kind.ladder[-1].minutes) >= since:
            taken += _slot(kind, source, slot, today - _DAY, now, root.pk, since)
    return taken


def _slot(
    kind: spec.Kind, source: Source, slot: Slot, on: date, now: datetime, root: int, since: datetime | None = None
) -> int:  # fmt: skip
    """``root``: in whose name people are told. ``since``: only steps whose moment is not before this."""
    due: dict[int, list[Silent]] = defaultdict(list)
    numbers: dict[datetime, int | None] = {}
    for row in source.silent(slot.code, on, rules.earliest(kind.ladder, now)):
        if row.due_at not in numbers:
            numbers[row.due_at] = rules.reached(kind.ladder, row.due_at, now, since)
        if (number := numbers[row.due_at]) is not None:
            due[number].append(row)
    return sum(
        _take(Step(kind, slot.code, on, rules.code(number), kind.ladder[number], now, root), source, rows)
        for number, rows in due.items()
    )


def _take(step: Step, source: Source, rows: list[Silent]) -> int:
    """Those who have not been told by this step or a later one (a clock may be set back)."""
    told = ledger.taken(step.kind.id, step.slot, step.on, step.code)
    rows = [row for row in rows if row.unit_id not in told]
    if not rows:
        return 0
    months.ensure({step.on}, [Chase])
    found = telling.find(step, rows)
    known = holders.places({one.unit for one in found if one.is_above})
    return _carried_out([partial(_block, step, source, block, known) for block in _blocks(found)])


def _carried_out(blocks: Sequence[Callable[[], int]]) -> int:
    """Two at a time, each in a transaction of its own: one is thought about while the database writes the other. Inside
    a transaction of the caller's, one after the other."""
    if len(blocks) < 2 or connection.in_atomic_block:
        return sum(block() for block in blocks)
    with ThreadPoolExecutor(2, "chase") as pool:
        return sum(pool.map(_with_own_connection, blocks))


def _with_own_connection(block: Callable[[], int]) -> int:
    try:
        return block()
    finally:
        connection.close()


def _blocks(rows: Iterable[Found]) -> Iterator[list[Found]]:
    """Whoever gets one digest stands in one block; the others in the order of their schools."""
    own: list[Found] = []
    digests: dict[int, list[Found]] = defaultdict(list)
    for one in rows:
        (digests[one.unit] if one.is_above else own).append(one)
    own.sort(key=lambda one: (one.row.school_id, one.row.unit_id))
    groups = [own[at : at + telling.BLOCK] for at in range(0, len(own), telling.BLOCK)]
    block: list[Found] = []
    for group in (*groups, *(digests[unit] for unit in sorted(digests))):
        if block and len(block) + len(group) > telling.BLOCK:
            yield block
            block = []
        block += group
    if block:
        yield block


@transaction.atomic
def _block(step: Step, source: Source, block: list[Found], known: dict[int, Place]) -> int:
    """Enter the step for those who are still silent, and tell; what another worker has entered is left to it."""
    due_by = step.now - timedelta(minutes=step.rung.minutes)
    silent = telling.still(step, source, due_by, [one.row for one in block])
    notes: dict[tuple[int, datetime | None], UUID] = {}
    rows = [(one, _note(notes, one)) for one in block if one.row.unit_id in silent]
    entered = telling.enter(step, rows)
    telling.post(step, _drafts(step, [row for row in rows if row[0].row.unit_id in entered], known))
    return len(entered)


def _note(notes: dict[tuple[int, datetime | None], UUID], one: Found) -> UUID | None:
    """The message a unit is told of by: the unit's own people share one a deadline, each superior has one of theirs."""
    if not one.users:
        return None
    key = (one.unit, None) if one.is_above else (0, one.row.due_at)
    if key not in notes:
        notes[key] = uuid7()
    return notes[key]


def _drafts(step: Step, rows: Iterable[tuple[Found, UUID | None]], known: dict[int, Place]) -> Iterable[Draft]:
    drafts: dict[UUID, Draft] = {}
    for one, note in rows:
        if note is not None:
            draft = drafts[note] = drafts.get(note) or _draft(step, note, one, known)
            draft.params["count"] += 1
            draft.to.update(one.users)
    return drafts.values()


def _draft(step: Step, note: UUID, one: Found, known: dict[int, Place]) -> Draft:
    params: dict[str, Any] = {"due": f"{one.row.due_at.astimezone(clock.ZONE):%H:%M}", "count": 0}
    if one.is_above:
        params["unit"] = known[one.unit].label
        url = addresses.missing(one.unit, step.kind.id, step.slot, step.on)
        return Draft(note, f"owed.below.{step.kind.id}", params, one.unit, url, set())
    when = "soon" if step.rung.minutes < 0 else "late"
    return Draft(note, f"owed.{when}.{step.kind.id}", params, step.unit, addresses.home(), set())
