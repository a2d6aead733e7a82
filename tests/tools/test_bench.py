"""The document keeps what was measured before; the clients measure what they say."""

import threading
import time
import xml.etree.ElementTree as ET
from datetime import date
from itertools import islice

import msgspec
import pytest

from lianfang.health.rules.sent import Card, Roll
from tools.bench import city, curve
from tools.bench.figures import END, START, Figure, drawn, written
from tools.bench.landing_load import Order, requests
from tools.bench.wire import Reply, Times, at_a_rate, together

EMPTY = f"# Figures\n\n{START}\n{END}\n\nafter\n"


def test_a_run_replaces_what_it_measured_and_keeps_the_rest() -> None:
    first = written(
        EMPTY, "2 cores", [Figure("board", "90 ms", "< 100 ms", True), Figure("start", "3 s")], "2026-01-01", "bench"
    )
    again = written(first, "2 cores", [Figure("board", "80 ms", "< 100 ms", True)], "2026-02-02", "bench board")
    other = written(again, "64 cores", [Figure("board", "9 ms")], "2026-03-03", "bench")
    assert "90 ms" not in other
    assert "| board | 80 ms | < 100 ms | 2026-02-02 | `bench board` |" in other
    assert "| start | 3 s |  | 2026-01-01 | `bench` |" in other
    assert other.index("### 2 cores") < other.index("80 ms") < other.index("### 64 cores") < other.index("9 ms |")
    assert other.startswith("# Figures")
    assert other.endswith("after\n")


def test_what_missed_its_promise_is_marked() -> None:
    assert "✗ board   (p95 < 100 ms)" in drawn([Figure("board", "120 ms", "p95 < 100 ms", False)])


def test_an_open_loop_does_not_wait_for_the_slow() -> None:
    begun: list[float] = []
    lock = threading.Lock()

    def slow(_: int) -> None:
        with lock:
            begun.append(time.perf_counter())
        time.sleep(0.3)

    at_a_rate(50, range(20), 20, slow)
    assert 0.3 < max(begun) - min(begun) < 0.6  # 19/50 s, not 20 × 0.3 s


def test_the_times_of_failures_do_not_count() -> None:
    times = Times()
    assert times.add(Reply(302, "", "/", 12.0, 0.02, 0.0, 0.02), 302)
    assert not times.add(Reply(500, "", "", 1.0, 0.001, 0.0, 0.001), 302)
    assert (times.server, times.client, times.errors) == ([12.0], [20.0], ["500"])


def test_threads_run_together_and_their_failure_is_seen() -> None:
    assert together(4, lambda number: time.sleep(0.1)) < 0.35

    def fails(number: int) -> None:
        if number == 1:
            raise LookupError("one of two")

    with pytest.raises(LookupError, match="one of two"):
        together(2, fails)


def test_everybody_of_a_city_has_a_card_of_today_before_anybody_has_a_second() -> None:
    order = Order(1, "cards", 1, people=990, on=date(2026, 3, 2))
    bodies = [one.partition(b"\r\n\r\n")[2] for one in islice(requests(order), 991)]
    cards = [msgspec.json.decode(body, type=Card) for body in bodies]
    assert {card.person for card in cards[:990]} == {city.person(number) for number in range(990)}
    assert (cards[0].on, cards[990].on) == (date(2026, 3, 2), date(2026, 3, 1))
    assert len({card.id for card in cards}) == 991


def test_every_second_roll_names_somebody_of_its_class_and_a_zero_report_nobody() -> None:
    rolls, zeros = (
        [
            msgspec.json.decode(one.partition(b"\r\n\r\n")[2], type=Roll)
            for one in islice(requests(Order(1, what, 1, people=990, on=date(2026, 3, 2))), 22)
        ]
        for what in ("rolls", "zero")
    )
    assert {roll.unit for roll in rolls} == {city.unit(number) for number in range(22)}
    assert [len(roll.exceptions) for roll in rolls] == [1, 0] * 11
    assert not any(roll.exceptions for roll in zeros)


def test_a_curve_is_a_picture_that_also_says_its_figures() -> None:
    drawn_one = ET.fromstring(curve.picture([(10_000, 210.0), (1_000_000, 230.0)], 0.15))  # noqa: S314  (made here)
    assert drawn_one.get("aria-label") == "10,000 people: 210 microseconds; 1,000,000 people: 230 microseconds"
