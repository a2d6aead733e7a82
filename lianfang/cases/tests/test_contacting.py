"""Contacts, chains and curves: the rules by tables, and the real contact data of a school."""

import csv
import gzip
import os
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.cases.rules import chains, contacting, following
from lianfang.cases.rules.chains import Edge, Node, Span
from lianfang.cases.rules.following import Meeting, Note, Said
from lianfang.core.clock import ZONE

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("LIANFANG_CONTACTS") or ROOT / "data" / "contacts")
there = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real contact data are not here (LIANFANG_CONTACTS)")
ON = date(2020, 2, 5)


def day(at: int) -> date:
    return ON + timedelta(days=at)


# ── how long two people met ───────────────────────────────────────────────────────────────────────────────────────────


def recorded() -> Iterator[tuple[int, str, str]]:
    with gzip.open(FOLDER / "primaryschool_contacts.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield int(row["t"]), row["i"], row["j"]


def reference() -> list[tuple[int, frozenset[str], int, int, int, int]]:
    with (FOLDER / "primaryschool_pair_days.csv").open(encoding="utf-8") as lines:
        return [
            (int(row["day"]) - 1, frozenset({row["i"], row["j"]}), int(row["intervals_20s"]),
             int(row["contact_seconds"]), int(row["first_t"]), int(row["last_t"]))
            for row in csv.DictReader(lines)
        ]  # fmt: skip


@there
@pytest.mark.parametrize("least", [0, 300, 900, 3600])
def test_real_contacts_of_a_school_give_exactly_the_pairs_above_a_duration(least: int) -> None:
    found = [
        (one.day, frozenset({one.one, one.other}), one.intervals, one.seconds, one.first, one.last)
        for one in contacting.by_day(recorded(), least=least)
    ]
    wanted = [row for row in reference() if row[3] >= least]
    assert len(found) == len(wanted)
    assert set(found) == set(wanted)


Records = list[tuple[int, int, int]]
_people = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1])
_records = st.lists(st.tuples(st.integers(1, 400), _people), max_size=120).map(
    lambda rows: [(t * 20, one, other) for t, (one, other) in sorted(rows)]
)


@given(_records, st.integers(20, 2000), st.integers(1, 400))
def test_a_window_finds_what_counting_every_window_finds(records: Records, window: int, least: int) -> None:
    found = {frozenset(pair[:2]) for pair in contacting.within(records, window=window, least=least)}
    plain = set()
    for end in {t for t, _one, _other in records}:
        for pair in {frozenset(row[1:]) for row in records}:
            inside = {t for t, *two in records if frozenset(two) == pair and end - window <= t - 20 and t <= end}
            if len(inside) * 20 >= max(least, 20):
                plain.add(pair)
    assert found == plain


@given(_records)
def test_the_same_record_twice_and_the_other_way_round_counts_once(records: Records) -> None:
    doubled = sorted([*records, *((t, other, one) for t, one, other in records)], key=lambda row: row[0])
    plain = {(one.day, frozenset((one.one, one.other)), one.seconds) for one in contacting.by_day(records)}
    assert {(one.day, frozenset((one.one, one.other)), one.seconds) for one in contacting.by_day(doubled)} == plain


def test_an_interval_that_ends_at_midnight_belongs_to_the_day_before() -> None:
    found = list(contacting.by_day([(contacting.DAY, 1, 2), (contacting.DAY + 20, 1, 2)]))
    assert [(one.day, one.seconds) for one in found] == [(0, 20), (1, 20)]


@pytest.mark.parametrize("records", [[(40, 1, 2), (20, 1, 2)], [(20, 1, 1)]])
def test_records_out_of_order_and_who_meets_themselves_are_refused(records: Records) -> None:
    with pytest.raises(ValueError, match=r"order|themselves"):
        list(contacting.by_day(records))


# ── where to look ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ({}, 6),
        ({"missed": [day(2), day(3)]}, 1),
        ({"missed": [day(-4)]}, 6),  # missed before falling ill: something else
        ({"missed": [day(0)]}, -1),
        ({"away_since": day(1)}, 1),  # at school until they were fetched
        ({"ended": day(4), "missed": [day(5)]}, 4),
    ],
)
def test_contacts_are_looked_for_until_the_last_day_at_school(known: dict[str, object], last: int) -> None:
    assert following.last_day(ON, today=day(6), **known) == day(last)  # type: ignore[arg-type]


