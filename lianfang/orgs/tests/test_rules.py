"""Where units may stand and how their codes look: tables, no database."""

import pytest

from lianfang.orgs import rules
from lianfang.orgs.models import Kind, Tier


@pytest.mark.parametrize(
    ("kind", "parent", "fits"),
    [
        ("nation", None, True),
        ("province", None, True),
        ("province", "nation", True),
        ("city", "province", True),
        ("city", "nation", False),
        ("county", "city", True),
        ("county", "province", True),
        ("county", "county", False),
        ("authority", "nation", True),
        ("authority", "authority", True),
        ("authority", None, False),
        ("authority", "school", False),
        ("school", "province", True),
        ("school", "city", True),
        ("school", "county", True),
        ("school", "nation", False),
        ("school", "school", False),
        ("school", None, False),
        ("training", "city", True),
        ("campus", "school", True),
        ("campus", "training", True),
        ("campus", "campus", False),
        ("department", "campus", True),
        ("department", "department", True),
        ("class", "department", True),
        ("class", "class", False),
        ("office", "school", True),
        ("office", "office", False),
        ("office", "city", False),
    ],
)
def test_a_unit_stands_only_where_its_kind_may(kind: str, parent: str | None, fits: bool) -> None:
    assert rules.may_stand_under(kind, parent) is fits


def test_every_kind_has_its_places_and_every_tier_is_known() -> None:
    assert set(rules.PARENTS) == set(Kind.values)
    for kind, parents in rules.PARENTS.items():
        assert {rules.tier_of(kind, parent) for parent in parents} <= set(Tier.values)


@pytest.mark.parametrize(
    ("kind", "parent", "tier"),
    [
        ("nation", None, "nation"),
        ("province", "nation", "province"),
        ("city", "province", "city"),
        ("county", "city", "county"),
        ("county", "province", "city"),
        ("county", None, "county"),
        ("authority", "province", "none"),
        ("school", "city", "school"),
        ("training", "county", "school"),
        ("campus", "school", "inner"),
        ("office", "campus", "inner"),
    ],
)
def test_the_tier_follows_from_kind_and_place(kind: str, parent: str | None, tier: str) -> None:
    assert rules.tier_of(kind, parent) == tier


@pytest.mark.parametrize(
    ("kind", "code", "problem"),
    [
        ("city", "430100", None),
        ("city", "43010", "orgs.code_not_division"),
        ("county", "43010A", "orgs.code_not_division"),
        ("nation", "000000", None),
        ("school", "4143010532", None),
        ("school", "414301053", "orgs.code_not_school"),
        ("school", "41430105321", "orgs.code_not_school"),
        ("school", "9943010532", "orgs.code_school_parts"),
        ("school", "4199010532", "orgs.code_school_parts"),
        ("school", "1243000044488533X3", None),
        ("school", "91110000600037341L", None),
        ("school", "124300004448853330", "orgs.code_not_credit"),
        ("school", "12430000444885333X", "orgs.code_not_credit"),
        # only the outer check digit fits
        ("training", "124200004200000099", "orgs.code_not_credit"),
        ("class", "124200004200000099", None),
        ("training", "JX-043", None),
        ("school", "学校1", "orgs.code_characters"),
        ("authority", "HN-HRSS", None),
        ("class", "4143010532-01", None),
        ("class", "-1", "orgs.code_characters"),
        ("class", "x" * 41, "orgs.code_characters"),
        ("school", "", "orgs.code_missing"),
    ],
)
def test_a_code_has_the_form_of_its_kind(kind: str, code: str, problem: str | None) -> None:
    assert rules.wrong_code(kind, code) == problem


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("430000", "province"),
        ("430100", "city"),
        ("430102", "county"),
        ("000000", "nation"),
        ("4143010532", "school"),
        ("43010", None),
        ("HN-HRSS", None),
    ],
)
def test_a_bare_code_tells_the_kind(code: str, kind: str | None) -> None:
    assert rules.kind_of_code(code) == kind


def test_full_width_digits_and_blanks_are_made_plain() -> None:
    assert rules.tidy("　４１４３０１０５３２ ") == "4143010532"
    assert rules.tidy("湖南  大学") == "湖南 大学"


@pytest.mark.parametrize(
    ("count", "problem"),
    [(0, None), (80_000, None), (-1, "orgs.count_negative"), (200_001, "orgs.count_absurd")],
)
def test_a_head_count_can_be_true(count: int, problem: str | None) -> None:
    assert rules.wrong_count(count) == problem


def test_a_subtree_takes_its_paths_along() -> None:
    assert rules.moved_path("1.2.30.4.", "1.2.", "1.9.2.") == "1.9.2.30.4."
    with pytest.raises(ValueError, match="not under"):
        rules.moved_path("1.20.", "1.2.", "1.9.2.")
