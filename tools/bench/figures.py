"""The measured figures as a table, in the terminal and in docs/benchmarks.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

START, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_ROW = re.compile(
    r"^\| (?P<name>[^|]+) \| (?P<value>[^|]+) \| (?P<wanted>[^|]*) \| (?P<day>[^|]+) \| (?P<command>[^|]+) \|$"
)
_MACHINE = re.compile(r"^### (.+)$")


@dataclass(frozen=True)
class Figure:
    """``value`` is what was measured, with its unit; ``wanted`` the promise, "" where there is none; ``kept`` whether
    it was kept (None: nothing was promised)."""

    name: str
    value: str
    wanted: str = ""
    kept: bool | None = None


def drawn(found: list[Figure]) -> str:
    """Two lines each: the values are too long for columns."""
    marks = {True: "✓", False: "✗", None: "·"}
    lines = []
    for figure in found:
        wanted = f"   ({figure.wanted})" if figure.wanted else ""
        lines.append(f"{marks[figure.kept]} {figure.name}{wanted}\n    {figure.value}")
    return "\n".join(lines)


def written(text: str, machine: str, found: list[Figure], day: str, command: str) -> str:
    """The document with these figures in the table of this machine; those not measured now stay as they are."""
    before, begin, rest = text.partition(START)
    inside, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no place between {START} and {END}")
    machines = _read(inside)
    rows = machines.setdefault(machine, {})
    rows |= {
        figure.name: f"| {figure.name} | {figure.value} | {figure.wanted} | {day} | `{command}` |" for figure in found
    }
    parts = ["", ""]
    for name, lines in machines.items():
        parts += [f"### {name}", "", "| figure | measured | wanted | day | command |", "|---|---|---|---|---|"]
        parts += [*lines.values(), ""]
    return before + START + "\n".join(parts) + "\n" + END + after


def _read(inside: str) -> dict[str, dict[str, str]]:
    machines: dict[str, dict[str, str]] = {}
    current = ""
    for line in inside.splitlines():
        if machine := _MACHINE.match(line):
            current = machine.group(1)
            machines[current] = {}
        elif (row := _ROW.match(line)) and row["name"] != "figure" and not row["name"].startswith("--"):
            machines.setdefault(current, {})[row["name"]] = line
    return machines


def keep(document: Path, machine: str, found: list[Figure], day: str, command: str) -> None:
    document.write_text(written(document.read_text(), machine, found, day, command))