def test_the_window_begins_so_many_days_before_onset() -> None:
    assert following.window(ON, 2, day(1)) == (day(-2), day(-1), day(0), day(1))
    assert following.window(ON, 0, day(-1)) == ()


ME, CLASS, BOTH, SICK = (UUID(int=number) for number in range(4))


def test_who_was_missed_was_not_met_in_class_but_slept_in_the_room() -> None:
    meetings = [
        *(Meeting(person, "class", day(at)) for person in (ME, CLASS, BOTH, SICK) for at in (0, 1)),
        *(Meeting(person, "dormitory", day(at)) for person in (ME, BOTH) for at in (0, 1)),
        Meeting(CLASS, "gate", ON),
    ]
    missed = {(SICK, day(0)), (SICK, day(1)), (BOTH, day(1))}
    found = following.exposures(meetings, of=ME, links=("class", "dormitory"), missed=missed)
    assert [(one.person, one.links, one.last_on, one.level) for one in found] == [
        (BOTH, ("dormitory", "class"), day(1), "close"), (CLASS, ("class",), day(1), "general"),
    ]  # fmt: skip
    assert [found[0].count(link) for link in ("dormitory", "class", "seat")] == [2, 1, 0]
    assert following.exposures(meetings, of=ME, links=("class",), missed={(ME, day(0)), (ME, day(1))}) == []


# ── how a contact stands ──────────────────────────────────────────────────────────────────────────────────────────────


def note(kind: str, at: int = 0, **said: object) -> Note:
    return Note(kind, Said(**said), datetime(2020, 2, 5, 9, tzinfo=ZONE) + timedelta(days=at))  # type: ignore[arg-type]


FOUND = note("found", days={"class": 3}, last_on=ON, level="general")


@pytest.mark.parametrize(
    ("notes", "state", "until", "level"),
    [
        ([FOUND], "followed", 21, "general"),
        ([FOUND, note("found", 2, days={"dormitory": 1}, last_on=day(2), level="close")], "followed", 23, "close"),
        ([FOUND, note("found", 2, days={"class": 1}, last_on=day(-3), level="general")], "followed", 21, "general"),
        ([FOUND, note("moved", 1, last_on=day(-1))], "followed", 20, "general"),
        ([FOUND, note("moved", 1, level="close"), note("found", 2, days={"class": 4}, last_on=day(1), level="general")],
         "followed", 22, "close"),
        ([FOUND, note("lost", 1, text="停机")], "lost", 21, "general"),
        ([FOUND, note("lost", 1, text="停机"), note("noted", 2, symptoms=[])], "followed", 21, "general"),
        ([FOUND, note("lost", 1, text="停机"), note("noted", 2, reached=False)], "lost", 21, "general"),
        ([FOUND, note("released", 22)], "released", 21, "general"),
        ([FOUND, note("released", 22), note("found", 23, days={"class": 1}, last_on=day(23))], "followed", 44, "general"),
        ([FOUND, note("fell_ill", 9)], "case", 21, "general"),
        ([FOUND, note("removed", 1, text="当天请假")], "removed", 21, "general"),
    ],
)  # fmt: skip
def test_a_contact_stands_as_its_notes_say(notes: list[Note], state: str, until: int, level: str) -> None:
    found = following.stands(notes, 21)
    assert (found.state, found.until, found.level) == (state, day(until), level)
    assert (found.ended_at is None) == (state == "followed")


def test_without_a_number_of_days_somebody_is_followed_until_released() -> None:
    found = following.stands([FOUND], None)
    assert found.until is None
    assert not found.is_over(day(500))


