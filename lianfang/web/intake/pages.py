"""What the pages of an import show, made from what the check found."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from lianfang.people.models import RosterFile, RosterRow
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.queries.intake import preview
from lianfang.people.queries.intake.reading import Part
from lianfang.people.rules import headings as rules
from lianfang.web.intake import words

_STATES = {
    Stage.WAITING: "pending", Stage.CHECKING: "pending", Stage.CHECKED: "due", Stage.APPLYING: "pending",
    Stage.DONE: "done", Stage.REFUSED: "alarm", Stage.DROPPED: "info",
}  # fmt: skip
_TONES = {Plan.ERROR: "alarm", Plan.JOIN: "done", Plan.MOVE: "due", Plan.CHANGE: "due", Plan.LEAVE: "late"}
_SAMPLES = 3


def listed(file: RosterFile) -> dict[str, Any]:
    """One line of the list of uploads."""
    stage = Stage(file.stage)
    label = _("Columns to be chosen") if needs_columns(file) else stage.label
    return {"file": file, "state": "due" if needs_columns(file) else _STATES[stage], "label": label}


def needs_columns(file: RosterFile) -> bool:
    return file.stage == Stage.WAITING and any(one["state"] == "choose" for one in file.summary.get("sheets", ()))


def sheets(file: RosterFile) -> list[dict[str, Any]]:
    """What was read of each worksheet and what was not, in words."""
    return [
        {**one, "fields": [words.label(name) for name in one.get("columns", {}).values()],
         "doubled": [words.label(name) for name in one.get("doubled", ())]}
        for one in file.summary.get("sheets", ())
    ]  # fmt: skip


def tabs(file: RosterFile, wanted: str, base: str) -> list[dict[str, Any]]:
    """A tab for each plan that has lines, errors first; then those worth a look."""
    found = dict(_counted(file))
    names = [(plan.value, str(plan.label)) for plan in words.PLANS if found.get(plan.value)]
    if found.get("warned"):
        names.insert(1 if found.get(Plan.ERROR) else 0, ("warned", _("Worth a look")))
    current = wanted if wanted in dict(names) else next((name for name, _label in names), "")
    return [
        {"plan": name, "label": label, "url": f"{base}?plan={name}", "count": found[name], "current": name == current}
        for name, label in names
    ]


def counts(file: RosterFile) -> list[dict[str, Any]]:
    found = _counted(file)
    shown = [plan for plan in words.PLANS if found.get(plan.value) or plan in (Plan.JOIN, Plan.ERROR)]
    return [
        {
            "label": plan.label,
            "value": found.get(plan.value, 0),
            "tone": _TONES.get(plan, "quiet") if found.get(plan.value) else "quiet",
        }
        for plan in shown
    ]


def to_take(file: RosterFile) -> dict[str, int]:
    found = _counted(file)
    together = sum(found.get(plan.value, 0) for plan in (Plan.JOIN, Plan.MOVE, Plan.CHANGE))
    return {"lines": together, "leave": found.get(Plan.LEAVE.value, 0), "errors": found.get(Plan.ERROR.value, 0)}


def lines(rows: Sequence[RosterRow]) -> list[dict[str, Any]]:
    """Lines of the preview: who, where, what changes from what to what, and what is wrong."""
    units = [row.cells["over"]["unit"] for row in rows if row.cells and "unit" in row.cells["over"]]
    names = preview.unit_names(units)
    return [_line(row, names) for row in rows]


def _line(row: RosterRow, names: Mapping[int, str]) -> dict[str, Any]:
    kept = row.cells or {"cells": {}, "changes": [], "over": {}, "unit_name": ""}
    cells = kept["cells"]
    units = {**names, **({kept["unit"]: kept["unit_name"]} if kept.get("unit") else {})}
    changes = [
        {"label": words.label(name), "old": words.shown(name, kept["over"].get(name), units),
         "new": words.shown(name, _new(name, kept), units)}
        for name in kept["changes"]
    ]  # fmt: skip
    facts = [
        {"label": words.label(name), "value": words.shown(name, cells[name], units)}
        for name in words.SHOWN
        if name in cells
    ]
    return {
        "sheet": row.sheet + 1, "line": row.line, "name": cells.get("name", ""),
        "unit": kept["unit_name"] or cells.get("class", ""),
        "facts": facts, "changes": changes, "problems": [words.told(one) for one in row.problems],
        "applied": row.applied, "plan": row.plan, "forgotten": row.cells is None,
    }  # fmt: skip


def _new(name: str, kept: Mapping[str, Any]) -> Any:
    cells = kept["cells"]
    if name == "unit":
        return kept["unit"]
    if name == "lodging":
        return {part: cells.get(part, "") for part in ("lodging", "building", "room", "bed")}
    if name.startswith("document."):
        return cells.get("student_number" if name == "document.student_number" else "number", "")
    return cells.get(name)


def _counted(file: RosterFile) -> dict[str, int]:
    return dict(file.summary.get("counts", {}))


def headings(part: Part) -> dict[int, str]:
    """Column → what to call it: its heading, else its letter."""
    width = max((len(row) for row in part.head), default=0)
    told = part.layout.headings if part.layout else {}
    used = [at for at in range(width) if any(len(row) > at and row[at] not in (None, "") for row in part.head)]
    return {at: f"{xl_col_to_name(at)} {told.get(at, '')}".strip() for at in used if not _closed(part, at)}


def _closed(part: Part, at: int) -> bool:
    """A column that is not collected cannot be chosen either."""
    text = part.layout.headings.get(at, "") if part.layout else ""
    return bool(text) and rules.is_not_collected(("", text))


def present(part: Part) -> dict[int, str]:
    """Column → field, as far as the headings tell."""
    return dict(part.layout.columns) if part.layout else {}


def first_line(part: Part) -> dict[str, int]:
    """Without a heading that is understood, the first line still is one more often than not."""
    return {"start": (part.layout.start if part.layout else min(1, len(part.head) - 1)) + 1}


def columns(part: Part, form: Form) -> list[dict[str, Any]]:
    """Each column with its choice. Nothing of a person is shown but how the first cells look: 张**, 43**."""
    start = part.layout.start if part.layout else 0
    below = part.head[start : start + _SAMPLES]
    return [
        {
            "field": form[f"c{at}"],
            "samples": [_hinted(row[at]) for row in below if len(row) > at and row[at] not in (None, "")],
        }
        for at in headings(part)
    ]


def _hinted(value: Any) -> str:
    text = str(value)
    return text[:1] + "*" * min(len(text) - 1, 8)
