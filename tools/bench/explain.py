"""The plans of the board's and the roll-up's queries, with what they took."""

from __future__ import annotations

from typing import Any

from tools.bench.board import Desk


def plans(desk: Desk) -> str:
    from django.db import connection

    from lianfang.core import clock
    from lianfang.orgs.models import Unit
    from lianfang.returns.queries import board, rollup

    unit, now = Unit.objects.get(pk=desk.province), clock.now()
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        seen.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        board.counts(desk.form, unit, desk.on, now)
        board.schools(desk.form, unit, desk.on, now, only="missing")
        rollup.sums_by_child(desk.form, unit, desk.on)
        rollup.counted_versions(desk.form, unit, desk.on)
    said = []
    with connection.cursor() as cursor:
        for sql, values in seen:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, values)
            said.append("\n".join([sql.strip(), "", *(row[0] for row in cursor.fetchall())]))
    return ("\n\n" + "─" * 80 + "\n\n").join(said)
