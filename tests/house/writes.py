"""A room owns its tables, and only its ``actions`` write them.

The check reads source text, so it goes by the shape of a call: ``.create(`` on anything is a write,
``.update(`` only when it hangs on a query or passes columns by name (a dict has an ``update`` too).
"""

import ast
import re

from tests.house.source import docstrings, dotted, is_migration, is_test, parse, room_of

_ALWAYS = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create", "save_base",
    "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create", "acreate",
    "create_user", "create_superuser",
}  # fmt: skip
_ON_QUERIES = re.compile(
    r"\b(objects|_base_manager|_default_manager|filter|exclude|all|visible_to|select_for_update|\w+_set)\b"
)
_SQL = re.compile(
    r"\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+[\w.\"]+\s+(as\s+\w+\s+)?set\b|\btruncate\s+(table\s+)?\w"
    r"|\bmerge\s+into\b|\bcopy\s+[\w.\"]+[^;]*\bfrom\s+stdin\b",
    re.IGNORECASE,
)
# Recording an event and counting an attempt are verbs of core that every action or view may call: files of their own.
_WRITERS = {"lianfang/core/events.py", "lianfang/core/limits.py"}


def outside_actions(path: str, source: str) -> list[str]:
    """Writes to tables in a room's file that is not its ``actions.py`` (or ``actions/<noun>.py``)."""
    if not room_of(path) or path in _WRITERS or is_test(path) or is_migration(path):
        return []
    if re.match(r"lianfang/\w+/actions(\.py|/)", path):
        return []
    tree = parse(source)
    prose = docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _writes(node, node.func):
            found.append(f"{path}:{node.lineno}: .{node.func.attr}() writes a table outside actions")
        if isinstance(node, ast.Constant) and id(node) not in prose and _writes_sql(node.value):
            found.append(f"{path}:{node.lineno}: SQL that writes a table outside actions")
    return sorted(set(found))


def _writes_sql(value: object) -> bool:
    return isinstance(value, str) and bool(_SQL.search(value))


def _writes(call: ast.Call, method: ast.Attribute) -> bool:
    name = method.attr.removeprefix("a") if method.attr in {"asave", "adelete", "aupdate"} else method.attr
    chain = dotted(method.value)
    if name in _ALWAYS:
        return True
    if name in {"save", "delete"}:
        # A model's save and delete take no positional argument; a workbook's save and a cache's delete do.
        return not call.args and chain.rpartition(".")[2] != "session"
    if name == "update":
        return bool(_ON_QUERIES.search(chain)) or (bool(call.keywords) and not call.args)
    return False
