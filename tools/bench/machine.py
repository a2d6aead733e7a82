"""On what it was measured, and the memory of processes."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from tools import postgres_places as places


def describe() -> str:
    """One line: cores, processor, memory, versions."""
    said = subprocess.run([places.binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
    server_version = said.stdout.split()[-1]
    cores = os.cpu_count() or 0
    system = f"{platform.system()} {platform.machine()}"
    python = f"Python {platform.python_version()}"
    return f"{cores} cores, {_processor()}, {_memory()} GB, {system}, {python}, PostgreSQL {server_version}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"model name\s*:\s*(.+)", text)
    return found.group(1).strip() if found else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def megabytes(pid: int) -> tuple[float, float]:
    """Resident memory, and the proportional share in which what several processes share counts once."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0, 0.0
    sizes = {name: int(size) / 1024 for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
    return sizes.get("Rss", 0.0), sizes.get("Pss", 0.0)
