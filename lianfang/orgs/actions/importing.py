"""Many units at once, from a list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs import rules
from lianfang.orgs.actions import tree
from lianfang.orgs.models import SponsorLine, Tier, Unit
from lianfang.orgs.queries import intake
from lianfang.orgs.queries.sheet import Row, RowProblem, Sheet

_BATCH = 2_000
_TOLD = 200  # changed units whose old and new values the event keeps; beyond that the counts must do


@transaction.atomic
def import_units(*, by: events.Actor | None, under: Unit, rows: Sequence[Row], now: datetime) -> intake.Plan:
    """Make and change the units a list names, all or nothing, and say what was done.

    Doing it twice changes nothing the second time. One event at ``under`` tells of the whole list (an event a unit
    would bury the activity list under ten thousand rows): the counts, and old and new of the first 200 changed units.
    Raises `Refused` when any row is wrong; each problem's ``cell`` is "row:column".
    """
    tree.lock_shape(alone=True)
    under = Unit.objects.get(pk=under.pk)
    if under.valid_to is not None:
        raise refuse("orgs.parent_closed", parent=under.name)
    plan = intake.plan(Sheet(rows=list(rows), headings={name: name for row in rows for name in row.cells}), under)
    if plan.problems:
        raise Refused(*(_at_row(found) for found in plan.problems))
    _make(plan.new)
    _change(plan.changed)
    _sponsor(plan.lines)
    if plan.new or plan.changed:
        events.record("units.imported", by=by, unit=under, subject=under, detail=_told(plan), now=now)
    return plan


def _at_row(found: RowProblem) -> Problem:
    return Problem(found.problem.code, f"{found.row}:{found.column}", found.problem.params)


def _make(new: Sequence[intake.NewUnit]) -> None:
    made: dict[int, Unit] = {}
    for plan, pk in zip(intake.in_order(new), tree.next_ids(len(new)), strict=True):
        parent = made[id(plan.parent)] if isinstance(plan.parent, intake.NewUnit) else plan.parent
        unit = Unit(pk=pk, kind=plan.kind, code=plan.code, parent=parent, **plan.facts)
        unit.path = f"{parent.path}{pk}."
        unit.tier = Tier(rules.tier_of(plan.kind, parent.kind))
        unit.school_id = pk if plan.kind in rules.SCHOOLS else parent.school_id
        unit.pinyin = tree.sort_key(unit.name)
        made[id(plan)] = unit
    Unit.objects.bulk_create(made.values(), batch_size=_BATCH)


def _change(changed: Sequence[intake.ChangedUnit]) -> None:
    fields = sorted({name for change in changed for name in change.changed})
    for change in changed:
        for name, (_, value) in change.changed.items():
            setattr(change.unit, name, value)
        if "name" in change.changed:
            change.unit.pinyin = tree.sort_key(change.unit.name)
    if fields:
        more = ["pinyin"] if "name" in fields else []
        Unit.objects.bulk_update([change.unit for change in changed], fields + more, batch_size=_BATCH)


def _sponsor(lines: Sequence[tuple[str, str]]) -> None:
    codes = {code for pair in lines for code in pair}
    keys = dict(Unit.objects.filter(code__in=codes, valid_to__isnull=True).values_list("code", "pk"))
    rows = [SponsorLine(unit_id=keys[school], sponsor_id=keys[sponsor]) for school, sponsor in lines]
    SponsorLine.objects.bulk_create(rows, batch_size=_BATCH)


def _told(plan: intake.Plan) -> dict[str, Any]:
    return {
        "created": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "changes": {change.unit.code: intake.plain(change.changed) for change in plan.changed[:_TOLD]},
    }
