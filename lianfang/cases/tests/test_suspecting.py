"""What a day's symptoms make think of, by the files as they stand."""

from datetime import date

import pytest

from lianfang.cases.rules.suspecting import Seen, fits, thoughts
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
