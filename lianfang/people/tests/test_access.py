"""One rule, two questions: `can` for one unit and `units_for` for all must never disagree."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from lianfang.orgs import actions as orgs
from lianfang.orgs.models import Unit
from lianfang.people import access, actions
from lianfang.people.models import User
from tests.cast import NOW, SINCE, Cast


def test_can_and_units_for_agree_for_everybody_everywhere(cast: Cast) -> None:
    units = list(Unit.objects.all())
    asked = 0
    everybody: list[User | AnonymousUser] = [*cast.people.values(), AnonymousUser()]
    for person in everybody:
        for verb in access.VERBS:
            listed = set(access.units_for(person, verb).values_list("pk", flat=True))
            for unit in units:
                asked += 1
                assert access.can(person, verb, unit) == (unit.pk in listed), (str(person), verb, unit.name)
    assert asked > 5_000


# who, verb, units where it is allowed: every line is a promise to somebody
RIGHTS = [
    ("clerk", "return.submit", {"school"}),
    ("clerk", "return.sign_office", set[str]()),
    ("clerk", "unit.view", {"school", "north", "department", "class_one", "student_affairs"}),
    ("head", "return.sign_office", {"school"}),
    ("leader", "return.sign_leader", {"school"}),
    ("students", "return.fill_part", {"student_affairs"}),
    ("students", "return.view", set[str]()),
    ("city", "return.view", {"city_unit", "district", "school", "north", "department", "class_one", "student_affairs"}),
    ("city", "return.gather", {"city_unit"}),
    ("city_second", "return.view", {"second_city", "second"}),
    ("county", "return.gather", {"county_unit"}),
    ("province", "return.view", {
        "province_unit", "authority", "city_unit", "district", "second_city", "county_unit", "school", "second",
        "third", "north", "department", "class_one", "student_affairs",
    }),
    ("province", "unit.manage", set[str]()),
    ("sponsor", "return.view", {"authority", "second"}),
    ("sponsor", "return.turn_back", set()),
    ("sponsor", "return.chase", {"authority", "second"}),
    ("company", "return.view", {"nation_company", "second"}),
    ("company", "return.reopen", set()),
    ("inspector", "return.fill", set[str]()),
    ("admin", "posting.manage", {
        "province_unit", "authority", "city_unit", "district", "second_city", "county_unit", "school", "second",
        "third", "north", "department", "class_one", "student_affairs",
    }),
    ("admin", "return.view", set[str]()),
    ("auditor", "return.view", set[str]()),
    ("outsider", "unit.view", set[str]()),
]  # fmt: skip
ASKED = (
    "nation", "nation_company", "province_unit", "authority", "city_unit", "district", "second_city", "county_unit",
    "school", "second", "third", "north", "department", "class_one", "student_affairs",
)  # fmt: skip


@pytest.mark.parametrize(("who", "verb", "units"), RIGHTS)
def test_rights_reach_as_far_as_the_table_says(cast: Cast, who: str, verb: str, units: set[str]) -> None:
    person = cast.people[who]
    assert {name for name in ASKED if access.can(person, verb, getattr(cast, name))} == units


def test_a_sponsor_above_the_sponsor_sees_the_school_too(cast: Cast) -> None:
    office = orgs.create_unit(
        by=None, parent=cast.authority, kind="authority", code="HN-JG", name="技工院校处", now=NOW
    )
    orgs.sponsor(by=None, unit=cast.third, sponsor=office, from_on=None, now=NOW)
    assert access.can(cast.sponsor, "return.view", cast.third)
    assert cast.third in access.units_for(cast.sponsor, "return.view")


def test_a_path_that_only_begins_with_the_same_digits_is_no_subtree(cast: Cast) -> None:
    prefix = cast.second_city.path.removesuffix(".")
    Unit.objects.filter(pk=cast.third.pk).update(path=f"{prefix}9.{cast.third.pk}.")
    assert not access.can(cast.city_second, "return.view", Unit.objects.get(pk=cast.third.pk))
    assert cast.third not in access.units_for(cast.city_second, "return.view")


def test_a_deputy_has_the_rights_of_the_holder(cast: Cast) -> None:
    row = actions.NewPosting(cast.outsider, cast.city_unit, "liaison", deputy=True)
    actions.appoint_all(by=None, rows=[row], from_on=SINCE, now=NOW)
    assert access.can(cast.outsider, "return.gather", cast.city_unit)


def test_a_verb_that_nobody_has_is_a_bug(cast: Cast) -> None:
    with pytest.raises(LookupError):
        access.can(cast.clerk, "return.sbmit", cast.school)
    with pytest.raises(LookupError):
        access.units_for(cast.clerk, "return.sbmit")


def test_postings_are_read_once_and_a_list_is_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        list(access.units_for(cast.sponsor, "return.view"))
    with django_assert_num_queries(0):
        assert access.can(cast.sponsor, "return.view", cast.authority)
    with django_assert_num_queries(1):
        assert access.can(cast.sponsor, "return.view", cast.second)


def test_nobody_inside_a_school_is_asked_whom_they_sponsor(cast: Cast) -> None:
    """Nothing inside a school sponsors; with that question the units of one class are looked for among all there are."""
    for person in (cast.teacher, cast.clerk, cast.principal):
        assert "sponsor" not in str(access.units_for(person, "unit.view").query)
    assert "sponsor" in str(access.units_for(cast.city, "unit.view").query)
