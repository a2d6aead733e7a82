"""The files the checkers look at, and what they need to know of a Python source."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".venv", "node_modules", "var", "__pycache__"}


@cache
def all_files() -> tuple[Path, ...]:
    """Files that are tracked, or would be with ``git add``. Without git (an unpacked archive): every file of
    ours."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk()))
    names = {os.fsdecode(name) for name in listing.split(b"\0") if name}
    return tuple(sorted(path for name in names if (path := ROOT / name).is_file()))


def _walk() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        yield from (Path(folder) / name for name in names)


def files(*suffixes: str, under: str = "") -> list[tuple[str, str]]:
    """(path from the root, text) of the text files with one of these suffixes (all, when none is given)."""
    found = []
    for path in all_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(under) and (not suffixes or path.suffix in suffixes):
            try:
                found.append((name, path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # a picture or a spreadsheet
    return found


def source_of(module: str) -> str:
    """The text of a module of ours, given its dotted name."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file.read_text(encoding="utf-8")


@cache
def steps() -> dict[str, int]:
    """Room → step, read from the contract: the order of the staircase is written in one place only."""
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    section = text.split("[importlinter:contract:staircase]")[1].split("\n[")[0]
    rows = section.split("layers =")[1].split("exhaustive")[0].split("\n")
    layers = [re.findall(r"\w+", row) for row in rows if row.strip()]
    return {room: len(layers) - index for index, rooms in enumerate(layers) for room in rooms}


def room_of(path: str) -> str:
    """The room of a path (``lianfang/orgs/models.py``) or a dotted name (``lianfang.orgs.models``), else
    ''."""
    parts = re.split(r"[/.]", path)
    return parts[1] if len(parts) > 2 and parts[0] == "lianfang" else ""


def is_test(path: str) -> bool:
    return path.startswith("tests/") or "/tests/" in path or path.endswith("conftest.py")


def is_migration(path: str) -> bool:
    return "/migrations/" in path


@cache
def parse(source: str) -> ast.Module:
    return ast.parse(source)


def docstrings(tree: ast.AST) -> set[int]:
    """Ids of the nodes that are docstrings or other bare strings: prose, not code."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def dotted(node: ast.AST) -> str:
    """``a.b(c).d`` as "a.b.d": the chain of names a call hangs on, calls and subscripts left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    return ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
