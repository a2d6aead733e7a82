"""Filling in and submitting a return."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format

from lianfang.core import clock, events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.models import Draft, Figure, Return, State, Version
from lianfang.returns.queries import figures, filing
from lianfang.returns.spec import Form


@transaction.atomic
def save_draft(
    *,
    by: User,
    unit: Unit,
    form: Form,
    on: date,
    cells: Mapping[str, Any],
    reasons: Mapping[str, str],
    rev: int,
    now: datetime,
) -> Draft:
    """Keep what was typed, unchecked. ``rev`` is the draft the page was opened with (0 = none).

    Raises `Refused` ("returns.draft_changed") when somebody else saved in between; nothing of theirs is overwritten.
    """
    filed = take(unit=unit, form=form, on=on, now=now)
    draft = Draft.objects.select_for_update().filter(filed=filed).select_related("by").first()
    if draft is None:
        draft = Draft(filed=filed, rev=0)
    elif draft.rev != rev and draft.by_id != by.pk:
        raise refuse("returns.draft_changed", who=draft.by.name)
    draft.cells, draft.reasons, draft.by, draft.at = dict(cells), dict(reasons), by, now
    draft.fillers = sorted({*draft.fillers, by.pk})
    draft.rev += 1
    draft.save()
    relabel(filed, draft=True, turned_back=filed.state == State.RETURNED, forwarded=filed.state == State.FORWARDED)
    return draft


@transaction.atomic
def submit(
    *,
    by: User, unit: Unit, form: Form, on: date, cells: Mapping[str, Any], reasons: Mapping[str, str],
    key: UUID, base: int, now: datetime,
    made: str = Version.Made.FILED, whys: Mapping[str, str] | None = None,
) -> Version:  # fmt: skip
    """Turn what was typed into the next version, with its figures.

    ``key`` comes from the page: a double click or a retry with the same key gives back the same version. ``base`` is
    the number of the version the page started from. What says the same as the newest version is that version (a page
    sent again after going back), unless it was returned: then it is a new one that says "we stand by it". Raises
    `Refused` with one problem per wrong cell, or when somebody else submitted in between, or the day is closed.

    ``whys``: cell → why it is not what the system says ("returns.why_missing" at each that has none).
    """
    filed = take(unit=unit, form=form, on=on, now=now)
    if (again := filed.versions.filter(key=key).first()) is not None:
        return again
    head = filed.head
    cells = {cell: cells.get(cell) for cell in form.cells}
    if head is not None and filed.state != State.RETURNED and not rules.differences(form, head.cells, cells):
        Draft.objects.filter(filed=filed).delete()
        return head
    if head is not None and head.number != base:
        raise refuse("returns.changed_meanwhile", who=head.by.name, number=head.number)
    _check(form, unit, cells)
    system = _compared(form, unit, on, cells, whys or {}, now)
    draft = Draft.objects.filter(filed=filed).first()
    fillers = {by.pk, *(draft.fillers if draft else ()), *filing.part_fillers(filed, head)}
    version = add_version(
        filed, made=made, cells=cells, reasons=reasons, fillers=sorted(fillers),
        important=rules.is_important(form, cells), key=key, by=by, now=now, system=system,
    )  # fmt: skip
    _write_figures(version, form, on)
    if draft:
        draft.delete()
    filed.first_submitted_at = filed.first_submitted_at or now
    relabel(filed, draft=False)
    events.record(
        "return.submitted", by=by, unit=unit, subject=filed, now=now,
        detail={"number": version.number, "important": version.important, "version": str(version.pk)},
    )  # fmt: skip
    return version


def take(*, unit: Unit, form: Form, on: date, now: datetime) -> Return:
    """The return row, locked for this transaction, made when this is the first word about it.

    Raises `Refused` for a day that has not come, is closed, or on which the form is not required of the unit.
    """
    if on > now.astimezone(clock.ZONE).date():
        raise refuse("returns.future", day=date_format(on, "DATE_FORMAT"))
    rows = Return.objects.select_for_update(of=("self",)).select_related("head")
    filed = rows.filter(form=form.id, unit=unit, on=on).first()
    if filed is None:
        if not filing.is_assigned(form, unit, on):
            raise refuse("returns.not_assigned", day=date_format(on, "DATE_FORMAT"))
        fresh = Return(form=form.id, edition=form.edition, unit=unit, on=on)
        Return.objects.bulk_create([fresh], ignore_conflicts=True)  # two first words at once: one row
        filed = rows.get(form=form.id, unit=unit, on=on)
    closed = rules.closes_at(form, on)
    if now > closed and not filing.is_reopened(form, unit, on, now):
        raise refuse(
            "returns.closed",
            day=date_format(on, "DATE_FORMAT"),
            closed=date_format(closed, "DATE_FORMAT"),
            superior=filing.superior_name(unit),
        )
    filed.unit = unit
    return filed


def add_version(
    filed: Return,
    *,
    made: str,
    cells: Mapping[str, Any],
    reasons: Mapping[str, str],
    fillers: list[int],
    important: bool,
    key: UUID,
    by: User,
    now: datetime,
    system: Mapping[str, Any] | None = None,
) -> Version:
    """The next version of a locked return, sealed and chained to the one before; it becomes the head."""
    number = filed.head.number + 1 if filed.head else 1
    previous = filed.head.sha256 if filed.head else ""
    seal = rules.seal(
        filed_id=str(filed.pk),
        number=number,
        made=made,
        cells=cells,
        reasons=reasons,
        by_id=by.pk,
        at=now,
        previous=previous,
        system=system,
    )
    version = Version.objects.create(
        filed=filed, number=number, made=made, cells=dict(cells), reasons=dict(reasons), fillers=fillers,
        system=dict(system or {}), important=important, key=key, by=by, at=now, previous_sha256=previous, sha256=seal,
    )  # fmt: skip
    filed.head = version
    return version


def relabel(filed: Return, *, draft: bool, turned_back: bool = False, forwarded: bool = False) -> None:
    """Store the labels that lists show, computed from the facts."""
    filed.important = filed.head.important if filed.head else False
    filed.differs = filed.head is not None and rules.is_different(filed.head.system)
    filed.state = rules.state(
        rules.Facts(
            versions=filed.head.number if filed.head else 0,
            draft=draft,
            signed=filed.head_id is not None and filed.counted_id == filed.head_id,
            turned_back=turned_back,
            forwarded=forwarded,
        )
    )
    filed.save()


def _compared(
    form: Form, unit: Unit, on: date, cells: Mapping[str, Any], whys: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    known = figures.known(figures.facts(form, unit, on, now))
    system = rules.compared(cells, {cell: (one.number, one.sure) for cell, one in known.items()}, whys)
    lacking = [cell for cell, one in system.items() if one.get("why") == ""]
    if lacking:
        raise Refused(*(Problem("returns.why_missing", cell, {"said": system[cell]["said"]}) for cell in lacking))
    return system


def _write_figures(version: Version, form: Form, on: date) -> None:
    """Each count as a figure: a number has a value, 待核实 has none and counts as one unit to be verified."""
    Figure.objects.bulk_create(
        Figure(version=version, form=form.id, on=on, cell=cell, value=None, unverified=1)
        if version.cells[cell] == rules.UNVERIFIED
        else Figure(version=version, form=form.id, on=on, cell=cell, value=version.cells[cell])
        for cell in form.count_cells
    )


def _check(form: Form, unit: Unit, cells: Mapping[str, Any]) -> None:
    found = rules.findings(form, cells, {"students": unit.students, "staff": unit.staff})
    if found:
        raise Refused(*(Problem(finding.code, finding.cell, finding.params) for finding in found))
