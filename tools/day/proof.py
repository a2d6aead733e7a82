"""Held against the database: every acknowledgement exactly once, every total the sum of signed versions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from subprocess import CalledProcessError

import psycopg

from tools.day import sheet
from tools.day.ledger import Acknowledged
from tools.day.plan import Story
from tools.day.play import Outcome
from tools.day.roster import Roster
from tools.day.stage import Stage

Sums = dict[str, tuple[int, int]]
JOBS_WAIT = 60.0  # seconds

# what was acknowledged → how its row is found; each asks for (unit, form, day, key, user name)
_ONCE = {
    "submission": """SELECT count(*) FROM returns_version v JOIN returns_return r ON r.id = v.filed_id
        JOIN people_user u ON u.id = v.by_id
        WHERE r.unit_id = %s AND r.form = %s AND r."on" = %s AND v.key = %s AND u.username = %s AND v.made = 'filed'""",
    "report": """SELECT count(*) FROM returns_version v JOIN returns_return r ON r.id = v.filed_id
        JOIN returns_signature s ON s.version_id = v.id JOIN people_user u ON u.id = s.by_id
        WHERE r.unit_id = %s AND r.form = %s AND r."on" = %s AND v.key = %s AND u.username = %s
          AND v.made = 'gathered'""",
    "signature": """SELECT count(*) FROM returns_signature s JOIN returns_version v ON v.id = s.version_id
        JOIN returns_return r ON r.id = v.filed_id JOIN people_user u ON u.id = s.by_id
        WHERE r.unit_id = %s AND r.form = %s AND r."on" = %s AND v.id = %s AND u.username = %s""",
    "part": """SELECT count(*) FROM returns_statement s JOIN returns_return r ON r.id = s.filed_id
        JOIN people_user u ON u.id = s.by_id
        WHERE r.unit_id = %s AND r.form = %s AND r."on" = %s AND s.key = %s AND u.username = %s""",
    "turn back": """SELECT count(*) FROM returns_turnback t JOIN returns_version v ON v.id = t.version_id
        JOIN returns_return r ON r.id = v.filed_id JOIN people_user u ON u.id = t.by_id
        WHERE r.unit_id = %s AND r.form = %s AND r."on" = %s AND v.id = %s AND u.username = %s""",
}
_NUMBERS = """SELECT count(*) FROM returns_version v JOIN returns_return r ON r.id = v.filed_id
    WHERE r.form = %s AND r."on" = %s AND v.made = %s"""
_SIGNED = """
    SELECT f.cell, coalesce(sum(f.value), 0), sum(f.unverified) FROM returns_return r
    JOIN returns_version v ON v.id = r.counted_id JOIN returns_figure f ON f.version_id = v.id
    JOIN orgs_unit u ON u.id = r.unit_id
    WHERE r.form = %s AND r."on" = %s AND v.made <> 'gathered' AND u.id = ANY(%s)
      AND EXISTS (SELECT 1 FROM returns_signature s WHERE s.version_id = v.id AND s.step = 'office')
    GROUP BY 1
"""
_FROZEN = """
    SELECT v.cells, (SELECT jsonb_object_agg(f.cell, jsonb_build_array(f.value, f.unverified))
                     FROM returns_figure f WHERE f.version_id = v.id)
    FROM returns_return r JOIN returns_version v ON v.id = r.counted_id
    WHERE r.form = %s AND r."on" = %s AND r.unit_id = %s
"""
_COUNTED = """
    SELECT v.cells FROM returns_return r JOIN returns_version v ON v.id = r.counted_id
    WHERE r.form = %s AND r."on" = %s AND r.unit_id = %s
