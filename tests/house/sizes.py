"""Small. The aim is 400 lines a file and 40 a function; the build fails at 500 and 60.

A function is counted from ``def`` to its last line without its docstring: a promise that is written down is
not size.
"""

import ast
import re

from tests.house.source import dotted, functions, parse

FILE, FUNCTION, VIEW, TEMPLATE = 500, 60, 25, 150
FILE_AIM, FUNCTION_AIM = 400, 40
_DOORS = {"needs", "public", "signed_in"}


def too_long_files(path: str, text: str, limit: int = FILE) -> list[str]:
    limit = TEMPLATE if path.endswith(".html") else limit
    lines = len(text.splitlines())
    return [f"{path}:{lines}: {lines} lines, the limit is {limit}"] if lines > limit else []


def too_long_functions(path: str, source: str, limit: int = FUNCTION) -> list[str]:
    found = []
    for node in functions(parse(source)):
        lines, most = _lines(node), limit
        if _is_view(path, node):
            most = VIEW
        if lines > most:
            found.append(f"{path}:{node.lineno}: {node.name} has {lines} lines, the limit is {most}")
    return found


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def _is_view(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if not re.match(r"lianfang/(\w+/)+views(\.py|/)", path):
        return False
    return any(dotted(mark).rpartition(".")[2] in _DOORS for mark in node.decorator_list)
