"""Who holds which duty, and where nobody does."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.orgs.models import Kind, Unit
from lianfang.people import access, actions, queries, rules
from lianfang.people.queries.duties import by_area, contact_net
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
        ("school", frozenset[str](), ["principal", "liaison", "office", "doctor", "registrar"]),
        ("school", frozenset({"principal", "office_head", "doctor"}), ["liaison", "registrar"]),
        ("school", frozenset({"principal", "clerk", "liaison", "doctor", "registrar"}), []),
        ("campus", frozenset[str](), ["principal"]),
        ("authority", frozenset({"liaison"}), []),
        ("department", frozenset[str](), ["department_head"]),
        ("department", frozenset({"counsellor"}), []),
        ("class", frozenset({"counsellor"}), ["class_teacher"]),
        ("office", frozenset[str](), []),
    ],
)
def test_each_kind_has_its_duties(kind: str, held: frozenset[str], missing: list[str]) -> None:
    assert rules.missing_duties(kind, held) == missing


def test_units_without_a_holder_are_listed_by_duty(cast: Cast) -> None:
    assert {"北校区", "南校区", "湘潭机电学校", "龙山职业学校", "长沙市"} <= names(cast, "principal")
    assert "湘江技师学院" not in names(cast, "principal")
    assert names(cast, "liaison") == {"岳麓区", "湘江技师学院", "湘潭机电学校", "龙山职业学校"}
    assert names(cast, "office") == set()
    assert names(cast, "doctor") == names(cast, "registrar") == {"湘潭机电学校", "龙山职业学校"}
    assert names(cast, "department_head") == names(cast, "class_teacher") == set()
    assert names(cast) == names(cast, "principal") | names(cast, "liaison") | names(cast, "doctor")


def test_a_class_without_a_class_teacher_and_a_department_without_anybody_are_gaps(cast: Cast) -> None:
    for user in (cast.teacher, cast.counsellor):
        actions.dismiss(by=None, posting=user.postings.get(), to_on=DAY - timedelta(days=1), now=NOW)
    assert names(cast, "class_teacher") == {"机电1901班"}
    assert names(cast, "department_head") == {"机械工程系"}


def test_a_duty_that_waits_for_confirmation_is_a_gap(cast: Cast) -> None:
    cast.teacher.postings.update(confirmed_at=None)
    assert names(cast, "class_teacher") == {"机电1901班"}


def test_gaps_are_counted_for_each_area_in_two_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        rows = by_area(Unit.objects.all(), cast.province_unit, DAY)
    found = {row.unit.name: (row.total, row.lacks["liaison"], row.lacks["doctor"]) for row in rows}
    # the city itself, its county, the school, two campuses
    assert found == {"长沙市": (5, 2, 0), "湘潭市": (2, 1, 1), "龙山县": (2, 1, 1)}
    assert sum(row.total for row in rows) == len(names(cast)) - 1  # the province itself stands above


def test_the_contact_net_of_a_school_is_two_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        rows = {unit.name: {post.user.name for post in unit.answering} for unit in contact_net(cast.school, DAY)}  # type: ignore[attr-defined]
    assert {"黄国平", "高洁", "周敏"} <= rows["湘江技师学院"]
    assert rows["机械工程系"] == {"方圆"}
    assert rows["机电1901班"] == {"林芳"}
    assert rows["北校区"] == set()
    assert "防控办" not in rows


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
