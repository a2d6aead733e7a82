"""Scenes above the schools: the board, chasing, gathering and signing, the official spreadsheet."""

from __future__ import annotations

from pathlib import Path

from tools.day.browser import Answer, BrokenError, Browser
from tools.day.ledger import Acknowledged
from tools.day.page import Page, Row, sum_of
from tools.day.roster import Gatherer
from tools.day.stage import Stage

Sums = dict[str, tuple[int, int]]
TRIES = 5


def look(stage: Stage, unit: Gatherer, reported: int, expected: int) -> Page:
    """Home, then the board: its first line says how many have reported and how many are missing."""
    liaison = stage.browser(unit.liaison)
    liaison.get("home", "/")
    page = liaison.get("board", stage.path(unit.id, "board")).page
    stage.ledger.expect(f"{unit.name}: board, reported and missing", page.counts()[:2], [reported, expected - reported])
    return page


def chase(stage: Stage, unit: Gatherer, missing: int) -> None:
    """The list of the missing with their telephones, and one button."""
    liaison = stage.browser(unit.liaison)
    path = stage.path(unit.id, "schools") + "?only=missing"
    page = liaison.get("missing list", path).page
    listed = sum(1 for row in page.rows() if row.name)
    stage.ledger.expect(f"{unit.name}: schools on the list of the missing", listed, min(missing, 50))
    liaison.send("chase", page.form("next", "chase/"), path)


def gather(stage: Stage, unit: Gatherer) -> None:
    """Read the sums and sign them; when one of them changed in between, read the new ones first."""
    liaison = stage.browser(unit.liaison)
    path = stage.path(unit.id, "table")
    page = liaison.get("table", path).page
    for _ in range(TRIES):
        form = page.form("seen")
        form.fields["contact"] = form.fields.get("contact") or liaison.username
        answer: Answer = liaison.send("gather", form, path, expect=(302, 422))
        if answer.status == 302:
            stage.ledger.acknowledge(Acknowledged("report", unit.id, liaison.username, form.fields["key"]))
            liaison.get("table", answer.place)
            return
        page = answer.page
    raise BrokenError(f"{unit.name}: could not gather: {'; '.join(page.problems())}")


def read_table(stage: Stage, browser: Browser, unit: int) -> dict[str, Row]:
    """The rows of a gatherer's table: each area or school by name; "live" and "signed" are the totals."""
    page = browser.get("table", stage.path(unit, "table")).page
    rows = [row for row in page.rows() if not row.signed]
    totals = dict(zip(("live", "signed"), (row for row in rows if row.foot), strict=False))
    return {row.name: row for row in rows if not row.foot} | totals


def sums_of(stage: Stage, row: Row) -> Sums:
    return dict(zip(stage.form.count_cells, map(sum_of, row.cells[1:]), strict=True))


def export(stage: Stage, unit: Gatherer, to: Path) -> Path:
    """The official spreadsheet as the liaison downloads it."""
    answer = stage.browser(unit.liaison).get("spreadsheet", stage.path(unit.id, "sheet"))
    file = to / f"{stage.form.id}-{stage.on}-{unit.name}.xlsx"
    to.mkdir(parents=True, exist_ok=True)
    file.write_bytes(answer.content)
    return file
