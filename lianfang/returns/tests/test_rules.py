"""Rules of returns, by tables and without a database."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.returns import rules, spec
from lianfang.returns.spec import ZONE

FORM = spec.catalog()["situation_2020"]
ZERO = {**dict.fromkeys(FORM.count_cells, 0), "treatment": "", "remark": "", "contact": "周敏 1990000"}
PEOPLE = {"students": 3200, "staff": 260}
DAY = date(2020, 2, 5)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2020, 2, 5, hour, minute, second, tzinfo=ZONE)


def codes(cells, **more):
    return {(one.code, one.cell) for one in rules.findings(FORM, {**ZERO, **cells}, {**PEOPLE, **more})}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, set()),
        ({"confirmed.students": None}, {("returns.blank", "confirmed.students")}),
        ({"confirmed.students": "两人"}, {("returns.not_a_number", "confirmed.students")}),
        ({"isolated_home.staff": True}, {("returns.not_a_number", "isolated_home.staff")}),
        ({"isolated_home.staff": -1}, {("returns.negative", "isolated_home.staff")}),
        ({"isolated_home.staff": 19900000001}, {("returns.absurd", "isolated_home.staff")}),
        ({"isolated_home.students": 3200}, set()),
        ({"isolated_home.students": 3201}, {("returns.more_than_people", "isolated_home.students")}),
        ({"isolated_home.staff": 261}, {("returns.more_than_people", "isolated_home.staff")}),
        ({"confirmed_here.students": 1}, {("returns.more_than_whole", "confirmed_here.students")}),
        ({"confirmed.students": 1, "confirmed_here.students": 1, "treatment": "男，19岁"}, set()),
        ({"confirmed.students": "?", "confirmed_here.students": 1, "treatment": "核实中"}, set()),
        ({"confirmed.students": 1}, {("returns.text_needed", "treatment")}),
        ({"suspected.staff": "?"}, {("returns.text_needed", "treatment")}),
        ({"contact": "  "}, {("returns.text_missing", "contact")}),
        ({"remark": "字" * 501}, {("returns.too_long", "remark")}),
        ({"remark": "字" * 500}, set()),
    ],
)
def test_it_finds_what_keeps_cells_from_being_submitted(cells, expected):
    assert codes(cells) == expected


def test_an_unknown_head_count_bounds_nothing():
    assert codes({"isolated_home.students": 3201}, students=None) == set()


def test_a_part_is_checked_only_for_its_own_cells():
    only = FORM.cells_of_part("staff")
    found = rules.findings(FORM, {"confirmed.staff": 1}, PEOPLE, only=only)
    assert {one.cell for one in found} == set(only) - {"confirmed.staff"}
    assert set(only) == {cell for cell in FORM.count_cells if cell.endswith(".staff")}


@pytest.mark.parametrize(
    ("cells", "important"),
    [
        ({}, False),
        ({"confirmed.staff": 1}, True),
        ({"suspected.students": "?"}, True),
        ({"isolated_home.staff": 2}, True),
    ],
)
def test_anything_above_zero_or_not_yet_known_is_important(cells, important):
    assert rules.is_important(FORM, {**ZERO, **cells}) is important


def test_ordinary_returns_need_the_office_head_and_important_ones_the_leading_group_first():
    tier = FORM.tier("school")
    assert [step.id for step in rules.steps(tier, False)] == ["office"]
    assert [step.id for step in rules.steps(tier, True)] == ["leader", "office"]
    assert rules.next_step(tier, True, set()).id == "leader"
    assert rules.next_step(tier, True, {"leader"}).id == "office"
    assert rules.next_step(tier, True, {"leader", "office"}) is None


@pytest.mark.parametrize(
    ("tier", "important", "override", "allowed"),
    [
        ("school", False, None, True),
        ("school", True, None, False),
        ("school", True, "allowed", True),
        ("school", False, "refused", False),
        ("city", True, None, True),
    ],
)
def test_whether_one_may_sign_what_one_alone_filled_in(tier, important, override, allowed):
    assert rules.may_self_sign(FORM.tier(tier), important, override) is allowed


@pytest.mark.parametrize(
    ("signed_at", "now", "late"),
    [
        (None, at(14, 59, 59), False),
        (None, at(15), False),
        (None, at(15, 0, 1), True),
        (at(15), at(18), False),
        (at(15, 0, 1), at(18), True),
    ],
)
def test_late_begins_one_second_after_the_cut_off(signed_at, now, late):
    assert rules.is_late(rules.due(FORM, "school", DAY), signed_at, now) is late


def test_a_tier_without_a_cut_off_is_never_late():
    assert rules.due(FORM, "province", DAY) is None
    assert not rules.is_late(None, None, at(23))


def test_an_override_moves_the_cut_off():
    assert rules.due(FORM, "city", DAY) == at(16)
    assert rules.due(FORM, "city", DAY, "15:30") == at(15, 30)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("15:00", True), ("00:00", True), ("24:00", True), ("24:01", False), ("7:00", False), ("15：00", False),
     ("15:60", False), ("", False), ("下午三点", False), ("１５:00", False)],
)  # fmt: skip
def test_a_time_of_day_is_written_with_four_digits(text, fits):
    assert rules.is_clock(text) is fits


def test_a_day_closes_at_the_end_of_the_third_day_after_it():
    assert rules.closes_at(FORM, DAY) == at(0) + timedelta(days=4)


def test_a_zero_report_is_zero_in_every_count_and_tells_of_no_treatment():
    cells = rules.zero_cells(
        FORM, {"confirmed.students": 3, "contact": "周敏", "treatment": "男，19岁", "remark": "无"}
    )
    assert [cells[cell] for cell in FORM.count_cells] == [0] * 10
    assert (cells["contact"], cells["remark"], cells["treatment"]) == ("周敏", "无", "")


def test_zero_blank_and_to_be_verified_are_three_different_things():
    old = {**ZERO, "confirmed.staff": None}
    assert rules.differences(FORM, ZERO, ZERO) == []
    assert rules.differences(FORM, old, ZERO) == [("confirmed.staff", None, 0)]
    assert rules.differences(FORM, ZERO, {**ZERO, "confirmed.staff": "?"}) == [("confirmed.staff", 0, "?")]
    assert rules.differences(FORM, {**ZERO, "remark": None}, ZERO) == []


PLAIN = {
    "filed_id": "a",
    "number": 1,
    "made": "filed",
    "cells": ZERO,
    "reasons": {},
    "by_id": 1,
    "at": at(9),
    "previous": "",
}


@pytest.mark.parametrize(
    "change",
    [
        {"filed_id": "b"}, {"number": 2}, {"made": "imported"}, {"cells": {**ZERO, "confirmed.staff": 1}},
        {"reasons": {"confirmed.staff": "x"}}, {"by_id": 2}, {"at": at(9, 0, 1)}, {"previous": "0" * 64},
    ],
)  # fmt: skip
def test_the_seal_changes_with_everything_it_covers(change):
    assert rules.seal(**PLAIN) != rules.seal(**{**PLAIN, **change})


@given(st.permutations(sorted(ZERO)))
def test_the_seal_does_not_depend_on_the_order_of_cells(order):
    assert rules.seal(**{**PLAIN, "cells": {cell: ZERO[cell] for cell in order}}) == rules.seal(**PLAIN)


def test_the_seal_of_this_content_is_fixed_for_ever():
    """Stored seals must verify in every later release: this one is the contract."""
    assert rules.seal(**PLAIN) == "ef6247105863c45c058338b0e012c0a32bcd149d82a686ef05a74a2326a748e5"


STATES = [
    (rules.Facts(), "not_started"),
    (rules.Facts(draft=True), "draft"),
    (rules.Facts(versions=1), "submitted"),
    (rules.Facts(versions=1, draft=True), "submitted"),
    (rules.Facts(versions=1, turned_back=True), "returned"),
    (rules.Facts(versions=1, turned_back=True, draft=True), "returned"),
    (rules.Facts(versions=1, signed=True), "signed"),
    (rules.Facts(versions=1, signed=True, draft=True), "signed"),
    (rules.Facts(versions=1, signed=True, forwarded=True), "forwarded"),
    (rules.Facts(versions=1, signed=True, forwarded=True, turned_back=True), "returned"),
    (rules.Facts(versions=2), "submitted"),
]


@pytest.mark.parametrize(("facts", "state"), STATES)
def test_the_state_follows_from_the_facts(facts, state):
    assert rules.state(facts) == state


def test_the_table_of_states_in_the_documents_is_the_one_in_force():
    """docs/states.md is read here: every state × verb it shows is what `rules.ALLOWED` says."""
    whole = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")
    text = whole.partition("# What a day")[0]
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `")]
    head = next(line for line in text.splitlines() if line.startswith("| state"))
    verbs = [cell.strip(" `") for cell in head.split("|")[2:-1]]
    shown = {
        row[0].strip(" `"): frozenset(verb for verb, cell in zip(verbs, row[1:], strict=True) if cell.strip() == "✔")
        for row in rows
    }
    assert shown == dict(rules.ALLOWED)
