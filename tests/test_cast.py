"""The cast that all other tests stand on."""

from lianfang.people import access
from tests.cast import Cast


def test_the_cast_stands_where_its_story_says(cast: Cast) -> None:
    assert cast.school.path == f"{cast.nation.pk}.{cast.province_unit.pk}.{cast.city_unit.pk}.{cast.school.pk}."
    assert cast.class_one.school_id == cast.school.pk
    assert cast.third.parent == cast.county_unit
    assert cast.county_unit.tier == "city"
    assert {line.sponsor for line in cast.second.sponsor_lines.all()} == {cast.authority, cast.nation_company}
    assert access.can(cast.clerk, "return.submit", cast.school)
