"""Clocks, recipients and steps of an emergency, by tables."""

from datetime import datetime, timedelta

import pytest

from lianfang.cases.models import EmergencyKind
from lianfang.cases.rules import emergencies as rules
from lianfang.cases.rules.emergencies import Told
from lianfang.obligations import spec
from lianfang.people import access
from tests.cast import NOW

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("kind", "target", "limit"),
    [
        ("person", HOUR, 2 * HOUR), ("cluster", HOUR, 24 * HOUR), ("unexplained", HOUR, 2 * HOUR),
        ("other", HOUR, 2 * HOUR),
    ],
)  # fmt: skip
def test_the_clocks_of_a_kind_run_from_the_discovery(kind: str, target: timedelta, limit: timedelta) -> None:
    due = rules.due(kind, NOW)
    assert (due.target, due.limit) == (NOW + target, NOW + limit)


@pytest.mark.parametrize(
    ("told_after", "now_after", "expected"),
    [
        (59 * MINUTE + 59 * SECOND, 90 * MINUTE, "kept"), (HOUR, 90 * MINUTE, "kept"),
        (HOUR + SECOND, 90 * MINUTE, "late"), (None, 59 * MINUTE + 59 * SECOND, "running"), (None, HOUR, "running"),
        (None, HOUR + SECOND, "late"),
    ],
)  # fmt: skip
def test_a_clock_is_kept_to_the_second(told_after: timedelta | None, now_after: timedelta, expected: str) -> None:
    told = NOW + told_after if told_after is not None else None
    assert rules.kept(NOW + HOUR, told, NOW + now_after) == expected


@pytest.mark.parametrize(
    ("discovered_before", "expected_after"),
    [(0 * MINUTE, HOUR), (44 * MINUTE, 16 * MINUTE), (50 * MINUTE, 15 * MINUTE), (24 * HOUR, 15 * MINUTE)],
)
def test_an_account_answers_within_the_hour_and_has_a_quarter_at_least(
    discovered_before: timedelta, expected_after: timedelta
) -> None:
    assert rules.answer_by(NOW - discovered_before, NOW) == NOW + expected_after


def at(minutes: int) -> datetime:
    return NOW + minutes * MINUTE


def test_told_and_arrived_are_two_things_and_a_gap_counts_for_neither() -> None:
    waiting = [Told(at(0), None), Told(at(0), at(5)), Told(None, None), Told(None, None, gap=True)]
    stand = rules.standing(waiting)
    assert (stand.owed, stand.told, stand.answered) == (3, 2, 1)
    assert stand.all_told_at is stand.all_answered_at is None
    over = rules.standing([Told(at(0), at(9)), Told(at(7), at(7)), Told(None, None, gap=True)])
    assert (over.all_told_at, over.all_answered_at) == (at(7), at(9))


def test_nobody_to_tell_is_not_everybody_told() -> None:
    assert rules.standing([Told(None, None, gap=True)]).all_told_at is None


@pytest.mark.parametrize(
    ("ladder", "held", "expected"),
    [
        ([3, 2, 1], {3, 2}, (3, [])), ([3, 2, 1], {2}, (2, [3])), ([3, 2, 1], {1}, (1, [3, 2])),
        ([3, 2, 1], set(), (None, [3, 2, 1])), ([], set(), (None, [])),
    ],
)  # fmt: skip
def test_the_next_above_with_somebody_gets_it(
    ladder: list[int], held: set[int], expected: tuple[int, list[int]]
) -> None:
    assert rules.next_above(ladder, held) == expected


@pytest.mark.parametrize(
    ("kind", "outside"),
    [
        ("person", ["disease_control", "community", "medical"]), ("cluster", ["disease_control", "community"]),
        ("unexplained", ["disease_control", "community", "medical"]), ("other", ["disease_control", "community"]),
    ],
)  # fmt: skip
def test_who_is_told_of_which_kind(kind: str, outside: list[str]) -> None:
    inside = ["principal", "leading", "office", "doctor", "above", "sponsor"]
    assert [part.id for part in rules.parts(kind)] == [*inside, *outside]


def test_the_catalogue_fits_the_kinds_the_roles_and_the_obligations() -> None:
    found = rules.catalog()
    assert set(found.kinds) == set(EmergencyKind.values)
    for part in found.recipients:
        assert set(part.roles) <= set(access.ROLES)
        if part.kind:
            assert set(spec.kind(part.kind).roles) == set(part.roles)
            assert spec.kind(part.kind).urgent, "an emergency knows no quiet hours"
    assert {part.id for part in found.recipients if part.at == "outside"} == set(rules.BODIES)


def test_the_steps_recommend_and_never_decide_that_classes_stop() -> None:
    for kind in EmergencyKind.values:
        said = [step for step in rules.steps(kind) if "停课" in step.zh]
        assert len(said) == 1
        assert "人民政府决定" in said[0].zh
        assert all(step.source for step in rules.steps(kind))


@pytest.mark.parametrize(
    ("words", "name", "expected"),
    [("张小明  发烧", "张小明", "××× 发烧"), ("发烧", "张小明", "发烧"), ("发烧", "", "发烧"), ("", "张小明", "")],
)
def test_words_for_authorities_lose_the_name_and_are_not_refused(words: str, name: str, expected: str) -> None:
    assert rules.without(words, name) == expected