"""
_JOBS = "SELECT status, count(*) FROM procrastinate_jobs WHERE queue_name IN ('events', 'slow') GROUP BY 1"


def prove(
    connection: psycopg.Connection,
    stage: Stage,
    roster: Roster,
    stories: list[Story],
    outcome: Outcome,
    manage: Callable[..., str],
) -> None:
    """Whatever differs is put into the ledger."""
    acknowledged(connection, stage)
    counted(connection, stage, stories)
    totals(connection, stage, roster, outcome)
    try:
        manage("verify_returns")
    except CalledProcessError as problem:
        stage.ledger.complain(f"verify_returns: {str(problem.stdout or problem.stderr or problem).strip()[-600:]}")


def acknowledged(connection: psycopg.Connection, stage: Stage) -> None:
    """What the server said it has, it has once; and it has no version that nobody was told of."""
    ledger = stage.ledger
    for entry, times in Counter(ledger.given).items():
        if times > 1:
            ledger.complain(f"{entry.what} {entry.key} of unit {entry.unit} was acknowledged as {times} different ones")
        found = connection.execute(_ONCE[entry.what], _place(stage, entry)).fetchone()
        if found != (1,):
            ledger.complain(f"acknowledged {entry.what} {entry.key} of {entry.unit}: {found} times in the database")
    for what, made in (("submission", "filed"), ("report", "gathered")):
        row = connection.execute(_NUMBERS, (stage.form.id, stage.on, made)).fetchone()
        ledger.expect(f"versions {made} in the database", row and row[0], ledger.number(what))


def _place(stage: Stage, entry: Acknowledged) -> tuple[object, ...]:
    return (entry.unit, stage.form.id, stage.on, entry.key, entry.username)


def counted(connection: psycopg.Connection, stage: Stage, stories: list[Story]) -> None:
    """Each school counts with what it filed last, cell by cell; one that never signed does not count."""
    for story in stories:
        row = connection.execute(_COUNTED, (stage.form.id, stage.on, story.school.id)).fetchone()
        if not story.reports:
            stage.ledger.expect(f"{story.school.name}: counted version", row, None)
            continue
        cells = row[0] if row else {}
        seen = {cell: cells.get(cell) for cell in story.final}
        stage.ledger.expect(f"{story.school.name}: counted cells", seen, dict(story.final))


def totals(connection: psycopg.Connection, stage: Stage, roster: Roster, outcome: Outcome) -> None:
    """Sum of signed versions = shown = frozen in the province's version = the spreadsheet's 总计 = its rows."""
    form, ledger, province = stage.form, stage.ledger, roster.province
    rows = connection.execute(_SIGNED, (form.id, stage.on, list(province.answers_for)))
    found = {cell: (int(value), int(unverified)) for cell, value, unverified in rows}
    signed: Sums = {cell: found.get(cell, (0, 0)) for cell in form.count_cells}
    ledger.expect("province total shown, live", outcome.shown, signed)
    ledger.expect("province total shown, signed", outcome.frozen, signed)
    row = connection.execute(_FROZEN, (form.id, stage.on, province.id)).fetchone()
    for name, cells in zip(("cells", "figures"), row or ({}, {}), strict=True):
        frozen = {cell: tuple((cells or {}).get(cell, ())) for cell in form.count_cells}
        ledger.expect(f"{name} of the province's version", frozen, signed)
    if outcome.sheet is None:
        ledger.complain("no spreadsheet was exported")
        return
    try:
        read = sheet.read(form, outcome.sheet)
    except LookupError as problem:
        ledger.complain(f"spreadsheet: {problem}")
        return
    ledger.expect("总计 of the spreadsheet", read.total, signed)
    ledger.expect("sum of the rows of the spreadsheet", read.added, signed)


def jobs(connection: psycopg.Connection) -> dict[str, int]:
    """How many handlers of events wait (todo), run (doing), or failed; those that succeeded are gone."""
    return dict(connection.execute(_JOBS).fetchall())


def wait_for_jobs(connection: psycopg.Connection) -> dict[str, int]:
    """Notices are sent behind the pages; returns what is not done after a minute."""
    give_up = time.monotonic() + JOBS_WAIT
    while (left := jobs(connection)) and set(left) & {"todo", "doing"} and time.monotonic() < give_up:
        time.sleep(0.5)
    return left
