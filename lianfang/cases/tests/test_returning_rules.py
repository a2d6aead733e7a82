"""When somebody may come back: each condition by itself, all together, and by the files of the diseases."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.cases.rules.returning import Facts, Verdict, verdict
from lianfang.policies import diseases
from lianfang.policies.diseases.spec import Condition, Way

SCHOOL = Path(__file__).parents[4] / "shared" / "data" / "outbreaks" / "norovirus_derbyshire_2001_school.csv"
ONSET, TODAY = date(2026, 3, 2), date(2026, 3, 20)


def condition(kind: str, **more: object) -> Condition:
    return Condition(type=kind, source="s", reliability="copy", **more)  # type: ignore[arg-type]


def judged(facts: Facts, *conditions: Condition, today: date = TODAY) -> Verdict:
    return verdict([Way(conditions=conditions)], facts, today)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "n", "facts", "day"),
    [
        ("days_since_onset", 14, Facts(onset_on=ONSET), date(2026, 3, 16)),
        ("days_since_rash", 5, Facts(rash_on=date(2026, 2, 26)), date(2026, 3, 3)),
        ("days_since_treatment", 7, Facts(treated_on=ONSET), date(2026, 3, 9)),
        ("days_since_diagnosis", 7, Facts(diagnosed_on=ONSET), date(2026, 3, 9)),
        ("days_since_discharge", 14, Facts(discharged_on=ONSET), date(2026, 3, 16)),
        ("hours_free", 72, Facts(free_since=moment(5, 0)), date(2026, 3, 8)),
        ("hours_free", 72, Facts(free_since=moment(5, 8)), date(2026, 3, 8)),
        ("hours_free", 72, Facts(free_since=moment(5, 8, 1)), date(2026, 3, 9)),
        ("hours_free", 48, Facts(free_since=moment(5, 18)), date(2026, 3, 8)),
    ],
)
def test_days_are_counted_from_day_nought(kind: str, n: int, facts: Facts, day: date) -> None:
    found = judged(facts, condition(kind, n=n))
    assert found.on == day
    assert found.may(day)
    assert not found.may(day - timedelta(days=1))


def test_the_earliest_day_is_the_latest_of_all_conditions() -> None:
    facts = Facts(onset_on=ONSET, signs={"crusted": date(2026, 3, 18)}, certificates={"level2": date(2026, 3, 17)})
    asked = (
        condition("days_since_onset", n=14),
        condition("sign", sign="crusted"),
        condition("certificate", level="doctor"),
    )
    found = judged(facts, *asked)
    assert found.on == date(2026, 3, 18)
    assert [step.state for step in found.steps] == ["met", "met", "met"]


def test_what_nobody_has_said_keeps_it_open_and_is_named() -> None:
    asked = (condition("days_since_onset", n=14), condition("sign", sign="crusted"))
    found = judged(Facts(onset_on=ONSET), *asked)
    assert found.on is None
    assert not found.may(date(2030, 1, 1))
    assert [one.type for one in found.open] == ["sign"]
    assert found.not_before == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("given_level", "wanted", "enough"),
    [
        ("doctor", "doctor", True),
        ("doctor", "level2", False),
        ("level2", "doctor", True),
        ("level2", "designated", False),
    ],
)
def test_a_certificate_of_a_higher_level_does_for_a_lower_one(given_level: str, wanted: str, enough: bool) -> None:
    found = judged(Facts(certificates={given_level: ONSET}), condition("certificate", level=wanted))
    assert (found.on is not None) is enough


@pytest.mark.parametrize(
    ("negatives", "positives", "day"),
    [
        ([(5, 8)], [], None),
        ([(5, 8), (6, 8)], [], date(2026, 3, 6)),
        ([(5, 8), (6, 7)], [], None),  # not a day apart
        ([(5, 8), (6, 7), (6, 9)], [], date(2026, 3, 6)),
        ([(5, 8), (7, 8), (8, 8)], [(6, 8)], date(2026, 3, 8)),  # the positive one begins the row anew
        ([(5, 8), (6, 8)], [(6, 8)], None),
    ],
)
def test_negative_tests_count_in_a_row_and_apart(
    negatives: list[tuple[int, int]], positives: list[tuple[int, int]], day: date | None
) -> None:
    facts = Facts(
        negatives=tuple(moment(*one) for one in negatives), positives=tuple(moment(*one) for one in positives)
    )
    assert judged(facts, condition("negative", n=2, apart=24)).on == day


def test_ways_turn_on_facts_and_ask_for_them() -> None:
    ways = (
        Way(when="treated", conditions=(condition("days_since_treatment", n=5),)),
        Way(when="untreated", conditions=(condition("days_since_onset", n=21),)),
    )
    facts = Facts(onset_on=ONSET, treated_on=date(2026, 3, 4))
    unknown = verdict(ways, facts, TODAY)
    assert (unknown.on, unknown.asks) == (None, ("treated",))
    said = {
        when: verdict(ways, Facts(onset_on=ONSET, treated_on=date(2026, 3, 4), whens=frozenset({when})), TODAY).on
        for when in ("treated", "untreated")
    }
    assert said == {"treated": date(2026, 3, 9), "untreated": date(2026, 3, 23)}


def test_without_any_condition_nobody_is_sent_back_by_the_rule() -> None:
    assert verdict([], Facts(onset_on=ONSET), TODAY).on is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.integers(-40, 90))
def test_nobody_may_come_back_before_every_condition_is_met(onset: date, days: int, later: int) -> None:
    found = judged(Facts(onset_on=onset), condition("days_since_onset", n=days), today=onset + timedelta(days=later))
    assert found.may(onset + timedelta(days=later)) is (later >= days)
    assert found.steps[0].state == ("met" if later >= days else "due")


# ── by the files, read in the sources by hand (domain-rules.md 1.7) ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("disease", "facts", "day"),
    [
        (
            "varicella",
            Facts(onset_on=ONSET, signs={"crusted": date(2026, 3, 10)}, certificates={"doctor": date(2026, 3, 12)}),
            date(2026, 3, 16),
        ),
        ("norovirus", Facts(free_since=moment(5, 0), doctor_agreed_on=date(2026, 3, 6)), date(2026, 3, 8)),
    ],
)
def test_return_dates_of_the_files_are_those_of_the_sources(disease: str, facts: Facts, day: date) -> None:
    edition = diseases.edition(diseases.catalog()[disease], TODAY, ["000000"])
    assert edition is not None
    assert verdict(edition.returning, facts, TODAY).on == day


def test_every_child_of_a_real_norovirus_outbreak_comes_back_after_three_whole_days_without_symptoms() -> None:
    """Ill until the end of day n: free from midnight on, 72 hours later it is the morning of day n + 4."""
    if not SCHOOL.is_file():
        pytest.skip("the data of outbreaks are not here")
    with SCHOOL.open(encoding="utf-8") as lines:
        last = [int(float(row["end_illness"])) for row in csv.DictReader(lines) if row["end_illness"]]
    assert len(last) > 50
    norovirus = diseases.edition(diseases.catalog()["norovirus"], TODAY, ["000000"])
    assert norovirus is not None
    first = datetime(2026, 3, 1, tzinfo=UTC)
    for day in last:
        well = first + timedelta(days=day + 1)
        found = verdict(norovirus.returning, Facts(free_since=well, doctor_agreed_on=well.date()), TODAY)
        assert found.on == (first + timedelta(days=day + 4)).date()


CULTURES = condition("negative", n=2, apart=24)
FREE = condition("hours_free", n=168, instead=(CULTURES,))


@pytest.mark.parametrize(
    ("facts", "day", "by", "state"),
    [
        (Facts(), None, None, "open"),
        (Facts(free_since=moment(1, 7)), date(2026, 3, 8), "hours_free", "due"),
        (Facts(negatives=(moment(3, 9), moment(4, 9))), date(2026, 3, 4), "negative", "met"),
        (Facts(free_since=moment(1, 7), negatives=(moment(3, 9), moment(4, 9))), date(2026, 3, 4), "negative", "met"),
        (Facts(free_since=moment(1, 7), negatives=(moment(3, 9), moment(4, 8))), date(2026, 3, 8), "hours_free", "due"),
        (Facts(negatives=(moment(3, 9),)), None, None, "open"),
    ],
)
def test_of_alternatives_the_earliest_holds_and_is_named(
    facts: Facts, day: date | None, by: str | None, state: str
) -> None:
    found = judged(facts, FREE, today=date(2026, 3, 5))
    (step,) = found.steps
    assert (found.on, step.by and step.by.type, step.state) == (day, by, state)
    assert [one.condition for one in step.instead] == [CULTURES], "how the other one stands is kept"


def test_an_alternative_does_not_stand_in_for_the_other_conditions() -> None:
    found = judged(Facts(negatives=(moment(3, 9), moment(4, 9))), FREE, condition("certificate", level="doctor"))
    assert found.on is None
    assert [one.type for one in found.open] == ["certificate"]
