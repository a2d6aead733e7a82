"""What tables must keep: every index says which query it serves; growth tables follow their seven rules.

A model whose rows grow with people × days says so by ``growth = True`` in its class body. Of the seven rules
of the house these can be read from a model and from its room's migrations: the composite key that begins with
the school and the day (1), application-made keys (2), no foreign key constraints (3), values as parameters
(4), partitions by month (5), no triggers (6). That rows are written in de-duplicated batches (4) and joined
on ``school_id`` (7) is for review.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from typing import Any

from django.db import models

from tests.house.source import dotted, parse


def silent_indexes(path: str, source: str) -> list[str]:
    """Indexes (``Index(…)`` in a Meta, ``db_index=True``) without a comment beside or right above them."""
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for node in ast.walk(parse(source)):
        if not isinstance(node, ast.Call):
            continue
        is_index = re.search(r"(^|\.)(?!Blind)\w*Index$", dotted(node.func))
        by_flag = any(word.arg == "db_index" and getattr(word.value, "value", 0) is True for word in node.keywords)
        lines = range(node.lineno - 1, (node.end_lineno or node.lineno) + 1)
        if (is_index or by_flag) and not comments.intersection(lines):
            found.append(f"{path}:{node.lineno}: say in a comment which query this index serves")
    return found


def growth_tables(found_models: Iterable[type[Any]]) -> list[type[Any]]:
    return [model for model in found_models if getattr(model, "growth", False)]


def breaks_growth_rules(model: type[Any], everyone: Iterable[type[Any]], migrations: str) -> list[str]:
    """What a growth table lacks, judged beside all models and the text of all migrations."""
    name, meta = model.__name__, model._meta
    found = [*_keys(model), *_columns(model)]
    for other in everyone:
        for field in other._meta.local_fields:
            if field.is_relation and meta.model in (other, field.related_model) and field.db_constraint:
                found.append(f"{name}: {other.__name__}.{field.name} is a foreign key constraint from or to it")
    if not re.search(rf"{meta.db_table}\b[^;]*?PARTITION BY RANGE \(\"?\w+", migrations, re.IGNORECASE | re.DOTALL):
        found.append(f"{name}: no migration partitions {meta.db_table} by month")
    if re.search(rf"CREATE\s+(OR REPLACE\s+)?TRIGGER[^;]*\bON\s+\"?{meta.db_table}\b", migrations, re.IGNORECASE):
        found.append(f"{name}: a trigger on a growth table")
    return found


def _keys(model: type[Any]) -> list[str]:
    """Primary and unique keys begin with the school, then the day."""
    meta, name = model._meta, model.__name__
    keys: dict[str, tuple[str, ...]] = {"the primary key": ()}
    if isinstance(meta.pk, models.CompositePrimaryKey):
        keys["the primary key"] = tuple(meta.pk.field_names)
    for rule in meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            keys[rule.name] = tuple(rule.fields)
    for fields in meta.unique_together:
        keys["unique_together"] = tuple(fields)
    for field in meta.local_fields:
        if field.unique and not field.primary_key:
            keys[f"unique {field.name}"] = (field.name,)
    days = {field.name for field in meta.local_fields if type(field) is models.DateField}
    return [
        f"{name}: {key} must begin with school_id, then the day"
        for key, columns in keys.items()
        if len(columns) < 2 or columns[0] not in {"school", "school_id"} or columns[1] not in days
    ]


def _columns(model: type[Any]) -> list[str]:
    """No serials, no random (version 4) keys, nothing that the database fills in."""
    found = []
    for field in model._meta.local_fields:
        default = getattr(field.default, "__name__", "")
        if isinstance(field, models.AutoField | models.BigAutoField | models.SmallAutoField):
            found.append(f"{model.__name__}.{field.name} is a serial; keys are made by core.ids.uuid7")
        elif isinstance(field, models.UUIDField) and field.has_default() and default != "uuid7":
            found.append(f"{model.__name__}.{field.name} must be a UUIDv7 (core.ids.uuid7)")
        if field.has_db_default() or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            found.append(f"{model.__name__}.{field.name}: times and random values are passed as parameters")
    return found
