"""Reading the official spreadsheet that was exported: by its own headings and words, not by the code that wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from lianfang.returns.spec import Form

TOTAL = "总计"
UNVERIFIED = "待核实"
# heading → the field below it, and the one in the column beside it
HEADINGS = {
    "确诊情况": ("confirmed", "confirmed_here"),
    "疑似情况": ("suspected", "suspected_here"),
    "居家隔离人数": ("isolated_home", ""),
}

Sums = dict[str, tuple[int, int]]


@dataclass
class Sheet:
    """``rows`` is how many schools stand in it, ``added`` their sum by cell, ``total`` what the 总计 row says."""

    rows: int = 0
    added: Sums = field(default_factory=dict)
    total: Sums = field(default_factory=dict)


def read(form: Form, file: Path) -> Sheet:
    """Raises LookupError when the headings or the 总计 row are not where the annex has them."""
    lines = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    top = next((number for number, line in enumerate(lines) if "学校名称" in line), None)
    if top is None:
        raise LookupError("no heading 学校名称 in the spreadsheet")
    columns = _columns(lines[top])
    sheet = Sheet(added=dict.fromkeys(form.count_cells, (0, 0)))
    name = lines[top].index("学校名称")
    for line in lines[top + 2 :]:
        if any(str(value).strip() == TOTAL for value in line):
            sheet.total = _cells(form, line, columns)
            return sheet
        if not str(line[name]).strip():
            continue
        sheet.rows += 1
        for cell, (value, unverified) in _cells(form, line, columns).items():
            before = sheet.added[cell]
            sheet.added[cell] = (before[0] + value, before[1] + unverified)
    raise LookupError("no row 总计 in the spreadsheet")


def _columns(heading: Sequence[Any]) -> dict[str, int]:
    found = {}
    for place, title in enumerate(heading):
        for name, beside in [HEADINGS[str(title)]] if str(title) in HEADINGS else []:
            found[name] = place
            if beside:
                found[beside] = place + 1
    if len(found) != sum(1 + bool(beside) for _, beside in HEADINGS.values()):
        raise LookupError(f"headings of the spreadsheet: {heading}")
    return found


def _cells(form: Form, line: Sequence[Any], columns: dict[str, int]) -> Sums:
    """学生2（另1校待核实），职工0 and 学生：在校1、不在校1；职工：—."""
    found: Sums = {}
    for counted in form.counts:
        text = str(line[columns[counted.id]])
        parts = text.split("；" if counted.within else "，")
        for group in form.groups:
            said = next((part for part in parts if part.startswith(group.label.zh)), "")
            found[f"{counted.id}.{group.id}"] = _value(said.removeprefix(group.label.zh))
    return found


def _value(said: str) -> tuple[int, int]:
    """The number (of those at school, where it says so), and how many schools are still to be verified."""
    remark = re.search(rf"另(\d+)校{UNVERIFIED}", said)
    if not remark and UNVERIFIED in said:
        return 0, 1
    first = re.search(r"\d+", said)
    return int(first.group()) if first else 0, int(remark.group(1)) if remark else 0
