"""Plans by tables: what is due when, what comes next, what cannot be said. Without a database."""

from datetime import date, datetime, timedelta

import pytest

from lianfang.cases.rules import plans as rules
from lianfang.cases.rules.plans import Noted
from lianfang.core.clock import ZONE
from lianfang.obligations import spec

T = datetime(2020, 2, 10, 9, 0, tzinfo=ZONE)
PLAN = rules.plans()["suspected_case"]


def at(minutes: int) -> datetime:
    return T + timedelta(minutes=minutes)


def done(minutes: int, outcome: str = "done") -> Noted:
    return Noted(outcome, at(minutes))  # type: ignore[arg-type]


@pytest.mark.parametrize("plan", rules.plans().values(), ids=str)
def test_each_step_has_somebody_who_answers_for_it_also_in_a_drill(plan: rules.Plan) -> None:
    for step in plan.steps:
        kind, drill = spec.kind(f"plan_{step.duty}"), spec.kind(f"drill_{step.duty}")
        assert kind.roles == drill.roles
        assert drill.zh.startswith("【演练】")
        assert drill.en.startswith("[Drill]")
        assert not drill.urgent
        assert all(rung.at in ("own", "school") and rung.channels == ("app",) for rung in drill.ladder)


@pytest.mark.parametrize(
    ("noted", "now", "step", "due", "state"),
    [
        ({}, 0, "apart", 10, "open"),
        ({}, 10, "apart", 10, "open"),  # the last second counts
        ({}, 11, "apart", 10, "late"),
        ({"apart": done(9)}, 20, "apart", 10, "done"),
        ({}, 20, "air", None, "waits"),
        ({"apart": done(9)}, 20, "air", 129, "open"),
        ({"apart": done(9, "not_needed")}, 20, "air", 129, "open"),
        ({"apart": done(9)}, 130, "air", 129, "late"),
    ],
)
def test_a_clock_runs_from_the_beginning_or_from_another_step(
    noted: dict[str, Noted], now: int, step: str, due: int | None, state: str
) -> None:
    (stand,) = (one for one in rules.standing(PLAN, T, noted, at(now)) if one.step.id == step)
    assert (stand.due_at, stand.state) == (None if due is None else at(due), state)


def test_what_was_done_late_stays_late_and_what_does_not_apply_never_is() -> None:
    stands = {one.step.id: one for one in rules.standing(PLAN, T, {"apart": done(11)}, at(12))}
    assert stands["apart"].late
    stands = {one.step.id: one for one in rules.standing(PLAN, T, {"apart": done(11, "not_needed")}, at(12))}
    assert not stands["apart"].late


def test_next_comes_what_is_due_first_and_nothing_once_all_is_noted() -> None:
    first = rules.next_step(rules.standing(PLAN, T, {}, T))
    second = rules.next_step(rules.standing(PLAN, T, {"apart": done(1)}, T))
    assert first
    assert second
    assert (first.step.id, second.step.id) == ("apart", "principal")
    everything = {step.id: done(1) for step in PLAN.steps}
    assert rules.next_step(rules.standing(PLAN, T, everything, T)) is None


@pytest.mark.parametrize(
    ("ended", "outcome", "moment", "result", "code"),
    [
        (None, "done", 5, "", ""),
        (None, "done", 0, "", ""),
        (9, "done", 5, "", "cases.plan_over"),
        (None, "done", 11, "", "cases.plan_step_ahead"),
        (None, "done", -1, "", "cases.plan_step_before"),
        (None, "not_needed", 5, "", "cases.plan_reason_missing"),
        (None, "not_needed", 5, "无住校生", ""),
    ],
)
def test_a_step_is_refused_for_one_reason(ended: int | None, outcome: str, moment: int, result: str, code: str) -> None:
    run = (T, None if ended is None else at(ended))
    assert rules.flaw(run, outcome, at(moment), result, at(10)) == code


@pytest.mark.parametrize(
    ("on", "first"), [(date(2020, 2, 10), 2019), (date(2020, 8, 31), 2019), (date(2020, 9, 1), 2020)]
)
def test_a_school_year_begins_in_september(on: date, first: int) -> None:
    assert rules.school_year(on) == (date(first, 9, 1), date(first + 1, 8, 31))


@pytest.mark.parametrize(("kind", "first"), [("person", "suspected_case"), ("other", "food_poisoning")])
def test_the_plan_for_the_kind_of_emergency_stands_first(kind: str, first: str) -> None:
    assert rules.suited(kind)[0].id == first


def test_a_file_whose_clock_starts_nowhere_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "odd.yaml"
    path.write_text(
        "{id: odd, edition: x, zh: x, en: x, kinds: [], steps: [{id: a, zh: a, en: a, who_zh: a, who_en: a, duty: doctor,"
        " minutes: 1, after: b, source: a, reliability: copy}]}"
    )
    with pytest.raises(ValueError, match="step 'a'"):
        rules._read(path)
