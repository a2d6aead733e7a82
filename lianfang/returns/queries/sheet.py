"""Reads for the official spreadsheet: the schools of a unit with what counts for a day."""

from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Max

from lianfang.orgs.models import Kind, Unit
from lianfang.returns.models import Return, Version
from lianfang.returns.queries.rollup import SCOPE, parameters
from lianfang.returns.sheets.table import Entry
from lianfang.returns.spec import Form

# The moment of a version is that of its last signature.
ROWS = f"""
    SELECT u.id, u.name, u.code, u.path, v.cells,
           (SELECT max(s.at) FROM returns_signature s WHERE s.version_id = v.id)
    FROM orgs_unit u
    LEFT JOIN returns_return r ON r.unit_id = u.id AND r.form = %(form)s AND r."on" = %(on)s
    LEFT JOIN returns_version v ON v.id = r.counted_id
    WHERE {SCOPE}
    ORDER BY u.parent_id, u.position, u.code
"""  # noqa: S608


def rows(form: Form, unit: Unit, on: date) -> list[Entry]:
    """All schools of the unit that owe the form on that day, each once, with the version that counts; a school without
    a signed version has no cells. Three queries."""
    provinces = _provinces()
    with connection.cursor() as cursor:
        cursor.execute(ROWS, parameters(form, unit, on))
        found = cursor.fetchall()
    return [
        Entry(pk, name, code, _province(path, provinces), signed_at, _decoded(cells))
        for pk, name, code, path, cells, signed_at in found
    ]


def entry(filed: Return, version: Version | None = None) -> Entry:
    """The row of one return: the version given, else the one that counts."""
    version = version or filed.counted
    unit = filed.unit
    signed_at = version.signatures.aggregate(last=Max("at"))["last"] if version else None
    cells = version.cells if version else None
    return Entry(unit.pk, unit.name, unit.code, _province(unit.path, _provinces()), signed_at, cells)


def schools(form: Form, unit: Unit, on: date) -> list[Unit]:
    """The schools of the unit that owe the form on that day, in the order of the sheet: for the blank template, and for
    whom a sheet may be imported. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT u.id FROM orgs_unit u WHERE {SCOPE} ORDER BY u.parent_id, u.position, u.code",  # noqa: S608
            parameters(form, unit, on),
        )
        ids = [row[0] for row in cursor.fetchall()]
    units = Unit.objects.in_bulk(ids)
    return [units[pk] for pk in ids if pk in units]


def provinces_of(units: list[Unit]) -> dict[int, str]:
    """Unit id → the name of its province, for the blank template."""
    provinces = _provinces()
    return {unit.pk: _province(unit.path, provinces) for unit in units}


def _provinces() -> dict[str, str]:
    rows = Unit.objects.filter(kind=Kind.PROVINCE).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _province(path: str, provinces: dict[str, str]) -> str:
    return next((provinces[part] for part in path.split(".") if part in provinces), "")


def _decoded(cells: Any) -> Any:
    """The database driver leaves JSON as text."""
    return msgspec.json.decode(cells) if isinstance(cells, str | bytes) else cells
