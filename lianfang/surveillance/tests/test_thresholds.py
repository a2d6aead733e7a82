"""Statutory thresholds on hand-made groups, against a plain reckoning, and on the real norovirus outbreak of a school."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.policies.diseases.spec import Group, Threshold
from lianfang.surveillance.rules.thresholds import Onset, Place, episodes, reached

DATA = Path(__file__).parents[4] / "shared" / "data" / "outbreaks" / "norovirus_derbyshire_2001_school.csv"
FIRST = date(2026, 3, 1)
ONE: Place = ("class", 1)


def rule(days: int, cases: int, *groups: Group, name: str = "rule", tier: Literal[1, 2] = 1) -> Threshold:
    return Threshold(
        id=name, groups=groups or ("class",), days=days, cases=cases, tier=tier, minutes=1440, source="s",
        reliability="copy",
    )  # fmt: skip


THREE_IN_ONE, FIVE_IN_THREE = rule(1, 3, name="one_day"), rule(3, 5, name="three_days")


def at(day: int) -> date:
    return FIRST + timedelta(days=day)


def ill(days: Iterable[int], place: Place = ONE, what: str = "vomiting", first: int = 0) -> list[Onset]:
    return [Onset(first + number, at(day), what, (place,)) for number, day in enumerate(days)]


def days_of(onsets: list[Onset], *thresholds: Threshold) -> list[tuple[str, int]]:
    return [(one.threshold.id, (one.on - FIRST).days) for one in reached(onsets, thresholds)]


@pytest.mark.parametrize(
    ("days", "fires"),
    [
        ([0, 0], []),
        ([0, 0, 0], [("one_day", 0)]),
        ([0, 0, 1, 1, 2], [("three_days", 2)]),
        ([0, 0, 1, 1, 3], []),  # five in four days
        ([0, 1, 2, 2, 2], [("one_day", 2), ("three_days", 2)]),
        ([5, 5, 6, 7, 7], [("three_days", 7)]),  # a weekend lies in between: calendar days
        ([0, 0, 0, 1, 1, 1], [("one_day", 0), ("three_days", 1)]),  # goes on: said once
        ([0, 0, 0, 2, 2, 2], [("one_day", 0), ("one_day", 2), ("three_days", 2)]),
    ],
)
def test_a_class_reaches_three_in_a_day_or_five_in_three_days(days: list[int], fires: list[tuple[str, int]]) -> None:
    assert days_of(ill(days), THREE_IN_ONE, FIVE_IN_THREE) == fires


def test_a_person_counts_once_however_often_they_are_reported() -> None:
    twice = [Onset("a", at(0), "rash", (ONE,)), Onset("a", at(1), "rash", (ONE,)), Onset("b", at(1), "rash", (ONE,))]
    assert days_of(twice, rule(3, 3)) == []
    assert days_of([*twice, Onset("c", at(2), "rash", (ONE,))], rule(3, 3)) == [("rule", 2)]


def test_classes_and_dormitories_count_for_themselves_and_another_symptom_beside() -> None:
    split = [*ill([0, 0]), *ill([0], ("class", 2), first=10)]
    assert days_of(split, THREE_IN_ONE) == []
    mixed = [*ill([0, 0]), *ill([0], what="rash", first=10)]
    assert days_of(mixed, THREE_IN_ONE) == []
    room: Place = ("dormitory", 7)
    both = [Onset(number, at(0), "fever", (("class", number), room)) for number in range(3)]
    (found,) = reached(both, [rule(1, 3, "class", "dormitory")])
    assert (found.place, found.persons) == (room, (0, 1, 2))


def test_on_one_day_the_graver_one_comes_first() -> None:
    rows = [rule(7, 2, "class", name="cluster"), rule(7, 3, "class", name="emergency", tier=2)]
    assert [one.threshold.id for one in reached(ill([0, 0, 0]), rows)] == ["emergency", "cluster"]


@given(st.lists(st.integers(0, 25), max_size=40), st.integers(1, 8), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_it_says_what_a_plain_reckoning_day_by_day_says(days: list[int], window: int, cases: int) -> None:
    def many(day: int) -> int:
        return sum(1 for one in days if day - window < one <= day)

    plain = [day for day in range(40) if many(day) >= cases and (day == 0 or many(day - 1) < cases)]
    assert [day for _, day in days_of(ill(days), rule(window, cases))] == plain


@pytest.mark.parametrize(
    ("reported", "onsets"),
    [([], []), ([3], [3]), ([0, 1, 2], [0]), ([0, 3, 6], [0]), ([0, 4], [0, 4]), ([9, 0, 1, 9], [0, 9])],
)
def test_who_is_reported_again_within_three_days_is_still_ill(reported: list[int], onsets: list[int]) -> None:
    assert episodes(map(at, reported)) == [at(day) for day in onsets]


# ── a real school: norovirus, Derbyshire 2001 ─────────────────────────────────────────────────────────────────────────


def children() -> list[dict[str, str]]:
    if not DATA.is_file():
        pytest.skip("the data of outbreaks are not here")
    with DATA.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_norovirus_outbreak_of_a_school_fires_on_the_days_a_plain_count_says() -> None:
    """By first absence: in each class three in one day or five in three; in the school ten in seven days and twenty."""
    rows = [row for row in children() if row["day_absent"]]
    onsets = [
        Onset(
            row["child_id"],
            at(int(float(row["day_absent"]))),
            "norovirus",
            (("class", int(row["class"])), ("school", 1)),
        )
        for row in rows
    ]
    thresholds = [
        THREE_IN_ONE, FIVE_IN_THREE, rule(7, 10, "school", name="cluster"), rule(7, 20, "school", name="emergency", tier=2),
    ]  # fmt: skip
    found = {(one.threshold.id, one.place, one.on) for one in reached(onsets, thresholds)}
    plain = set()
    for threshold in thresholds:
        for place in {place for onset in onsets for place in onset.places if place[0] in threshold.groups}:
            days = [onset.on for onset in onsets if place in onset.places]
            before = False
            for number in range(45):
                day = at(number)
                now = sum(day - timedelta(days=threshold.days) < one <= day for one in days) >= threshold.cases
                if now and not before:
                    plain.add((threshold.id, place, day))
                before = now
    assert found == plain
    assert len([one for one in found if one[0] == "emergency"]) >= 1
