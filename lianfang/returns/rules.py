"""Pure decisions about returns: what is wrong with the cells, who must sign, in which state a return is, when it is
late, what its seal is. Dates and numbers in, a decision out."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lianfang.returns.spec import Form, Step, Tier, due_at

UNVERIFIED = "?"
ABSURD = 1_000_000  # nobody's school; catches a telephone number typed into a count

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something wrong at a cell: a code of `returns.problems` and what fills its text."""

    code: str
    cell: str
    params: Mapping[str, Any]


def findings(
    form: Form, cells: Cells, head_counts: Mapping[str, int | None], only: Collection[str] | None = None
) -> list[Finding]:
    """Everything that keeps these cells from being submitted.

    ``cells`` maps a cell to an int, "?" (待核实), a text, or None (blank). ``head_counts`` are the unit's, None = not
    known. ``only`` limits the check to the cells of a part.
    """
    found: list[Finding] = []
    for field in form.fields:
        for cell in form.cells_of(field):
            if only is not None and cell not in only:
                continue
            value = cells.get(cell)
            if field.kind == "count":
                found += _wrong_count(form, cells, head_counts, cell, value)
            elif problem := _wrong_text(form, cells, cell, value):
                found.append(problem)
    return found


def _wrong_count(
    form: Form, cells: Cells, head_counts: Mapping[str, int | None], cell: str, value: Any
) -> list[Finding]:
    if value is None:
        return [Finding("returns.blank", cell, {})]
    if value == UNVERIFIED:
        return []
    if not isinstance(value, int) or isinstance(value, bool):
        return [Finding("returns.not_a_number", cell, {"value": str(value)[:20]})]
    if value < 0:
        return [Finding("returns.negative", cell, {"value": value})]
    if value > ABSURD:
        return [Finding("returns.absurd", cell, {"value": value})]
    name, _, group_id = cell.partition(".")
    field = form.field(name)
    if field.within:
        whole = cells.get(f"{field.within}.{group_id}")
        if isinstance(whole, int) and 0 <= whole < value:  # a whole below zero is told of at its own cell
            return [Finding("returns.more_than_whole", cell, {"value": value, "whole": whole})]
    people = head_counts.get(next(group.head_count for group in form.groups if group.id == group_id))
    if people is not None and value > people:
        return [Finding("returns.more_than_people", cell, {"value": value, "people": people})]
    return []


def _wrong_text(form: Form, cells: Cells, cell: str, value: Any) -> Finding | None:
    field = form.field(cell)
    text = (value or "").strip()
    if len(text) > field.max_length:
        return Finding("returns.too_long", cell, {"most": field.max_length, "length": len(text)})
    if text:
        return None
    if field.required:
        return Finding("returns.text_missing", cell, {})
    if any(above_zero(form, cells, name) for name in field.required_when):
        return Finding("returns.text_needed", cell, {})
    return None


def above_zero(form: Form, cells: Cells, name: str) -> bool:
    """Is any group of the count above zero or 待核实? What is not known to be zero is treated as if it were not."""
    values = [cells.get(cell) for cell in form.cells_of(form.field(name))]
    return any(value == UNVERIFIED or (isinstance(value, int) and value > 0) for value in values)


def is_important(form: Form, cells: Cells) -> bool:
    """Any case above zero (or not yet known to be zero) is important information and goes to the leading group
    first.
    """
    return any(above_zero(form, cells, field.id) for field in form.counts if field.important)


def zero_cells(form: Form, cells: Cells) -> dict[str, Any]:
    """A zero report: every count 0. Texts stay, but what tells of cases (treatment) has nothing left to tell."""
    told = {field.id for field in form.texts if field.required_when}
    texts = {cell: "" if cell in told else cells.get(cell) for cell in form.cells}
    return {cell: 0 if cell in form.count_cells else texts[cell] for cell in form.cells}


def steps(tier: Tier, important: bool) -> tuple[Step, ...]:
    """The signatures a version needs, in order."""
    return tuple(step for step in tier.steps if step.when == "always" or important)


def next_step(tier: Tier, important: bool, signed: Collection[str]) -> Step | None:
    """The signature that is due now; None = complete. They are given in order."""
    return next((step for step in steps(tier, important) if step.id not in signed), None)


