"""The cast that all other tests stand on."""

from dataclasses import fields

from django.db import transaction

from lianfang.core.models import Event, Unsealed
from lianfang.people import access
from lianfang.people import actions as people
from lianfang.people.models import User
from tests.cast import Cast, present


def test_the_cast_stands_where_its_story_says(cast: Cast) -> None:
    assert cast.school.path == f"{cast.nation.pk}.{cast.province_unit.pk}.{cast.city_unit.pk}.{cast.school.pk}."
    assert cast.class_one.school_id == cast.school.pk
    assert cast.third.parent == cast.county_unit
    assert cast.county_unit.tier == "city"
    assert {line.sponsor for line in cast.second.sponsor_lines.all()} == {cast.authority, cast.nation_company}
    assert access.can(cast.clerk, "return.submit", cast.school)


def test_a_cast_laid_down_again_is_the_one_that_was_made(db: None) -> None:
    with transaction.atomic():
        one = present()
        transaction.set_rollback(True)
    other = present()
    assert [getattr(other, field.name) for field in fields(Cast)] == [
        getattr(one, field.name) for field in fields(Cast)
    ]
    assert other.clerk is not one.clerk
    assert other.clerk.work_phone == User.objects.get(username="clerk").work_phone == "19900000001"
    assert access.can(other.clerk, "return.submit", other.school)
    assert Unsealed.objects.count() == Event.objects.count() > 0
    assert not User.objects.filter(pk__gt=other.outsider.pk).exists()
    assert people.create_accounts(by=None, rows=[people.NewAccount("more", "梁冰", "19900009999", "!")], now=other.now)
