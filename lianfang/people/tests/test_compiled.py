"""Queries compiled once say what the ORM says."""

from datetime import date

import pytest
from django.db.models import QuerySet

from lianfang.core.compiled import Compiled
from lianfang.orgs.models import Unit
from lianfang.people.models import Posting
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def held(user: int, day: date) -> QuerySet[Posting]:
    return Posting.objects.on(day).filter(user=user, deputy=False).select_related("unit").order_by("pk")


@pytest.fixture
def compiled() -> Compiled[Posting]:
    return Compiled(held, {"user": -1, "day": date.min}, ("unit", Unit))


def test_it_finds_what_the_query_finds_with_every_column(cast: Cast, compiled: Compiled[Posting]) -> None:
    for person in cast.people.values():
        rows, wanted = compiled.rows(user=person.pk, day=cast.day), list(held(person.pk, cast.day))
        assert [vars(row) | {"_state": None} for row in rows] == [vars(row) | {"_state": None} for row in wanted]
        assert [row.unit.name for row in rows] == [row.unit.name for row in wanted]


def test_what_came_from_it_can_be_saved_again(cast: Cast, compiled: Compiled[Posting]) -> None:
    (row,) = compiled.rows(user=cast.clerk.pk, day=cast.day)
    row.title = "办公室干事"
    row.save()
    assert Posting.objects.get(user=cast.clerk).title == "办公室干事"


def test_once_is_enough(cast: Cast, compiled: Compiled[Posting], django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        compiled.rows(user=cast.clerk.pk, day=cast.day)
        compiled.rows(user=cast.head.pk, day=cast.day)


def test_a_model_with_a_column_read_in_another_way_is_refused() -> None:
    from lianfang.people.models import User

    odd = Compiled(lambda user: Posting.objects.filter(user=user).select_related("user"), {"user": -1}, ("user", User))
    with pytest.raises(TypeError, match="phone"):
        odd.rows(user=1)
