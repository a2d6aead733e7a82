"""The landing beside its reference programs: rates, answer times, bytes on disk, a city's morning, and whether a record
costs more when more people are there."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tools.bench import city, curve, ground, health_boards, machine
from tools.bench.figures import Figure
from tools.bench.ground import Ground
from tools.bench.landing_load import Told
from tools.day.measures import spread
from tools.say import say
from tools.setup import ROOT

PICTURE = ROOT / "docs" / "images" / "landing-cost.svg"
OF_BARE, OF_INSERT, OF_COPY, P99 = 0.30, 4.0, 0.25, 60.0
BYTES, MINUTES, MEMORY, SPREAD, BOARDS = 150.0, 10.0, 1024.0, 0.15, 100.0
FEW, MANY = 64, 256  # connections


@dataclass(frozen=True)
class Size:
    people: int
    curve: tuple[int, ...]
    city: int
    rounds: int
    seconds: float
    cards: int


WHOLE = Size(100_000, (10_000, 31_500, 100_000, 315_000, 1_000_000), 1_000_000, 5, 4.0, 100_000)
QUICK = Size(4_950, (2_000, 4_950), 9_900, 1, 1.0, 500)


def measure(home: Path, *, quick: bool) -> list[Figure]:
    size = QUICK if quick else WHOLE
    found: list[Figure] = []
    with ground.opened(home, size.people) as here:
        _say("cards and rolls, beside the reference programs")
        found += _rates(here, size)
    _say("cost of a record by the size of the city")
    found += _curve(home, size, keep=not quick)
    _say("the morning of a city")
    found += _morning(home, size)
    return found


def _rates(here: Ground, size: Size) -> list[Figure]:
    here.load("ours", "cards", 16, seconds=1.0)
    rounds = [
        (
            here.load("bare", "cards", FEW, seconds=size.seconds),
            here.load("ours", "cards", FEW, seconds=size.seconds),
            here.load("insert", "plain", FEW, seconds=size.seconds),
        )
        for _ in range(size.rounds)
    ]
    ours = median(_rate(told) for _, told, _ in rounds)
    of_bare = median(_rate(told) / _rate(bare) for bare, told, _ in rounds)
    of_insert = median(_rate(told) / _rate(insert) for _, told, insert in rounds)
    slow = median(told.p99 for _, told, _ in rounds)
    bare, insert = (median(_rate(one[place]) for one in rounds) for place in (0, 2))
    many = here.load("ours", "cards", MANY, seconds=size.seconds)
    wrong = _wrong([told for _, told, _ in rounds]) + _wrong([many])
    said = f"{ours:,.0f}/s, p50 {median(told.p50 for _, told, _ in rounds):.1f} ms, p99 {slow:.1f} ms"
    return [
        Figure(f"cards landed, {FEW} connections", said, f"p99 < {P99:.0f} ms", slow < P99 and not wrong),
        Figure("cards beside a bare handler", f"×{of_bare:.2f} of {bare:,.0f}/s", f"≥ {OF_BARE}", of_bare >= OF_BARE),
        Figure(
            "cards beside a Django view with one insert", f"×{of_insert:.1f} of {insert:,.0f}/s", f"≥ ×{OF_INSERT:.0f}",
            of_insert >= OF_INSERT,
        ),
        Figure(f"cards landed, {MANY} connections", f"{_line(many)}, {wrong} errors", "no errors", not wrong),
        *_rolls(here, size),
    ]  # fmt: skip


def _rolls(here: Ground, size: Size) -> list[Figure]:
    here.load("ours", "rolls", 16, seconds=0.5)
    turns = range(max(1, size.rounds * 3 // 5))
    rounds = [(here.load("ours", "rolls", FEW, seconds=size.seconds), _copy(here)) for _ in turns]
    people = median(_rate(told) * city.CLASS for told, _ in rounds)
    copied = median(rate for _, rate in rounds)
    part = median(_rate(told) * city.CLASS / rate for told, rate in rounds)
    wrong = _wrong([told for told, _ in rounds])
    said = f"{people:,.0f} people/s ({_line(rounds[-1][0])}; every second names one who is ill)"
    return [
        Figure("rolls of 45, one in a request", said, "no errors", not wrong),
        Figure("rolls beside raw COPY", f"×{part:.2f} of {copied:,.0f} rows/s", f"≥ {OF_COPY}", part >= OF_COPY),
    ]


def _copy(here: Ground) -> float:
    """Rows a second of healthy cards, as text that lies ready, into a table with the key of `health_check`."""
    number = min(200_000, here.people)
    lines = "".join(
        f"2026-01-01 08:00+08\t{at}\t{city.person(at)}\t{city.school(at // city.CLASS)}\t{here.on}\t"
        f"{city.unit(at // city.CLASS)}\t0\t1\t0\t365\n"
        for at in range(number)
    ).encode()
    columns = 'at, key, person_id, school_id, "on", unit_id, symptoms, source, round, temperature'
    with here.connect() as connection:
        connection.execute("CREATE TABLE copied (LIKE health_check INCLUDING DEFAULTS)")
        connection.execute('ALTER TABLE copied ADD PRIMARY KEY (school_id, "on", person_id, key)')
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(f"COPY copied ({columns}) FROM STDIN") as copy:
            copy.write(lines)
        took = time.perf_counter() - began
        connection.execute("DROP TABLE copied")
    return number / took


def _boards(here: Ground, size: Size, limit: float) -> list[Figure]:
    """Somebody reads boards while cards come at half the rate that was reached before."""
    session, stop = health_boards.session_of(here), threading.Event()
    with ThreadPoolExecutor(1) as reader:
        pages = reader.submit(health_boards.read, here, session, stop)
        told = here.load("ours", "cards", FEW, seconds=size.seconds * 4, each_second=limit / 2)
        stop.set()
        times = pages.result()
    high = spread(times.server)[1]
    fits = 0 < high < BOARDS and not times.errors and not _wrong([told])
    said = f"{times.said()} (server), {len(times.server)} pages, {len(times.errors)} errors; cards {_line(told)}"
    return [Figure(f"boards at half the landing's limit, {here.people:,} people", said, "p95 < 100 ms", fits)]


def _curve(home: Path, size: Size, *, keep: bool) -> list[Figure]:
    """Microseconds a card, the least of several short loads: what else the machine did is not part of the price."""
    points: list[tuple[int, float]] = []
    for people in size.curve:
        with ground.opened(home, people, references=False) as here:
            here.load("ours", "cards", FEW, seconds=size.seconds / 2)
            best = max(_rate(here.load("ours", "cards", FEW, seconds=size.seconds)) for _ in range(size.rounds))
            points.append((people, 1e6 / best))
    middle = median(cost for _, cost in points)
    spread = max(abs(cost / middle - 1) for _, cost in points)
    if keep:
        curve.draw(PICTURE, points, SPREAD)
    said = ", ".join(f"{people:,}: {cost:.0f} µs" for people, cost in points)
    wanted = f"flat within ±{SPREAD:.0%}"
    return [Figure("cost of a card by people in the city", f"{said}; ±{spread:.0%}", wanted, spread <= SPREAD)]


def _morning(home: Path, size: Size) -> list[Figure]:
    with ground.opened(home, size.city, references=False) as here:
        units = city.city(size.city).units
        began = time.perf_counter()
        rolls = here.load("ours", "rolls", FEW, most=units)
        before = _size(here)
        cards = here.load("ours", "cards", FEW, most=size.cards)
        each = (_size(here) - before) / size.cards
        seen = _on_boards(here)
        took = time.perf_counter() - began
        web, worker = (_memory(here, name) for name in ("web", "worker"))
        wrong = _wrong([rolls, cards]) + (seen != (units, size.cards))
        name = f"morning of {size.city:,} people: {units:,} rolls, {size.cards:,} cards"
        said = f"{took:.0f} s ({_line(rolls)}; {_line(cards)}); on the boards {seen[0]:,} rolls, {seen[1]:,} cards"
        return [
            Figure(name, said, f"≤ {MINUTES:.0f} min, all there", took < MINUTES * 60 and not wrong),
            Figure(
                "memory after it", f"web {web:.0f} MB, worker {worker:.0f} MB (PSS)", f"together < {MEMORY:.0f} MB",
                0 < web + worker < MEMORY,
            ),
            Figure("a healthy card on disk", f"{each:.0f} bytes (index and counts included)"),
            *_disk(here, units),
            *_boards(here, size, _rate(cards)),
        ]  # fmt: skip


def _disk(here: Ground, units: int) -> list[Figure]:
    """A second round in which everybody is well: what it adds, for each person of the city."""
    before = _size(here)
    told = here.load("ours", "zero", FEW, most=units)
    each = (_size(here) - before) / (units * city.CLASS)
    said = f"{each:.1f} bytes (indexes and counts included; {told.done:,} zero reports)"
    fits = each <= BYTES and not _wrong([told])
    return [Figure("a healthy person-day on disk", said, f"≤ {BYTES:.0f} bytes", fits)]


def _size(here: Ground) -> int:
    sizes = "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = ANY(%s::regclass[])"
    with here.connect() as connection:
        row = connection.execute(sizes, [list(ground.GROWTH)]).fetchone()
    return int(row[0]) if row else 0


def _on_boards(here: Ground) -> tuple[int, int]:
    """Rolls and cards that the counts of the schools say."""
    with here.connect() as connection:
        row = connection.execute(
            'SELECT sum(morning), sum(cards) FROM health_tally WHERE unit_id = school_id AND "on" = %s', [here.on]
        ).fetchone()
    return (int(row[0] or 0), int(row[1] or 0)) if row else (0, 0)


def _memory(here: Ground, name: str) -> float:
    pid = here.instance.children[name].pid
    return sum(machine.megabytes(one)[1] for one in machine.family(pid)) if pid else 0.0


def _rate(told: Told) -> float:
    return told.done / max(told.seconds, 1e-9)


def _line(told: Told) -> str:
    return f"{_rate(told):,.0f}/s, p50 {told.p50:.1f} ms, p99 {told.p99:.1f} ms"


def _wrong(many: list[Told]) -> int:
    return sum(number for told in many for status, number in told.statuses.items() if status != 200)


def _say(what: str) -> None:
    say(f"测量：{what}", f"Measuring: {what}")
