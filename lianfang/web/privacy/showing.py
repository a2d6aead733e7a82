"""The data map in the reader's language, for the public rules and for the page of staff."""

from typing import Any

from django.utils.translation import get_language

from lianfang.core.datamap import CLASSES, DataMap, Words, datamap


def say(words: Words) -> str:
    return words.in_language(get_language() or "zh-hans")


def purposes() -> list[dict[str, Any]]:
    """What the public is told: purpose by purpose the kinds of data, means, grounds, who sees it and until when."""
    found = datamap()
    return [_purpose(found, key) for key, purpose in found.purposes.items() if purpose.told and found.of_purpose(key)]


def _purpose(found: DataMap, key: str) -> dict[str, Any]:
    tables = [table for _, table in found.of_purpose(key) if table.told and table.about_people]
    purpose = found.purposes[key]
    return {
        "label": say(purpose.label),
        "means": say(purpose.means),
        "seen_by": say(purpose.seen_by),
        "kinds": _each(say(table.what) for table in tables),
        "bases": [_basis(found, one) for one in _each(table.basis for table in tables) if one != "no_person"],
        "kept": _each(say(found.kept[table.kept].label) for table in tables),
    }


def _basis(found: DataMap, key: str) -> dict[str, str]:
    return {"label": say(found.bases[key].label), "law": say(found.bases[key].law)}


def tables() -> list[dict[str, Any]]:
    """Every table of the map, the most sensitive first."""
    found = datamap()
    rows = [
        {
            "label": label, "what": say(table.what), "purpose": say(found.purposes[table.purpose].label),
            "basis": _basis(found, table.basis), "kept": say(found.kept[table.kept].label),
            "classes": [(name, getattr(table, name)) for name in CLASSES if getattr(table, name)],
            "in_clear": list(table.in_clear.items()), "rank": (not table.sensitive, not table.about_people),
        }
        for label, table in found.tables.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["rank"])


def table_name(label: str) -> str:
    """A table in words, for tallies and certificates; rooms that came later are named by their label."""
    table = datamap().tables.get(label)
    return say(table.what) if table else label


def _each(values: Any) -> list[str]:
    return list(dict.fromkeys(values))
