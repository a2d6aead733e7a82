"""What import contracts cannot say: which *file* of a lower room a file may see, and references made by
strings.

Beyond the letter of the house rules, five things are settled here:

* ``core`` is a library: every file may use every module of it (rules excepted; a contract keeps them plain).
* ``people.access`` answers "may this person?", ``ui`` is what pages are made of, and ``obligations.sources`` is the
  shape in which rooms say who owes what. They are the three DOORS.
* Rooms that stand below ``ui`` cannot have pages of their own. ``web`` holds them (``web/account``,
  ``web/units``), and its views stand in for those rooms' views: they may use those rooms' models and actions,
  one action a request.
* ``api`` owns nothing either: its files are views for machines, one action a request, and may see the actions of the
  rooms below. ``config.asgi`` serves its applications beside the pages, as ``config.urls`` mounts urls.
* ``spec``, ``diseases`` and ``detectors`` are plain Python as ``rules`` are, and are seen wherever rules are.

A name that serves annotations only (``unit: Unit`` in an action) gives no power over the other room's rows
and is let through by ``only_annotates``. The staircase contract itself counts such imports as any other.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.house.source import docstrings, is_migration, is_test, parse, room_of, steps

_READS = frozenset({"models", "queries", "rules"})
# Importing file → files of *lower* rooms that it may see.
SEES: dict[str, frozenset[str]] = {
    "rules": frozenset({"rules"}),
    "models": _READS,
    "queries": _READS,
    "actions": frozenset({"actions", "queries", "rules"}),
    "forms": _READS,
    "views": frozenset({"queries", "rules"}),
    "urls": frozenset(),
    "migrations": frozenset(),
    "templatetags": frozenset({"queries", "rules"}),
    "management": frozenset({"actions", "models", "queries", "rules"}),
}
# A room's own library (``returns.sheets``, ``people.access``, ``ui.context``) reads, and does not act.
_LIBRARY = _READS
# ``config`` mounts urls, and names the actions that events and the clock set off.
_CONFIG = frozenset({"urls", "actions", "queries", "rules"})
_PLAIN = {"spec": "rules", "diseases": "rules", "detectors": "rules"}
_KINDS = {*SEES, *_PLAIN, "tests"}
_OWN = frozenset({"models", "queries", "actions", "rules"})
# Door → files that may not use it although they may see lower rooms.
DOORS: dict[str, frozenset[str]] = {
    "people.access": frozenset({"rules", "migrations", "urls"}),
    "ui": frozenset({"rules", "models", "queries", "actions", "migrations"}),
    "obligations.sources": frozenset({"rules", "models", "forms", "migrations", "urls"}),
}
# Where rooms register their own words and erasers with a lower room at start-up, from ``apps.py`` and nowhere else.
REGISTRIES = {"notices.wording", "ui.nav", "people.erasers", "obligations.sources"}
# In one's own room, beyond the order of layers: a form cleans input and does not act on it.
NEVER_OWN = {("forms", "actions"), ("models", "queries"), ("templatetags", "actions")}


def kind_of(module: str) -> str:
    """The file of a room a module belongs to: ``lianfang.returns.actions.sign`` → "actions"."""
    parts = module.split(".")[2:]
    name = next((part for part in parts if part in _KINDS), parts[0] if parts else "")
    return _PLAIN.get(name, name)


def sight(edges: Iterable[tuple[str, str]], source_of: Callable[[str], str]) -> list[str]:
    """Imports (importer, imported) that look at a file they may not see. Order of rooms is not judged
    here."""
    return [
        f"{importer}: may not see {imported}"
        for importer, imported in sorted(edges)
        if room_of(importer) and room_of(imported)
        if not _may_see(importer, imported) and not only_annotates(source_of(importer), imported)
    ]


def _may_see(importer: str, imported: str) -> bool:
    room, other = room_of(importer), room_of(imported)
    file, seen = kind_of(importer), kind_of(imported)
    if file == "tests":
        return True
    if seen == "tests":
        return False
    if room == other:
        return (file, seen) not in NEVER_OWN
    if other == "core":
        return True
    if file == "apps":
        return f"{other}.{seen}" in REGISTRIES
    for door, closed_to in DOORS.items():
        if f"{other}.{seen}" == door or other == door:
            return file not in closed_to
    if room == "config":
        return seen in _CONFIG or (file, other) == ("asgi", "api")
    if room == "api":
        return seen in _LIBRARY | {"actions"}
    if (room, file) == ("web", "views") and steps()[other] < steps()["ui"]:
        return seen in _OWN
    return seen in SEES.get(file, _LIBRARY)


def only_annotates(source: str, imported: str) -> bool:
    """Whether every name this source takes from module ``imported`` stands in annotations only."""
    tree = parse(source)
    names = {
        bound.asname or bound.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for bound in node.names
        if imported in (node.module, f"{node.module}.{bound.name}")
    }
    hints = {id(inner) for hint in _annotations(tree) for inner in ast.walk(hint)}
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    return bool(names) and all(id(node) in hints for node in used)


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        hints = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        yield from (hint for hint in hints if hint is not None)


def upward_strings(path: str, source: str) -> list[str]:
    """Strings that name a model ("returns.Return") or a module ("lianfang.returns.x") of a room not below
    one's own.

    ``config`` is the place for upward names (settings, wiring); migrations repeat what models say.
    """
    room = room_of(path)
    if not room or room == "config" or is_test(path) or is_migration(path):
        return []
    rooms = "|".join(steps())
    name = re.compile(rf"(?:lianfang\.({rooms})(?:\.\w+)*|({rooms})\.[A-Z]\w*)$")
    tree = parse(source)
    prose = docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in prose:
            continue
        match = name.match(node.value)
        other = match and (match[1] or match[2])
        if other and other != room and steps()[other] >= steps()[room]:
            found.append(f"{path}:{node.lineno}: the string {node.value!r} looks up the staircase")
    return found


def foreign_keys(models: Iterable[type[Any]]) -> list[str]:
    """Relations of models to models of a room not below their own, however they were written."""
    found = []
    for model in models:
        room = room_of(model.__module__)
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            other = room_of(field.related_model.__module__) if field.related_model else ""
            if other and other != room and steps()[other] >= steps()[room]:
                found.append(f"{model.__module__}: {model.__name__}.{field.name} looks up the staircase to {other}")
    return found


def mounts(path: str, source: str) -> list[str]:
    """``include("…urls")`` outside ``config/urls.py``: urls are mounted in one place."""
    if path == "lianfang/config/urls.py" or is_test(path):
        return []
    return [
        f"{path}:{node.lineno}: include() of urls belongs into config/urls.py"
        for node in ast.walk(parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "include"
    ]
