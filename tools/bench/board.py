"""The board of a province, the list of the missing, the table; and whether they are right to the second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import psycopg

from lianfang.returns.spec import ZONE, Form, due_at
from tools.bench.figures import Figure
from tools.bench.stock import Stock
from tools.bench.wire import Times, Wire, rounds
from tools.day.measures import spread
from tools.day.page import Page
from tools.day.stage import Clock

LIMIT = 100.0  # ms, p95
EACH = 12  # requests of one kind in a round
BY_HAND = """
    SELECT split_part(u.path, '.', %(depth)s), r.state, r.counted_id IS NOT NULL, r.first_signed_at > %(due)s,
           r.important, count(*)
    FROM orgs_unit u LEFT JOIN returns_return r ON r.unit_id = u.id AND r.form = %(form)s AND r."on" = %(on)s
    WHERE u.kind IN ('school', 'training') AND u.path LIKE %(path)s GROUP BY 1, 2, 3, 4, 5
"""


@dataclass
class Desk:
    """The province's liaison at work."""

    stock: Stock
    form: Form
    on: date
    province: int
    path: str
    session: str
    schools: int
    turns: int

    def address(self, page: str) -> str:
        return f"/returns/{self.form.id}/{self.on}/{self.province}/{page}"


def measure(desk: Desk, reported: str) -> list[Figure]:
    """``reported``: how full the day is, in words. All pages, the raw query and the bare server in turns."""
    pages = {
        "board": desk.address("board/"),
        "board, live part": desk.address("board/"),
        "missing, first page": desk.address("schools/?only=missing"),
        "missing, page 20": desk.address("schools/?only=missing&page=20"),
        "table of figures": desk.address("table/"),
    }
    times = {name: Times() for name in [*pages, "bare"]}
    queries: dict[str, list[float]] = {"by hand": [], "ours": []}
    acts: list[Callable[[], None]] = [
        partial(
            _ask, times[name], desk.stock.ours, path, desk.session, {"HX-Request": "true"} if "live" in name else {}
        )
        for name, path in pages.items()
    ]
    acts.append(partial(_ask, times["bare"], desk.stock.bare, "/", "", {}))
    acts.append(partial(_queries, desk, queries))
    rounds(1, acts)
    for kind in times.values():  # the first round warmed up
        kind.server.clear()
        kind.client.clear()
    for kept in queries.values():
        kept.clear()
    rounds(desk.turns, acts)
    figures = [_figure(f"{name}, {desk.schools:,} schools, {reported}", times[name]) for name in pages]
    hand, ours = spread(queries["by hand"])[0], spread(queries["ours"])[0]
    board, bare = spread(times["board"].server)[0], spread(times["bare"].client)[0]
    name = f"board's query beside plain SQL, {desk.schools:,} schools, {reported}"
    figures.append(Figure(name, f"{ours:.0f} ms / {hand:.0f} ms = ×{ours / hand:.1f} (page ×{board / hand:.1f})"))
    figures.append(
        Figure(f"bare server, one request, {reported}", f"p50 {bare:.1f} ms (board page ×{board / bare:.0f})")
    )
    return figures


def _ask(times: Times, wire: Wire, path: str, session: str, headers: dict[str, str]) -> None:
    for _ in range(EACH):
        times.add(wire.get(path, session, headers), 200)


def _figure(name: str, times: Times) -> Figure:
    if times.errors:
        return Figure(name, f"{len(times.errors)} errors: {times.errors[0]}", f"p95 < {LIMIT:.0f} ms", False)
    return Figure(name, f"{times.said()} (server)", f"p95 < {LIMIT:.0f} ms", spread(times.server)[1] < LIMIT)


def _queries(desk: Desk, kept: dict[str, list[float]]) -> None:
    """The same counts twice: by the program's query in this process, and by the shortest SQL one could write."""
    from lianfang.core import clock
    from lianfang.orgs.models import Unit
    from lianfang.returns.queries import board

    unit = Unit.objects.get(pk=desk.province)
    due = due_at(desk.on, "15:00")
    values = {
        "path": desk.path + "%",
        "depth": desk.path.count(".") + 1,
        "form": desk.form.id,
        "on": desk.on,
        "due": due,
    }
    with psycopg.connect(desk.stock.instance.database_url, autocommit=True) as connection:
        connection.execute(BY_HAND, values).fetchall()
        for _ in range(EACH):
            began = time.perf_counter()
            connection.execute(BY_HAND, values).fetchall()
            kept["by hand"].append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            board.counts(desk.form, unit, desk.on, clock.now())
            kept["ours"].append((time.perf_counter() - began) * 1000)


def cut_off(desk: Desk, late: int) -> list[Figure]:
    """Pages asked for from two seconds before the cut-off to two after it. At the very second all are in time; whoever
    asks later must see every school without a signature as late (``late`` of them)."""
    due = due_at(desk.on, "15:00")
    desk.stock.clock.set(14, 59, 58)
    told, wrong = [], []
    while True:
        asked = simulated(desk.stock.clock)
        page = Page(desk.stock.ours.get(desk.address("board/"), desk.session, {"HX-Request": "true"}).body)
        came, seen = simulated(desk.stock.clock), page.counts()[4]
        told.append((asked, came, seen))
        if (came <= due and seen != 0) or (asked > due and seen != late):
            wrong.append(f"{seen} late on a page of {asked:%H:%M:%S.%f}–{came:%H:%M:%S.%f}")
        if (asked - due).total_seconds() > 2:
            break
    before = max((asked for asked, _, seen in told if seen == 0), default=due)
    after = min((came for _, came, seen in told if seen == late), default=due)
    said = f"0 late at {_clock(before)}, {late:,} late at {_clock(after)}; {len(told)} pages, {len(wrong)} wrong"
    return [
        Figure(f"cut-off 15:00:00, {desk.schools:,} schools", said, "right to the second", not wrong and after > due)
    ]


def simulated(clock: Clock) -> datetime:
    """What the program's clock says now."""
    if clock.file is None:
        return datetime.now(ZONE)
    kept = json.loads(clock.file.read_text())
    at = datetime.fromisoformat(kept["at"])
    return at + (datetime.now(UTC) - datetime.fromtimestamp(kept["set"], UTC))


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"