@pytest.mark.parametrize(
    ("notes", "kind", "said", "code"),
    [
        ([], "added", {"last_on": day(1)}, "cases.day_ahead"),
        ([], "added", {"last_on": day(-9)}, "cases.contact_too_early"),
        ([FOUND], "released", {}, "cases.release_too_early"),
        ([FOUND], "released", {"text": "疾控中心意见"}, ""),
        ([FOUND], "lost", {}, "cases.basis_missing"),
        ([FOUND, note("fell_ill")], "noted", {"symptoms": []}, "cases.contact_over"),
        ([FOUND, note("released", text="x")], "noted", {"symptoms": []}, "cases.contact_over"),
        ([FOUND, note("released", text="x")], "fell_ill", {}, ""),
        ([FOUND], "noted", {"symptoms": ["fever"]}, ""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(notes: list[Note], kind: str, said: dict[str, object], code: str) -> None:
    was = following.stands(notes, 21) if notes else None
    found = following.flaw(was, kind, Said(**said), first=day(-2), today=ON)  # type: ignore[arg-type]
    assert (found.code if found else "") == code


# ── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("between", "span", "doubt"),
    [
        (14, Span(10, 21, 2, 5), ""),
        (8, Span(10, 21, 2, 5), ""),  # infected on the second day before the onset of the other
        (7, Span(10, 21, 2, 5), "early"),
        (26, Span(10, 21, 2, 5), ""),
        (27, Span(10, 21, 2, 5), "late"),
        (90, Span(10, 21, 2, None), ""),
        (0, None, ""),
    ],
)
def test_an_edge_that_hardly_fits_the_incubation_is_doubted(between: int, span: Span | None, doubt: str) -> None:
    assert chains.doubt(ON, day(between), span) == doubt
    assert chains.doubt(None, day(between), span) == ""


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30))
def test_edges_that_close_no_circle_never_make_one(wanted: list[tuple[int, int]]) -> None:
    edges: list[tuple[str, str]] = []
    for one, other in ((str(a), str(b)) for a, b in wanted if a != b):
        if not chains.closes_a_circle(edges, one, other):
            edges.append((one, other))
    left = set(edges)
    while left:
        ends = {one for one, other in left} & {other for _one, other in left}
        gone = {edge for edge in left if edge[1] not in {one for one, _ in left}}
        assert gone or not ends, "a circle"
        left -= gone


def outbreak(number: int) -> tuple[list[Node], list[Edge]]:
    deal = random.Random(number)
    nodes = [
        Node(str(at), None if at % 50 == 49 else day(deal.randrange(60)), f"班{deal.randrange(20)}", at)
        for at in range(number)
    ]
    return nodes, [Edge(str(deal.randrange(at)), str(at), "contact") for at in range(1, number)]


@pytest.mark.parametrize("number", [0, 1, 2, 40, 500])
def test_the_picture_is_layered_by_onset_and_nobody_covers_another(number: int) -> None:
    nodes, edges = outbreak(number)
    drawn = chains.picture(nodes, edges)
    shuffled = nodes[:]
    random.Random(1).shuffle(shuffled)
    assert chains.picture(shuffled, edges[::-1]) == drawn
    assert len({(one.x, one.y) for one in drawn.nodes}) == number
    assert len(drawn.edges) == len(edges)
    columns = {tick.on: tick.x for tick in drawn.ticks}
    lanes = {lane.name: lane for lane in drawn.lanes}
    for one in drawn.nodes:
        assert one.x == columns[one.node.onset_on]
        lane = lanes[one.node.lane]
        assert lane.y < one.y < lane.y + lane.height
        assert 0 < one.x < drawn.width
        assert one.y < drawn.height
    known = [tick for tick in drawn.ticks if tick.on]
    assert [tick.on for tick in known] == sorted(tick.on for tick in known if tick.on)


def test_years_between_two_onsets_are_cut_out_and_said_to_be() -> None:
    drawn = chains.picture([Node("a", ON, "班"), Node("b", day(700), "班")], [])
    assert [(tick.on, tick.cut) for tick in drawn.ticks] == [(ON, False), (day(700), True)]


def test_the_curve_has_every_day_and_leaves_out_what_is_not_known() -> None:
    days, counts, unknown = chains.curve([(ON, "a"), (day(3), "b"), (ON, "a"), (None, "b")], ["a", "b"])
    assert days == [day(0), day(1), day(2), day(3)]
    assert counts == {"a": [2, 0, 0, 0], "b": [0, 0, 0, 1]}
    assert unknown == 1
    assert chains.curve([], ["a"]) == ([], {"a": []}, 0)
