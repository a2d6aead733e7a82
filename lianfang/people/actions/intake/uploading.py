"""What the user does with a roster file."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from lianfang.core import events, spreadsheets
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import RosterFile, RosterRow, User
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.models.roster import Ending
from lianfang.people.queries.intake.places import HAS_ROSTER

FARTHEST = timedelta(days=366)
LEAVINGS = (Ending.LEFT, Ending.GRADUATED, Ending.SCHOOL)


@transaction.atomic
def upload(
    *, by: User | None, unit: Unit, name: str, content: bytes, as_a: str, first_day: date, now: datetime
) -> RosterFile:
    """Keep a file, sealed, and have it checked. ``first_day`` is the day on which what the file says begins to hold.
    Sent twice it is one file. Raises `Refused` for what is no spreadsheet by its first bytes."""
    if unit.kind not in HAS_ROSTER or unit.valid_to is not None:
        raise refuse("people.unit_no_roster")
    if abs(first_day - now.date()) > FARTHEST:
        raise refuse("people.first_day_far", "first_day")
    spreadsheets.is_package(content, name, spreadsheets.roster())
    if by is not None:
        User.objects.select_for_update().get(pk=by.pk)  # a double click: the second one sees the first
    by_id, digest = by.pk if by else 0, hashlib.sha256(content).digest()
    mine = RosterFile.objects.filter(unit=unit, by_id=by_id)
    said = {"as_a": as_a, "first_day": first_day.isoformat()}
    same = mine.filter(digest=digest, stage__in=(Stage.WAITING, Stage.CHECKING, Stage.APPLYING), choices__contains=said)
    if (found := same.order_by("-at").first()) is not None:
        return found
    before = mine.exclude(choices__columns={}).order_by("-at").values_list("choices", flat=True).first()
    choices = {**said, "columns": before["columns"] if before else {}}
    file = RosterFile.objects.create(
        unit=unit, name=name[-200:], content=content, digest=digest, choices=choices, by_id=by_id,
        by_name=by.name if by else "", at=now,
    )  # fmt: skip
    detail = {"bytes": len(content), "as_a": as_a}
    events.record("roster.uploaded", by=by, unit=unit, subject=file, detail=detail, now=now)
    return file


@transaction.atomic
def choose_columns(
    *, by: User, file: RosterFile, heading: str, start: int, columns: Mapping[int, str], now: datetime
) -> RosterFile:
    """Say which column is what for all files with these headings, and have the file checked anew."""
    file = _locked(file, Stage.WAITING, Stage.CHECKED, Stage.REFUSED)
    chosen = {str(at): field for at, field in columns.items()}
    file.choices["columns"] = {**file.choices.get("columns", {}), heading: {"start": start, "columns": chosen}}
    file.stage = Stage.WAITING
    file.summary = {}
    file.save(update_fields=["choices", "stage", "summary"])
    events.record("roster.columns_chosen", by=by, unit=file.unit, subject=file, now=now)
    return file


@transaction.atomic
def confirm(*, by: User | None, file: RosterFile, leave: str, now: datetime) -> RosterFile:
    """Take the file over. ``leave`` is why those who are not in it left ("" = they stay). Confirmed twice, it is done
    once."""
    if leave and leave not in LEAVINGS:
        raise ValueError(leave)
    file = RosterFile.objects.select_for_update().defer("content").get(pk=file.pk)
    if file.stage in (Stage.APPLYING, Stage.DONE):
        return file
    if file.stage != Stage.CHECKED:
        raise refuse("people.file_not_checked" if file.stage != Stage.DROPPED else "people.file_not_open")
    plans = [Plan.JOIN, Plan.MOVE, Plan.CHANGE, *([Plan.LEAVE] if leave else [])]
    total = RosterRow.objects.filter(file=file, plan__in=plans).count()
    if not total:
        raise refuse("people.file_nothing")
    file.choices["leave"] = leave
    file.stage, file.done, file.total = Stage.APPLYING, 0, total
    file.save(update_fields=["choices", "stage", "done", "total"])
    events.record("roster.confirmed", by=by, unit=file.unit, subject=file, detail={"rows": total}, now=now)
    return file


@transaction.atomic
def drop(*, by: User | None, file: RosterFile, now: datetime) -> None:
    """Forget the file and what was read of it; nothing of it was taken over."""
    file = _locked(file, Stage.WAITING, Stage.CHECKED, Stage.REFUSED)
    file.stage, file.content = Stage.DROPPED, None
    file.save(update_fields=["stage", "content"])
    RosterRow.objects.filter(file=file).delete()
    events.record("roster.dropped", by=by, unit=file.unit, subject=file, now=now)


def _locked(file: RosterFile, *stages: Stage) -> RosterFile:
    found = RosterFile.objects.select_for_update().select_related("unit").defer("content").get(pk=file.pk)
    if found.stage not in stages:
        busy = found.stage in (Stage.CHECKING, Stage.APPLYING)
        raise refuse("people.file_not_checked" if busy else "people.file_not_open")
    return found


def steps(file: RosterFile) -> dict[str, Any]:
    """What the user chose, with days as days."""
    return {**file.choices, "first_day": date.fromisoformat(file.choices["first_day"])}
