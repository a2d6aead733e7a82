"""Habits of the house in Python files: where the present moment comes from, no signals, no drawers for
everything."""

import ast
import re
from pathlib import PurePosixPath

from tests.house.source import dotted, is_migration, is_test, parse, room_of

_NAMES = {"utils", "util", "helpers", "helper", "constants", "managers", "signals", "misc", "mixins"}
_FOLDERS = {"common", "services", "utils", "helpers", "shared"}

_MOMENT = {
    *("timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.utcnow"),
    *("datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
}
_MOMENT_MODULES = {"django.utils.timezone": {"now", "localdate", "localtime"}, "time": {"time", "time_ns"}}
_MOMENT_COLUMNS = {"auto_now", "auto_now_add"}
_MOMENT_SQL = re.compile(r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\b(clock|statement)_timestamp\(", re.IGNORECASE)

_SIGNALS = re.compile(r"^(django\.dispatch|django\.[\w.]*\bsignals)\b")


def forbidden_names(path: str) -> list[str]:
    """A file or folder whose name says only that its author did not know where it belongs."""
    parts = PurePosixPath(path)
    if parts.suffix != ".py":
        return []
    if parts.stem in _NAMES or _FOLDERS & set(parts.parts[:-1]):
        return [f"{path}: put it where it is used, or name it after what it is"]
    return []


def door_plates(path: str, source: str) -> list[str]:
    """``<room>/__init__.py`` says what the room owns and holds nothing else."""
    if not re.fullmatch(r"lianfang/\w+/__init__\.py", path):
        return []
    body = parse(source).body
    if len(body) == 1 and ast.get_docstring(parse(source)):
        return []
    return [f"{path}: a door plate is one docstring that says what the room owns"]


def other_clocks(path: str, source: str) -> list[str]:
    """The present moment taken from anywhere but ``core.clock``. Durations are measured by time.monotonic."""
    if not room_of(path) or path == "lianfang/core/clock.py" or is_test(path) or is_migration(path):
        return []
    found = []
    for node in ast.walk(parse(source)):
        if _tells_time(node):
            found.append(f"{path}:{getattr(node, 'lineno', 0)}: ask core.clock, or take now= as a parameter")
    return found


def _tells_time(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return ".".join(dotted(node).split(".")[-2:]) in _MOMENT
    if isinstance(node, ast.ImportFrom):
        taken = {name.name for name in node.names}
        return bool(taken & _MOMENT_MODULES.get(node.module or "", set())) or (
            (node.module or "").startswith("django.db.models.functions") and "Now" in taken
        )
    if isinstance(node, ast.keyword):
        return node.arg in _MOMENT_COLUMNS
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # Only in SQL: prose may speak of now().
        return bool(
            re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE)\b", node.value) and _MOMENT_SQL.search(node.value)
        )
    return False


def signals(path: str, source: str) -> list[str]:
    """Django signals: business flow that no reader finds. What must travel up travels as an event."""
    if not room_of(path):
        return []
    found = []
    for node in ast.walk(parse(source)):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{name.name}" for name in node.names]
        if any(_SIGNALS.match(module) for module in modules):
            found.append(f"{path}:{getattr(node, 'lineno', 0)}: no signals; record an event and wire it in config")
    return found
