"""Sending a return back: inside the school before it is signed, or from a superior afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.actions.filing import relabel
from lianfang.returns.actions.signing import lock
from lianfang.returns.models import Draft, Return, State, TurnBack


@transaction.atomic
def turn_back(
    *, by: User, filed: Return, version_id: Any, from_unit: Unit, reason: str, cells: Mapping[str, str], now: datetime
) -> TurnBack:
    """Return a version for correction, with a reason for the whole and one for each marked cell.

    A signed version goes on counting until the corrected one is signed, so that totals never drop a school silently.
    Raises `Refused` without any reason, for a superseded version, or in a state that cannot be sent back.
    """
    filed = lock(filed)
    version = filed.head
    if version is None:
        raise refuse("returns.not_submitted")
    given = TurnBack.objects.filter(version=version).first()
    if given is not None:
        return given
    if str(version.pk) != str(version_id):
        raise refuse("returns.superseded", number=version.number)
    cells = {cell: text.strip() for cell, text in cells.items() if text.strip()}
    if not reason.strip() and not cells:
        raise refuse("returns.reason_missing", "reason")
    verb = "send_back" if from_unit.pk == filed.unit_id else "turn_back"
    if verb not in rules.ALLOWED[filed.state]:
        raise refuse("returns.not_returnable", state=State(filed.state).label)
    row = TurnBack.objects.create(
        version=version, from_unit=from_unit, reason=reason.strip(), cells=cells, by=by, at=now
    )
    relabel(filed, draft=Draft.objects.filter(filed=filed).exists(), turned_back=True)
    events.record(
        "return.turned_back", by=by, unit=filed.unit, subject=filed, now=now,
        detail={"number": version.number, "version": str(version.pk), "from": from_unit.name, "cells": sorted(cells)},
    )  # fmt: skip
    return row