def may_self_sign(tier: Tier, important: bool, override: str | None) -> bool:
    """May somebody sign what they alone filled in? A unit's override goes before the form."""
    rule = tier.self_sign.important if important else tier.self_sign.ordinary
    return (override or rule) == "allowed"


@dataclass(frozen=True)
class Facts:
    """All that decides a return's state. ``signed`` and ``turned_back`` speak of the newest version."""

    versions: int = 0
    draft: bool = False
    signed: bool = False
    turned_back: bool = False
    forwarded: bool = False


def state(facts: Facts) -> str:
    """The label of a return (`models.State`). A draft over a signed version leaves it signed: that version still
    counts.
    """
    if not facts.versions:
        return "draft" if facts.draft else "not_started"
    if facts.turned_back:
        return "returned"
    if not facts.signed:
        return "submitted"
    return "forwarded" if facts.forwarded else "signed"


ALLOWED: Mapping[str, frozenset[str]] = {
    "not_started": frozenset({"fill", "submit"}),
    "draft": frozenset({"fill", "submit"}),
    "submitted": frozenset({"fill", "submit", "sign", "send_back"}),
    "returned": frozenset({"fill", "submit"}),
    "signed": frozenset({"fill", "submit", "turn_back"}),
    "forwarded": frozenset({"fill", "submit", "turn_back"}),
}


def due(form: Form, tier_name: str, on: date, override: str | None = None) -> datetime | None:
    """The cut-off of a tier for a day, None when the form sets none."""
    tier = form.tier(tier_name)
    clock = override or (tier.due if tier else None)
    return due_at(on, clock) if clock else None


def is_clock(text: str) -> bool:
    """A time of day as form files write it: "15:00", at most "24:00"."""
    hours, colon, minutes = text.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        return False
    return (int(hours) < 24 and int(minutes) < 60) or text == "24:00"


def is_late(due: datetime | None, signed_at: datetime | None, now: datetime) -> bool:
    """Nothing leaves without a signature, so the complete signature is what must come before the cut-off. At the very
    second of the cut-off it is still in time."""
    return due is not None and (signed_at or now) > due


def closes_at(form: Form, on: date) -> datetime:
    """From this moment on a day takes no more submissions unless a superior reopens it."""
    return due_at(on + timedelta(days=form.closes_after_days), "24:00")


def seal(
    *, filed_id: str, number: int, made: str, cells: Cells, reasons: Cells, by_id: int, at: datetime, previous: str,
    system: Cells | None = None,
) -> str:  # fmt: skip
    """SHA-256 over the canonical JSON (sorted keys, UTF-8, no spaces) of a version and the seal of the one before
    it. ``system`` is covered where there is any: versions from before it was kept have the seal they always had.
    """
    content = {
        "return": filed_id,
        "number": number,
        "made": made,
        "cells": cells,
        "reasons": reasons,
        "by": by_id,
        "at": int(at.timestamp() * 1_000_000),
        "previous": previous,
        **({"system": system} if system else {}),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(form: Form, old: Cells, new: Cells) -> list[tuple[str, Any, Any]]:
    """Cells that are not the same, in the order of the form: (cell, old, new)."""
    return [
        (cell, old.get(cell), new.get(cell)) for cell in form.cells if _plain(old.get(cell)) != _plain(new.get(cell))
    ]


def differs(typed: Any, said: int, *, sure: bool) -> bool:
    """Must what was typed be explained against what the system knows? A number that is a lower bound (``sure`` False)
    may be exceeded without a word. 待核实 is no answer to somebody who is already known."""
    if typed == UNVERIFIED:
        return said > 0
    return isinstance(typed, int) and (typed != said if sure else typed < said)


def compared(cells: Cells, known: Mapping[str, tuple[int, bool]], whys: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What a version keeps of what the system said: {cell: {said, sure, why}}; ``why`` stands only where they differ.
    ``known``: cell → (number, sure)."""
    return {
        cell: {"said": said, "sure": sure}
        | ({"why": whys.get(cell, "")} if differs(cells.get(cell), said, sure=sure) else {})
        for cell, (said, sure) in known.items()
        if sure or said
    }


def is_different(system: Cells) -> bool:
    """Does any figure differ from what the system said?"""
    return any("why" in one for one in system.values())


def _plain(value: Any) -> Any:
    """A blank text and a missing one are the same; 0 and blank are not."""
    return None if value == "" else value
