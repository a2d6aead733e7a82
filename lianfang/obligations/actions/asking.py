"""Asking by hand: a superior's tap asks whoever has to act at each silent unit below, as the first step of the ladder
would. It stands in the same ledger, and nobody is asked twice within ten minutes, whoever asks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from lianfang.core import clock, events, turns
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.problems import refuse
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import addresses, rules, spec
from lianfang.obligations.actions import telling
from lianfang.obligations.actions.telling import Found, Step
from lianfang.obligations.models import Chase
from lianfang.obligations.queries import granted, grants, holders, ledger
from lianfang.obligations.sources import Silent
from lianfang.orgs.models import Unit
from lianfang.people.models import User

EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Asked:
    """``units`` were asked; for ``nobody`` there is nobody to ask, up to the root; ``skipped_recently`` were asked just
    before, the last of them at ``at`` in the name of ``by``."""

    units: int = 0
    skipped_recently: int = 0
    nobody: int = 0
    at: datetime | None = None
    by: str = ""

    def __add__(self, other: "Asked") -> "Asked":
        latest = max((self, other), key=lambda one: one.at.timestamp() if one.at else 0.0)
        return Asked(
            self.units + other.units, self.skipped_recently + other.skipped_recently, self.nobody + other.nobody,
            latest.at, latest.by,
        )  # fmt: skip


def ask(
    *, by: User, kind: str, slot: str, unit: Unit, on: date, now: datetime, only: Unit | None = None
) -> Asked:  # fmt: skip
    """Ask all that are silent below ``unit``, or at and below ``only``, in the unit's name. Raises `Refused` where
    nobody is silent, or before the thing can be done; `LookupError` for a kind no file describes."""
    source = granted.source(spec.kind(kind))
    deadline = next((one for one in source.slots(only or unit, on) if one.code == slot), None)
    if deadline is not None and now < deadline.opens_at:
        raise refuse("obligations.not_open_yet", at=f"{deadline.opens_at.astimezone(clock.ZONE):%H:%M}")
    paths = grants.below(only or unit, on)

    def silent(paths: Sequence[str]) -> list[Silent]:
        rows = source.silent(slot, on, now + granted.EVER, paths)
        return [row for row in rows if only or unit.school_id or row.unit_id != unit.pk]  # an area asks not itself

    rows = silent(paths)
    if not rows:
        raise refuse("obligations.nobody_to_ask")
    asked = Asked()
    for block in _blocks(rows, paths):
        asked += ask_these(by=by, kind=kind, slot=slot, unit=unit, on=on, now=now, silent=partial(silent, block))
    record(by=by, kind=kind, slot=slot, unit=unit, on=on, now=now, asked=asked)
    return asked


def _blocks(rows: Sequence[Silent], paths: list[str]) -> Iterator[list[str]]:
    """Paths that lie in one transaction: all of them, or those of some schools."""
    if len(rows) <= telling.BLOCK:
        yield paths
        return
    sizes: dict[int, int] = defaultdict(int)
    for row in rows:
        sizes[row.school_id] += 1
    places, size = holders.places(sizes), 0
    block: list[str] = []
    for school in sorted(sizes):
        if block and size + sizes[school] > telling.BLOCK:
            yield block
            block, size = [], 0
        block.append(places[school].path)
        size += sizes[school]
    yield block


@transaction.atomic
def ask_these(
    *,
    by: User,
    kind: str,
    slot: str,
    unit: Unit,
    on: date,
    now: datetime,
    silent: Callable[[], Iterable[Silent]],
    rung: spec.Rung | None = None,
    since: datetime | None = None,
    url: str = "",
) -> Asked:
    """Ask whoever ``silent`` finds, but for those that were asked after ``since`` (usually ten minutes ago). ``rung``:
    whom and by what, unless it is the first of the kind's ladder. Leaves no event: `record` does, once for all blocks.

    One asking about a deadline at a time: of two superiors at once the second finds the rows of the first."""
    months.ensure({on}, [Chase])
    turns.turn(f"ask {kind} {slot} {on}")
    of = spec.kind(kind)
    step = Step(of, slot, on, rules.by_hand(unit.pk, now), rung or of.ladder[0], now, unit.pk, by.pk)
    rows = {row.unit_id: row for row in silent()}
    before = ledger.asked(kind, slot, on, rows, since or now - EVERY, now + EVERY)
    found = telling.find(step, [row for pk, row in rows.items() if pk not in before])
    known = holders.places({unit.pk} | {one.by_unit for one in before.values()})
    drafts, notes = _drafts(step, found, known[unit.pk].label, url)
    telling.enter(step, [(one, notes.get(one.row.unit_id)) for one in found])
    telling.post(step, drafts)
    last = max(before.values(), key=lambda one: one.at, default=None)
    told = sum(bool(one.users) for one in found)
    return Asked(
        told, len(before), len(found) - told,
        last.at if last else None, known[last.by_unit].label if last and last.by_unit in known else "",
    )  # fmt: skip


def _drafts(
    step: Step, found: Iterable[Found], asking: str, url: str
) -> tuple[list[Draft], dict[int, UUID]]:  # fmt: skip
    """One message a person with the number of their units; people with the same number share one. And by which message
    each unit is told."""
    held: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        for user in one.users:
            held[user].append(one)
    drafts: dict[tuple[int, int, datetime], Draft] = {}
    notes: dict[int, UUID] = {}
    for user, mine in held.items():
        above = next((one.unit for one in mine if one.is_above), 0)
        key = (above, len(mine), min(one.row.due_at for one in mine))
        if key not in drafts:
            drafts[key] = _draft(step, key, asking, url)
        drafts[key].to.add(user)
        for one in mine:
            notes.setdefault(one.row.unit_id, drafts[key].pk)
    return list(drafts.values()), notes


def _draft(step: Step, key: tuple[int, int, datetime], asking: str, url: str) -> Draft:
    above, count, due_at = key
    due_at = due_at.astimezone(clock.ZONE)
    due = f"{due_at:%H:%M}" if step.on == clock.day_of(step.now) else f"{due_at:%m-%d %H:%M}"
    params = {"unit": asking, "due": due, "count": count}
    word = f"owed.{'asked_below' if above else 'asked'}.{step.kind.id}"
    if not url:
        url = addresses.missing(above, step.kind.id, step.slot, step.on) if above else addresses.home()
    return Draft(uuid7(), word, params, step.unit, url, set(), step.by_id)


@transaction.atomic
def record(*, by: User, kind: str, slot: str, unit: Unit, on: date, now: datetime, asked: Asked) -> None:
    """The trace of an asking in the activity list, if anybody was asked."""
    if asked.units or asked.nobody:
        detail = {"kind": kind, "slot": slot, "on": on.isoformat(), "count": asked.units}
        events.record("obligation.asked", by=by, unit=unit, detail=detail, now=now)
