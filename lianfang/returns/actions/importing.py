"""Rows of an uploaded official table become versions; an export is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import Problem, Refused
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.actions import filing
from lianfang.returns.models import Version
from lianfang.returns.spec import Form

WHY_MISSING = "returns.why_missing"


@transaction.atomic
def import_rows(
    *,
    by: User,
    form: Form,
    on: date,
    rows: Sequence[tuple[Unit, int, Mapping[str, Any]]],
    whys: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> int:
    """Submit each (school, version it started from, cells). All or nothing; the same rows again change nothing, because
    the key of each submission is made from its content. Returns how many were submitted.

    ``whys``: school → cell → why it is not what the system says. Raises `Refused`; what lacks a reason, of all schools
    together, at "12.confirmed.students" (the cell after the school's key)."""
    lacking: list[Problem] = []
    for unit, base, cells in rows:
        content = rules.seal(
            filed_id=f"{form.id} {on} {unit.pk}", number=base, made="imported", cells=cells, reasons={},
            by_id=by.pk, at=datetime.fromisoformat(f"{on}T00:00:00+08:00"), previous="",
        )  # fmt: skip
        try:
            filing.submit(
                by=by, unit=unit, form=form, on=on, cells=cells, reasons={}, key=uuid5(NAMESPACE_OID, content),
                base=base, now=now, made=Version.Made.IMPORTED, whys=whys.get(unit.pk),
            )  # fmt: skip
        except Refused as refused:
            if any(problem.code != WHY_MISSING for problem in refused.problems):
                raise
            lacking += [replace(problem, cell=f"{unit.pk}.{problem.cell}") for problem in refused.problems]
    if lacking:
        raise Refused(*lacking)
    return len(rows)


@transaction.atomic
def exported(*, by: User, unit: Unit, form: Form, on: date, rows: int, now: datetime) -> None:
    """Note who took which figures out of the system."""
    detail = {"form": form.id, "on": on.isoformat(), "rows": rows}
    events.record("return.exported", by=by, unit=unit, detail=detail, now=now)
