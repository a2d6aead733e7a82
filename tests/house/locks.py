"""Lock files hold no address, and no committed file knows the machine it was written on."""

import json
import re
from typing import Any

_ADDRESS = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links|--trusted-host|(?<![\w-])-[if]\s", re.IGNORECASE)
# Written in two parts so that this file does not find itself.
_MACHINE = re.compile(r"(?<![\w.~}/-])/" + r"(work|tmp|root|mnt|home/\w+|Users/\w+)/")
_LOCKS = re.compile(r"(^|/)(requirements[\w-]*\.(lock|txt)|package-lock\.json|constraints[\w-]*\.txt|\.npmrc)$")
_REWRITTEN = re.compile(r"(^|/)(uv\.lock|poetry\.lock|Pipfile\.lock|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json)$")


def is_lock(path: str) -> bool:
    return bool(_LOCKS.search(path) or _REWRITTEN.search(path))


def addresses(path: str, text: str) -> list[str]:
    """Addresses of package indexes in a lock file. ``funding`` says where to give money, not where to
    fetch."""
    if _REWRITTEN.search(path):
        return [f"{path}: this kind of lock file names addresses; use requirements.lock or package-lock.json"]
    if path.endswith(".json"):
        return [f"{path}: {where} holds an address" for where in _json_addresses(json.loads(text), "")]
    return [
        f"{path}:{number}: an address in a lock file"
        for number, line in enumerate(text.splitlines(), 1)
        if _ADDRESS.search(line)
    ]


def _json_addresses(value: Any, where: str) -> list[str]:
    if isinstance(value, dict):
        return [
            found
            for key, inner in value.items()
            if key != "funding"
            for found in ([f"{where}/{key}"] if key == "resolved" else _json_addresses(inner, f"{where}/{key}"))
        ]
    if isinstance(value, list):
        return [found for inner in value for found in _json_addresses(inner, where)]
    return [where] if isinstance(value, str) and "://" in value else []


def machine_paths(path: str, text: str) -> list[str]:
    """Paths that exist only on the machine where the file was written."""
    return [
        f"{path}:{number}: the path {match[0]}… of one machine"
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _MACHINE.search(line))
    ]
