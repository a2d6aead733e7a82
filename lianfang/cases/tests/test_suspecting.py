"""What a day's symptoms make think of, by the files as they stand."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from lianfang.cases.rules.suspecting import Seen, fits, lasted, thoughts
from lianfang.policies import diseases
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import Suspicion

TODAY = date(2026, 3, 2)


def rule(**what: object) -> Suspicion:
    return Suspicion(source="x", reliability="copy", **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "seen", "wanted"),
    [
        (rule(all=("fever",), any=("cough", "sore_throat")), Seen(frozenset({"fever", "cough"})), True),
        (rule(all=("fever",), any=("cough", "sore_throat")), Seen(frozenset({"fever"})), False),
        (rule(any=("vomiting", "diarrhoea"), least=2), Seen(frozenset({"vomiting"})), False),
        (rule(all=("fever",), temperature=380), Seen(frozenset({"fever"}), 375), False),
        (rule(all=("fever",), temperature=380), Seen(frozenset({"fever"}), 380), True),
        (rule(all=("fever",), temperature=380), Seen(frozenset({"fever"}), None), True),
        (rule(all=("cough",), exposed=True), Seen(frozenset({"cough"})), False),
        (rule(all=("cough",), exposed=True), Seen(frozenset({"cough"}), exposed=frozenset({"plague"})), True),
        (rule(all=("cough",), exposed=True), Seen(frozenset({"cough"}), exposed=frozenset({"sars"})), False),
        (rule(all=("cough",), lasting=14), Seen(frozenset({"cough"})), False),
        (rule(all=("cough",), lasting=14), Seen(frozenset({"cough"}), lasted={"cough": 13}), False),
        (rule(all=("cough",), lasting=14), Seen(frozenset({"cough"}), lasted={"cough": 14}), True),
        (rule(all=("cough",), lasting=14), Seen(frozenset({"cough"}), lasted={"fever": 20}), False),
    ],
)
def test_a_rule_fits_by_symptoms_degree_and_exposure(what: Suspicion, seen: Seen, wanted: bool) -> None:
    assert fits(what, seen, "plague") is wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("symptoms", "tenths", "first", "never"),
    [
        ({"vomiting", "diarrhoea"}, None, {"norovirus", "infectious_diarrhoea", "dysentery"}, "mumps"),
        ({"parotid_swelling"}, None, {"mumps"}, "norovirus"),
        ({"fever", "cough"}, 385, {"influenza", "covid19"}, "plague"),
        ({"red_eyes"}, None, {"ahc"}, "influenza"),
        ({"jaundice"}, None, {"hepatitis_a", "hepatitis_e"}, "ahc"),
    ],
)
def test_the_files_make_think_of_the_right_ones(
    symptoms: set[str], tenths: int | None, first: set[str], never: str
) -> None:
    found = [one.disease.id for one in thoughts(policies.rulebook(None, TODAY), Seen(frozenset(symptoms), tenths))]
    assert found, symptoms
    assert found[0] in first
    assert never not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("coughed", "away", "days"),
    [
        ([0], [], 0),
        ([0, 1, 2], [], 2),
        ([0, 3, 4, 7], [], 7),  # weekends lie between
        ([0, 4], [], 0),  # a week without it: another illness
        ([0, 1, 8], [2, 3, 4, 5, 6], 8),  # at home ill in between
        ([0, 1], [2, 3, 4], 1),  # away, and nobody said of what
        ([], [0, 1], None),
    ],
)
def test_a_symptom_has_lasted_since_it_was_first_said_of_one_illness(
    coughed: list[int], away: Iterable[int], days: int | None
) -> None:
    told = {TODAY - timedelta(days=back): frozenset({"cough"}) for back in coughed}
    found = lasted(TODAY, told, [TODAY - timedelta(days=back) for back in away])
    assert found.get("cough") == days


def test_two_weeks_of_coughing_make_think_of_tuberculosis_and_one_does_not() -> None:
    book = [(one, one.editions[-1]) for one in diseases.catalog().values()]
    for days, wanted in ((13, False), (14, True)):
        found = [one.disease.id for one in thoughts(book, Seen(frozenset({"cough"}), lasted={"cough": days}))]
        assert ("tuberculosis" in found) is wanted
