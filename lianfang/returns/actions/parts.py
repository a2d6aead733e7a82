"""A functional unit hands in its part of the school's return."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import Problem, Refused
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.actions import filing
from lianfang.returns.models import Draft, State, Statement
from lianfang.returns.spec import Form


@transaction.atomic
def hand_in(
    *,
    by: User,
    school: Unit,
    unit: Unit,
    form: Form,
    part: str,
    on: date,
    cells: Mapping[str, Any],
    key: UUID,
    now: datetime,
) -> Statement:
    """Store what the unit states for its part. The same key twice is the same statement; a correction is a new row.

    The office's open draft takes the stated cells over, so that what the office sees is never older than its parts.
    Raises `Refused` with one problem per wrong cell.
    """
    filed = filing.take(unit=school, form=form, on=on, now=now)
    if (again := filed.statements.filter(key=key).first()) is not None:
        return again
    only = form.cells_of_part(part)
    mine = {cell: cells.get(cell) for cell in only}
    found = rules.findings(form, mine, {"students": school.students, "staff": school.staff}, only=only)
    if found:
        raise Refused(*(Problem(finding.code, finding.cell, finding.params) for finding in found))
    statement = Statement.objects.create(
        filed=filed, part=part, number=filed.statements.filter(part=part).count() + 1,
        unit=unit, cells=mine, key=key, by=by, at=now,
    )  # fmt: skip
    draft = Draft.objects.select_for_update().filter(filed=filed).first()
    if draft is not None:
        draft.cells = {**draft.cells, **mine}
        draft.rev += 1
        draft.save()
    elif filed.head is None:
        draft = Draft.objects.create(filed=filed, cells=mine, by=by, at=now)
    filing.relabel(
        filed, draft=draft is not None,
        turned_back=filed.state == State.RETURNED, forwarded=filed.state == State.FORWARDED,
    )  # fmt: skip
    events.record("return.part_handed_in", by=by, unit=unit, subject=filed, detail={"part": part}, now=now)
    return statement
