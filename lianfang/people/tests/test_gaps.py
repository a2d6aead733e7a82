"""Who holds which duty, and where nobody does."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.orgs.models import Kind, Unit
from lianfang.people import access, actions, queries, rules
from tests.cast import DAY, NOW, SINCE, Cast


def names(cast: Cast, *duties: str) -> set[str]:
    return {unit.name for unit in queries.gaps(Unit.objects.under(cast.province_unit), DAY, duties)}


def test_the_tables_speak_of_roles_and_kinds_that_exist() -> None:
    assert set(rules.HELD_AT) == set(access.ROLES)
    assert set(rules.REQUIRED) <= set(Kind.values)
    for duties in rules.REQUIRED.values():
        assert set(duties) <= set(rules.DUTIES)
    for kind, duties in rules.REQUIRED.items():
        for duty in duties:
            assert any(rules.may_hold(role, kind) for role in rules.DUTIES[duty]), f"{kind} could never fill {duty}"


@pytest.mark.parametrize(
    ("kind", "held", "missing"),
    [
        ("school", frozenset[str](), ["principal", "liaison", "office"]),
        ("school", frozenset({"principal", "office_head"}), ["liaison"]),
        ("school", frozenset({"principal", "clerk", "liaison"}), []),
        ("campus", frozenset[str](), ["principal"]),
        ("authority", frozenset({"liaison"}), []),
        ("class", frozenset[str](), []),
    ],
)
def test_each_kind_has_its_duties(kind: str, held: frozenset[str], missing: list[str]) -> None:
    assert rules.missing_duties(kind, held) == missing


def test_units_without_a_holder_are_listed_by_duty(cast: Cast) -> None:
    assert {"北校区", "南校区", "湘潭机电学校", "龙山职业学校", "长沙市"} <= names(cast, "principal")
    assert "湘江技师学院" not in names(cast, "principal")
    assert names(cast, "liaison") == {"岳麓区", "湘江技师学院", "湘潭机电学校", "龙山职业学校"}
    assert names(cast, "office") == set()
    assert names(cast) == names(cast, "principal") | names(cast, "liaison")


def test_each_row_says_what_it_lacks(cast: Cast) -> None:
    rows = {unit.name: unit for unit in queries.gaps(Unit.objects.under(cast.city_unit), DAY)}
    school = rows["湘江技师学院"]
    assert (school.lacks_principal, school.lacks_liaison, school.lacks_office) == (False, True, False)  # type: ignore[attr-defined]


def test_an_appointment_closes_the_gap_from_its_first_day_to_its_last(cast: Cast) -> None:
    post = actions.appoint(
        by=cast.admin,
        user=cast.outsider,
        unit=cast.school,
        role="liaison",
        title="",
        deputy=False,
        from_on=DAY,
        now=NOW,
    )
    assert "湘江技师学院" not in names(cast, "liaison")
    actions.dismiss(by=None, posting=post, to_on=DAY, now=NOW)
    scope = Unit.objects.filter(pk=cast.school.pk)
    assert not queries.gaps(scope, DAY, ["liaison"]).exists()
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert queries.gaps(scope, day, ["liaison"]).exists()


def test_somebody_who_left_leaves_a_gap(cast: Cast) -> None:
    type(cast.principal).objects.filter(pk=cast.principal.pk).update(is_active=False)
    assert "湘江技师学院" in names(cast, "principal")


def test_duty_holders_come_with_the_responsible_person_first_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actions.appoint_all(
        by=None,
        rows=[
            actions.NewPosting(cast.outsider, cast.school, "clerk", deputy=True),
            actions.NewPosting(cast.clerk, cast.school, "liaison"),
        ],
        from_on=SINCE,
        now=NOW,
    )
    with django_assert_num_queries(1):
        duties = queries.duty_holders(cast.school, DAY)
    assert [duty.role for duty in duties] == [
        "principal", "liaison", "clerk", "office_head", "leader", "registrar", "doctor"
    ]  # fmt: skip
    clerks = next(duty for duty in duties if duty.role == "clerk").postings
    assert [(post.user.name, post.deputy) for post in clerks] == [("周敏", False), ("冯远", True)]
